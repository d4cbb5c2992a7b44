"""A payment schedule belongs to an order or to an invoice; that of an issued invoice is sealed with it.

`instalment.order_id` becomes `document_id`; the guards of 0004 extend to the lines of a sealed schedule, on both databases.
"""

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

NAME = "what_is_sealed_does_not_change"
SEALED = "exists (select 1 from sales_document d where d.id = {row}.document_id and d.issued_at is not null)"
#: When each event on a line of a schedule is refused; `updated_at` may change, nothing else.
COLUMNS = ("document_id", "position", "label", "share", "amount", "event", "due_on", "task_id", "invoice_id")


def _events(differs: str) -> list[tuple[str, str, str]]:
    changed = " or ".join(f"old.{column} {differs} new.{column}" for column in COLUMNS)
    old, new = SEALED.format(row="old"), SEALED.format(row="new")
    return [("insert", new, "new"), ("delete", old, "old"), ("update", f"({old} or {new}) and ({changed})", "new")]


def _renamed(before: str, after: str) -> None:
    op.drop_index(f"ix_instalment_{before}", "instalment")
    op.execute(f"alter table instalment rename column {before} to {after}")
    op.create_index(f"ix_instalment_{after}", "instalment", [after])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"alter table instalment rename constraint fk_instalment_{before} to fk_instalment_{after}")


def upgrade() -> None:
    _renamed("order_id", "document_id")
    if op.get_bind().dialect.name == "sqlite":
        for event, when, _back in _events("is not"):
            op.execute(
                f"create trigger instalment_sealed_{event} before {event} on instalment when {when} "
                f"begin select raise(abort, '{NAME}'); end"
            )
        return
    for event, when, back in _events("is distinct from"):
        name = f"instalment_sealed_{event}"
        op.execute(
            f"create function {name}() returns trigger language plpgsql as $$ begin "
            f"if {when} then raise exception '{NAME}'; end if; return {back}; end $$"
        )
        op.execute(f"create trigger {name} before {event} on instalment for each row execute function {name}()")


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for event, _when, _back in _events("is not"):
        name = f"instalment_sealed_{event}"
        op.execute(f"drop trigger {name}" if sqlite else f"drop trigger {name} on instalment")
        if not sqlite:
            op.execute(f"drop function {name}()")
    _renamed("document_id", "order_id")
