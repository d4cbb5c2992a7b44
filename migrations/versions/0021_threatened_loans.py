"""Loans whose thing a delay took, what was offered instead, what was answered."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "loan_displacement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("held_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["held_id"], ["booking.id"], name=op.f("fk_loan_displacement_held_id"), ondelete="SET NULL"),
        sa.ForeignKeyConstraint(["item_id"], ["loan_item.id"], name=op.f("fk_loan_displacement_item_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["asset.id"], name=op.f("fk_loan_displacement_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_loan_displacement")),
    )
    op.create_index("ix_loan_displacement_held_id", "loan_displacement", ["held_id"])
    op.create_index("ix_loan_displacement_item_id", "loan_displacement", ["item_id"])
    op.create_index("ix_loan_displacement_unit_id_state", "loan_displacement", ["unit_id", "state"])
    op.create_index("ix_loan_displacement_state_answer_by", "loan_displacement", ["state", "answer_by"])


def downgrade() -> None:
    op.drop_table("loan_displacement")
