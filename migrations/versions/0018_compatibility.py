"""What goes with what: accessories of a family, a model or a unit."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

TABLES = {"family": "family", "model": "asset_model", "asset": "asset"}


def _one_of(*names: str) -> str:
    return " + ".join(f"(case when {name} is null then 0 else 1 end)" for name in names) + " = 1"


def upgrade() -> None:
    names = {side: [f"{side}_{what}_id" for what in TABLES] for side in ("main", "with")}
    op.create_table(
        "compatibility",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for side in names.values() for name in side),
        sa.Column("compulsory", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(_one_of(*names["main"]), name=op.f("ck_compatibility_main")),
        sa.CheckConstraint(_one_of(*names["with"]), name=op.f("ck_compatibility_accessory")),
        *(
            sa.ForeignKeyConstraint([f"{side}_{what}_id"], [f"{table}.id"], name=op.f(f"fk_compatibility_{side}_{what}_id"))
            for side in names for what, table in TABLES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_compatibility")),
    )  # fmt: skip
    for name in names["main"]:
        op.create_index(f"ix_compatibility_{name}", "compatibility", [name])


def downgrade() -> None:
    op.drop_table("compatibility")
