"""What was asked for and could not be lent: counted, or waited for."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

KEYS = {"contact_id": "contact", "family_id": "family", "model_id": "asset_model", "loan_id": "loan"}


def upgrade() -> None:
    op.create_table(
        "loan_request",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=name != "family_id") for name in KEYS),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("flexible_days", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_at < due_at", name=op.f("ck_loan_request_period")),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_loan_request_{name}"))
            for name, table in KEYS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_request")),
    )
    op.create_index("ix_loan_request_contact_id", "loan_request", ["contact_id"])
    op.create_index("ix_loan_request_loan_id", "loan_request", ["loan_id"])
    op.create_index("ix_loan_request_state_family_id", "loan_request", ["state", "family_id"])


def downgrade() -> None:
    op.drop_table("loan_request")
