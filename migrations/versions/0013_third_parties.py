"""What a third party pays may be of a quote, an order, an invoice or a ticket of a till: one table, one owner a row.

The guards of 0004 on this table go before SQLite makes it again, and come back widened: a part of a till's ticket is sealed with it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLE = "third_party_share"
NAME = "what_is_sealed_does_not_change"
COLUMNS = ("document_id", "quote_id", "till_sale_id", "payer_id", "label", "amount", "piece", "owed_on")
BEFORE = ("document_id", "payer_id", "label", "amount")
OF_DOCUMENT = "exists (select 1 from sales_document d where d.id = {row}.document_id and d.issued_at is not null)"
SEALED = f"({OF_DOCUMENT} or {{row}}.till_sale_id is not null)"
ONE_OWNER = (
    "case when document_id is null then 0 else 1 end + case when quote_id is null then 0 else 1 end"
    " + case when till_sale_id is null then 0 else 1 end = 1"
)


def _sqlite(condition: str, columns: tuple[str, ...]) -> list[str]:
    """The three guards; a row may still be added to a ticket: its seal is written after it, and tells one that is too many."""
    changed = " or ".join(f"old.{column} is not new.{column}" for column in columns)
    rules = (
        ("insert", OF_DOCUMENT.format(row="new")), ("delete", condition.format(row="old")),
        ("update", f"{condition.format(row='old')} and ({changed})"),
    )  # fmt: skip
    return [
        f"create trigger {TABLE}_sealed_{event} before {event} on {TABLE} when {when} begin select raise(abort, '{NAME}'); end"
        for event, when in rules
    ]


def _postgres(condition: str, columns: tuple[str, ...]) -> list[str]:
    """What the functions of the triggers of 0004 refuse."""
    changed = " or ".join(f"old.{column} is distinct from new.{column}" for column in columns)
    rules = (("delete", condition.format(row="old")), ("update", f"{condition.format(row='old')} and ({changed})"))
    return [
        f"create or replace function {TABLE}_sealed_{event}() returns trigger language plpgsql as $$ begin "
        f"if {when} then raise exception '{NAME}'; end if; return {'old' if event == 'delete' else 'new'}; end $$"
        for event, when in rules
    ]


def _drop_guards() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for event in ("insert", "delete", "update"):
            op.execute(f"drop trigger {TABLE}_sealed_{event}")


def _put_guards(condition: str, columns: tuple[str, ...]) -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for statement in _sqlite(condition, columns) if sqlite else _postgres(condition, columns):
        op.execute(statement)


def upgrade() -> None:
    _drop_guards()
    with op.batch_alter_table(TABLE) as table:
        table.alter_column("document_id", existing_type=sa.Integer(), nullable=True)
        table.add_column(sa.Column("quote_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("till_sale_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("piece", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("owed_on", sa.Date(), nullable=True))
        table.create_foreign_key(op.f("fk_third_party_share_quote_id"), "quote", ["quote_id"], ["id"])
        table.create_index(op.f("ix_third_party_share_quote_id"), ["quote_id"])
        table.create_index(op.f("ix_third_party_share_till_sale_id"), ["till_sale_id"])
        table.create_check_constraint(op.f("ck_third_party_share_one_owner"), ONE_OWNER)
    _put_guards(SEALED, COLUMNS)


def downgrade() -> None:
    _drop_guards()
    if op.get_bind().dialect.name != "sqlite":
        _put_guards(OF_DOCUMENT, BEFORE)
    op.execute(f"delete from {TABLE} where document_id is null")
    with op.batch_alter_table(TABLE) as table:
        table.drop_constraint(op.f("ck_third_party_share_one_owner"), type_="check")
        table.drop_index(op.f("ix_third_party_share_till_sale_id"))
        table.drop_index(op.f("ix_third_party_share_quote_id"))
        table.drop_constraint(op.f("fk_third_party_share_quote_id"), type_="foreignkey")
        for column in ("owed_on", "piece", "till_sale_id", "quote_id"):
            table.drop_column(column)
        table.alter_column("document_id", existing_type=sa.Integer(), nullable=False)
    if op.get_bind().dialect.name == "sqlite":
        _put_guards(OF_DOCUMENT, BEFORE)
