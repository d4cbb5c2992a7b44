"""The rent of a thing is billed in several parts when its loan is put off: each its row, with the units it asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLE = "loan_charge"


def upgrade() -> None:
    with op.batch_alter_table(TABLE) as table:
        table.add_column(sa.Column("part", sa.Integer(), server_default=sa.text("0"), nullable=False))
        table.add_column(sa.Column("units", sa.Integer(), nullable=True))
        table.drop_constraint(op.f("uq_loan_charge_item_id_kind"), type_="unique")
        table.create_unique_constraint(op.f("uq_loan_charge_item_id_kind_part"), ["item_id", "kind", "part"])


def downgrade() -> None:
    op.execute("delete from loan_charge where part > 0")
    with op.batch_alter_table(TABLE) as table:
        table.drop_constraint(op.f("uq_loan_charge_item_id_kind_part"), type_="unique")
        table.create_unique_constraint(op.f("uq_loan_charge_item_id_kind"), ["item_id", "kind"])
        table.drop_column("units")
        table.drop_column("part")
