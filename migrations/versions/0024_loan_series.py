"""Loans that come back: a series and its dates."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "loan_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("every", sa.String(length=30), nullable=False),
        sa.Column("weekdays", sa.String(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_loan_series_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_series")),
    )
    op.create_index("ix_loan_series_contact_id", "loan_series", ["contact_id"])
    op.create_table(
        "loan_series_date",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("loan_id", sa.Integer(), nullable=False),
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_loan_series_date_loan_id")),
        sa.ForeignKeyConstraint(["series_id"], ["loan_series.id"], name=op.f("fk_loan_series_date_series_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_series_date")),
        sa.UniqueConstraint("loan_id", name=op.f("uq_loan_series_date_loan_id")),
    )
    op.create_index("ix_loan_series_date_series_id", "loan_series_date", ["series_id"])


def downgrade() -> None:
    op.drop_table("loan_series_date")
    op.drop_table("loan_series")
