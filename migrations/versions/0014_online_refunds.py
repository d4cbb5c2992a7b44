"""Refunds of online payments: our intent, and what the partner made of it."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "online_refund",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("payment_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("provider_ref", sa.String(), nullable=True),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("back_id", sa.Integer(), nullable=True),
        sa.Column("form_key", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["partner_account.id"], name=op.f("fk_online_refund_account_id")),
        sa.ForeignKeyConstraint(["back_id"], ["payment.id"], name=op.f("fk_online_refund_back_id")),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], name=op.f("fk_online_refund_payment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_online_refund")),
        sa.UniqueConstraint("account_id", "provider_ref", name=op.f("uq_online_refund_account_id_provider_ref")),
        sa.UniqueConstraint("form_key", name=op.f("uq_online_refund_form_key")),
        sa.UniqueConstraint("reference", name=op.f("uq_online_refund_reference")),
    )
    op.create_index(op.f("ix_online_refund_payment_id"), "online_refund", ["payment_id"], unique=False)
    op.create_index(op.f("ix_online_refund_back_id"), "online_refund", ["back_id"], unique=False)
    op.create_index(op.f("ix_online_refund_state_updated_at"), "online_refund", ["state", "updated_at"], unique=False)


def downgrade() -> None:
    op.drop_table("online_refund")
