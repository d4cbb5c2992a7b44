"""Where a quote is concluded, and the client's withdrawal."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

COLUMNS = ("concluded", "exempt", "begin_at_once", "withdrawn_at", "withdrawn_by")


def upgrade() -> None:
    op.add_column("quote", sa.Column("concluded", sa.String(30), nullable=False, server_default="premises"))
    op.add_column("quote", sa.Column("exempt", sa.String(30), nullable=False, server_default="none"))
    op.add_column("quote", sa.Column("begin_at_once", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("quote", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("quote", sa.Column("withdrawn_by", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("quote", name)
