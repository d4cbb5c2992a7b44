"""What a supplier's invoice without articles is for: its account in the ledger."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("supplier_invoice", sa.Column("expense", sa.String(length=30), nullable=True))


def downgrade() -> None:
    op.drop_column("supplier_invoice", "expense")
