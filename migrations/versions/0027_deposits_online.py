"""A deposit (caution) paid online: the page by which it is paid and the part of a payment that is held for it name it."""

from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

TABLES = ("allocation", "checkout")


def upgrade() -> None:
    for table in TABLES:  # written whole: a batch would drop the triggers that keep allocations
        op.execute(
            f"alter table {table} add column deposit_id integer constraint fk_{table}_deposit_id references security_deposit (id)"
        )
        op.create_index(op.f(f"ix_{table}_deposit_id"), table, ["deposit_id"])


def downgrade() -> None:
    for table in TABLES:
        op.drop_index(op.f(f"ix_{table}_deposit_id"), table)
        op.drop_column(table, "deposit_id")
