"""Outside repairers, what they know, and the repairs sent out to them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def _stamps() -> list[sa.Column]:
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "repairer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("hours", JSON, nullable=False),
        sa.Column("hourly", sa.BigInteger(), nullable=False),
        sa.Column("metres", sa.Integer(), nullable=True),
        sa.Column("notes", sa.String(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        *_stamps(),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_repairer_contact_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_repairer_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairer")),
        sa.UniqueConstraint("contact_id", name=op.f("uq_repairer_contact_id")),
        sa.UniqueConstraint("user_id", name=op.f("uq_repairer_user_id")),
    )
    op.create_table(
        "repairer_skill",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("repairer_id", sa.Integer(), nullable=False),
        sa.Column("family_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=30), nullable=False),
        sa.Column("lead_days", sa.Integer(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["repairer_id"], ["repairer.id"], name=op.f("fk_repairer_skill_repairer_id")),
        sa.ForeignKeyConstraint(["family_id"], ["family.id"], name=op.f("fk_repairer_skill_family_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repairer_skill")),
        sa.UniqueConstraint("repairer_id", "family_id", name=op.f("uq_repairer_skill_repairer_id_family_id")),
    )
    op.create_index("ix_repairer_skill_repairer_id", "repairer_skill", ["repairer_id"])
    op.create_index("ix_repairer_skill_family_id", "repairer_skill", ["family_id"])
    _jobs()


def _jobs() -> None:
    moments = ("asked_at", "answered_at", "reminded_at", "escalated_at")
    op.create_table(
        "repair_job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("repairer_id", sa.Integer(), nullable=True),
        sa.Column("suggested_id", sa.Integer(), nullable=True),
        sa.Column("why", JSON, nullable=False),
        sa.Column("refused", JSON, nullable=False),
        sa.Column("level", sa.String(length=30), nullable=False),
        *[sa.Column(name, sa.Date(), nullable=True) for name in ("earliest", "agreed_on", "expected_on")],
        *[sa.Column(name, sa.DateTime(timezone=True), nullable=True) for name in moments],
        sa.Column("quote", sa.BigInteger(), nullable=True),
        sa.Column("quote_note", sa.String(), nullable=False),
        sa.Column("quote_state", sa.String(length=30), nullable=True),
        sa.Column("bill_id", sa.Integer(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=True),
        *_stamps(),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_repair_job_ticket_id")),
        sa.ForeignKeyConstraint(["repairer_id"], ["repairer.id"], name=op.f("fk_repair_job_repairer_id")),
        sa.ForeignKeyConstraint(["suggested_id"], ["repairer.id"], name=op.f("fk_repair_job_suggested_id")),
        sa.ForeignKeyConstraint(["bill_id"], ["supplier_invoice.id"], name=op.f("fk_repair_job_bill_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_repair_job")),
        sa.UniqueConstraint("ticket_id", name=op.f("uq_repair_job_ticket_id")),
    )
    op.create_index("ix_repair_job_repairer_id_state", "repair_job", ["repairer_id", "state"])
    op.create_index("ix_repair_job_state_asked_at", "repair_job", ["state", "asked_at"])
    op.create_index("ix_repair_job_bill_id", "repair_job", ["bill_id"])


def downgrade() -> None:
    for table in ("repair_job", "repairer_skill", "repairer"):
        op.drop_table(table)
