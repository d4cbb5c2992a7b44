"""Exchanges with partners, page after page, each with its cursor; since when an account is refused."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
LIVE = sa.text("state IN ('running', 'waiting')")


def upgrade() -> None:
    op.add_column("partner_account", sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "partner_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("origin", sa.String(length=30), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("counts", JSON, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("cursor", JSON, nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["partner_account.id"], name=op.f("fk_partner_run_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_run")),
    )
    op.create_index(op.f("ix_partner_run_account_id_task_id"), "partner_run", ["account_id", "task", "id"])
    op.create_index(op.f("ix_partner_run_state_due_at"), "partner_run", ["state", "due_at"])
    op.create_index(
        "uq_partner_run_live", "partner_run", ["account_id", "task"], unique=True, sqlite_where=LIVE, postgresql_where=LIVE
    )


def downgrade() -> None:
    op.drop_table("partner_run")
    op.drop_column("partner_account", "refused_at")
