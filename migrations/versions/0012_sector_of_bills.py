"""An association with sectors says which expenses are for its taxed activity."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("supplier_invoice", sa.Column("taxed_use", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    op.drop_column("supplier_invoice", "taxed_use")
