"""Loans, and each thing they lend."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "loan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("returned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("starts_at < due_at", name=op.f("ck_loan_period")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_loan_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan")),
        sa.UniqueConstraint("number", name=op.f("uq_loan_number")),
    )
    op.create_index("ix_loan_contact_id", "loan", ["contact_id"])
    op.create_index("ix_loan_state_due_at", "loan", ["state", "due_at"])
    op.create_index("ix_loan_state_starts_at", "loan", ["state", "starts_at"])

    op.create_table(
        "loan_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("loan_id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("asset_id", sa.Integer(), nullable=False),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note_back", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["asset_id"], ["asset.id"], name=op.f("fk_loan_item_asset_id")),
        sa.ForeignKeyConstraint(["booking_id"], ["booking.id"], name=op.f("fk_loan_item_booking_id")),
        sa.ForeignKeyConstraint(["loan_id"], ["loan.id"], name=op.f("fk_loan_item_loan_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_item")),
        sa.UniqueConstraint("booking_id", name=op.f("uq_loan_item_booking_id")),
    )
    op.create_index("ix_loan_item_asset_id", "loan_item", ["asset_id"])
    op.create_index("ix_loan_item_loan_id", "loan_item", ["loan_id"])


def downgrade() -> None:
    op.drop_table("loan_item")
    op.drop_table("loan")
