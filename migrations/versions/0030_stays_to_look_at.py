"""A stay says that its partner's word should be looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("stay") as table:
        table.add_column(sa.Column("asked", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("stay") as table:
        table.alter_column("asked", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("stay") as table:
        table.drop_column("asked")
