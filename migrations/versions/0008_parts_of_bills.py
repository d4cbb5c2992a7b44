"""A supplier's invoice is paid by parts, or by a credit note deducted."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NAME = "what_is_sealed_does_not_change"
TRIGGER = "supplier_payment_frozen_credit"


def upgrade() -> None:
    op.add_column("supplier_invoice", sa.Column("paid", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute("update supplier_invoice set paid = gross where state = 'paid'")
    # As one statement: SQLite adds a foreign key with its column only.
    op.execute(
        "alter table supplier_payment add column credit_id integer "
        "constraint fk_supplier_payment_credit_id references supplier_invoice (id)"
    )
    op.create_index("ix_supplier_payment_credit_id", "supplier_payment", ["credit_id"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            f"create trigger {TRIGGER} before update on supplier_payment when old.credit_id is not new.credit_id "
            f"begin select raise(abort, '{NAME}'); end"
        )
    else:
        op.execute(
            f"create trigger {TRIGGER} before update on supplier_payment for each row "
            f"when (old.credit_id is distinct from new.credit_id) execute function {NAME}()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"drop trigger {TRIGGER}")
    else:
        op.execute(f"drop trigger {TRIGGER} on supplier_payment")
    op.drop_index("ix_supplier_payment_credit_id", "supplier_payment")
    op.drop_column("supplier_payment", "credit_id")
    op.drop_column("supplier_invoice", "paid")
