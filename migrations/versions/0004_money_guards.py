"""Guards of money kept by the database itself: what is sealed or written for good is never changed nor deleted.

Each refusal bears a name that `app.core.db` turns into a French sentence.
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: Rows that are only ever added.
APPEND_ONLY = (
    "seal", "till_sale", "till_event", "till_closing", "price_change", "stock_move", "allocation", "document_status",
    "ledger_entry", "ledger_line", "webhook_event",
)  # fmt: skip
#: Columns that do not change once the row satisfies the condition; such a row is not deleted either.
FROZEN = {
    "sales_document": (
        "{row}.issued_at is not null",
        (
            "kind", "number", "contact_id", "payer_id", "origin_id", "order_id", "issued_on", "due_on", "supplied_on",
            "purchase_order", "delivery_address", "conditions", "notes", "title", "net", "vat", "gross", "third_party",
            "prepaid", "due", "shares", "content", "issued_at",
        ),
    ),
    "payment": ("{row}.id is not null", ("contact_id", "method", "amount", "received_on", "reverses_id", "till_sale_id", "ticket_id")),
    "supplier_payment": ("{row}.id is not null", ("bill_id", "amount", "paid_on", "how", "reverses_id")),
}  # fmt: skip
#: Rows of a sealed document: nothing is added, changed or removed, but for the columns that say what came of it.
PARTS = {"document_line": (), "third_party_share": ("paid", "reference", "updated_at")}
COLUMNS = {
    "third_party_share": ("document_id", "payer_id", "label", "amount"),
}
SEALED = "exists (select 1 from sales_document d where d.id = {row}.document_id and d.issued_at is not null)"
NAME = "what_is_sealed_does_not_change"


def _sqlite_trigger(table: str, event: str, when: str, suffix: str) -> str:
    return (
        f"create trigger {table}_{suffix} before {event} on {table} when {when} "
        f"begin select raise(abort, '{NAME}'); end"
    )


def _sqlite() -> list[str]:
    made = []
    for table in APPEND_ONLY:
        made += [_sqlite_trigger(table, event, "1", f"no_{event}") for event in ("update", "delete")]
    for table, (condition, columns) in FROZEN.items():
        changed = " or ".join(f"old.{column} is not new.{column}" for column in columns)
        made.append(
            _sqlite_trigger(table, "update", f"{condition.format(row='old')} and ({changed})", "frozen_update")
        )
        made.append(_sqlite_trigger(table, "delete", condition.format(row="old"), "frozen_delete"))
    for table, free in PARTS.items():
        made.append(_sqlite_trigger(table, "insert", SEALED.format(row="new"), "sealed_insert"))
        made.append(_sqlite_trigger(table, "delete", SEALED.format(row="old"), "sealed_delete"))
        changed = " or ".join(f"old.{column} is not new.{column}" for column in COLUMNS.get(table, ())) if free else "1"
        made.append(_sqlite_trigger(table, "update", f"{SEALED.format(row='old')} and ({changed})", "sealed_update"))
    return made


def _postgres() -> list[str]:
    made = [
        f"create function {NAME}() returns trigger language plpgsql as $$ begin raise exception '{NAME}'; end $$"
    ]

    def trigger(table: str, event: str, when: str, suffix: str) -> None:
        # A condition that reads another table cannot stand in WHEN: it goes into a function of the trigger's own.
        if "exists" in when:
            name = f"{table}_{suffix}"
            back = "old" if event == "delete" else "new"
            made.append(
                f"create function {name}() returns trigger language plpgsql as $$ begin "
                f"if {when} then raise exception '{NAME}'; end if; return {back}; end $$"
            )
            made.append(f"create trigger {name} before {event} on {table} for each row execute function {name}()")
        else:
            made.append(
                f"create trigger {table}_{suffix} before {event} on {table} for each row when ({when}) "
                f"execute function {NAME}()"
            )

    for table in APPEND_ONLY:
        made.append(f"create trigger {table}_only_added before update or delete on {table} for each row execute function {NAME}()")
    for table, (condition, columns) in FROZEN.items():
        changed = " or ".join(f"old.{column} is distinct from new.{column}" for column in columns)
        trigger(table, "update", f"{condition.format(row='old')} and ({changed})", "frozen_update")
        trigger(table, "delete", condition.format(row="old"), "frozen_delete")
    for table, free in PARTS.items():
        trigger(table, "insert", SEALED.format(row="new"), "sealed_insert")
        trigger(table, "delete", SEALED.format(row="old"), "sealed_delete")
        changed = (
            " or ".join(f"old.{column} is distinct from new.{column}" for column in COLUMNS.get(table, ()))
            if free
            else "true"
        )
        trigger(table, "update", f"{SEALED.format(row='old')} and ({changed})", "sealed_update")
    return made


def upgrade() -> None:
    for statement in _sqlite() if op.get_bind().dialect.name == "sqlite" else _postgres():
        op.execute(statement)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for statement in reversed(_sqlite()):
            op.execute("drop trigger " + statement.split()[2])
        return
    for statement in reversed(_postgres()):
        words = statement.split()
        if words[1] == "trigger":
            op.execute(f"drop trigger {words[2]} on {words[words.index('on') + 1]}")
        else:
            op.execute(f"drop function {words[2]}")
