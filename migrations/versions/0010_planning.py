"""Planning: closures, rules of booking by family, buffers and expiry of a booking."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "booking_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=True),
        sa.Column("buffer_before", sa.Integer(), nullable=False),
        sa.Column("buffer_after", sa.Integer(), nullable=False),
        sa.Column("notice_hours", sa.Integer(), nullable=False),
        sa.Column("ahead_days", sa.Integer(), nullable=False),
        sa.Column("longest_days", sa.Integer(), nullable=False),
        sa.Column("option_hours", sa.Integer(), nullable=False),
        sa.Column("by_member", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_booking_rule_family_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking_rule")),
        sa.UniqueConstraint("family_id", name=op.f("uq_booking_rule_family_id")),
    )
    op.create_table(
        "closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("site_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_day <= last_day", name=op.f("ck_closure_days")),
        sa.ForeignKeyConstraint(["site_id"], ["site.id"], name=op.f("fk_closure_site_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    op.create_index("ix_closure_first_day", "closure", ["first_day"])
    op.add_column("booking", sa.Column("any_unit", sa.Boolean(), server_default=sa.false(), nullable=False))
    op.add_column("booking", sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("booking", sa.Column("buffer_before", sa.Integer(), server_default="0", nullable=False))
    op.add_column("booking", sa.Column("buffer_after", sa.Integer(), server_default="0", nullable=False))
    op.create_index("ix_booking_expires_at", "booking", ["expires_at"])


def downgrade() -> None:
    op.drop_index("ix_booking_expires_at", "booking")
    for name in ("buffer_after", "buffer_before", "expires_at", "any_unit"):
        op.drop_column("booking", name)
    op.drop_table("closure")
    op.drop_table("booking_rule")
