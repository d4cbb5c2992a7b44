"""What is ours is counted and found family by family, within one index."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

COLUMNS = ["ours", "state", "family_id", "archived_at"]


def upgrade() -> None:
    op.drop_index("ix_asset_ours_state", table_name="asset")
    op.create_index("ix_asset_ours_state_family_id_archived_at", "asset", COLUMNS)


def downgrade() -> None:
    op.drop_index("ix_asset_ours_state_family_id_archived_at", table_name="asset")
    op.create_index("ix_asset_ours_state", "asset", COLUMNS[:2])
