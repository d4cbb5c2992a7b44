"""Puts a plan into an empty database: many rows at a time, then what can only be made from them."""

import secrets
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any, TypeVar

from sqlalchemy import Table, insert, select, text

from app.core import search
from app.core.db import Base, db, is_sqlite
from app.core.links import SignedLink
from app.core.numbers import Counter
from app.core.revisions import bump
from app.demo.plan import Plan
from app.sales.models import Quote
from app.sales.services.content import snapshot, terms_for
from app.sales.states import QuoteState
from app.tickets.models import Ticket, TicketLine
from app.tickets.queries.one import LOADED

Row = dict[str, Any]
T = TypeVar("T")
BATCH = 500
ORDER = (
    "contact", "household", "household_member", "guardian", "consent", "member", "asset_model", "asset", "compatibility", "ticket", "ticket_line", "outbox_message", "thread_message", "task", "booking", "loan", "loan_item",
    "history_entry",
)  # fmt: skip


def write(plan: Plan) -> None:
    """Every row of the plan, and the counters that numbers go on from. In a transaction."""
    for name in ORDER:
        insert_rows(name, plan.tables[name])
    db.session.execute(
        insert(Counter),
        [{"series": series, "year": year, "last": last} for (series, year), last in plan.counters.items()],
    )
    _quotes(plan)
    _links(plan)
    catch_up_sequences(*ORDER, Quote.__tablename__)
    reindex()
    bump("tickets")
    bump("messages")
    bump("planning")
    bump("loans")


def insert_rows(name: str, rows: Iterable[Row]) -> None:
    """Rows of one table, by batches."""
    table: Table = Base.metadata.tables[name]
    for batch in batches(list(rows)):
        db.session.execute(table.insert(), batch)


def batches(rows: list[T]) -> Iterator[list[T]]:
    """The rows, some hundreds at a time."""
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _quotes(plan: Plan) -> None:
    """Each quote with the copy of its ticket that it prints."""
    for batch in batches(plan.tables["quote"]):
        ids = {row["ticket_id"] for row in batch}
        tickets = {
            ticket.id: ticket
            for ticket in db.session.scalars(select(Ticket).where(Ticket.id.in_(ids)).options(*LOADED))
        }
        lines: dict[int, list[TicketLine]] = {}
        for line in db.session.scalars(
            select(TicketLine).where(TicketLine.ticket_id.in_(ids)).order_by(TicketLine.position)
        ):
            lines.setdefault(line.ticket_id, []).append(line)
        done = []
        for row in batch:
            terms = terms_for(tickets[row["ticket_id"]])
            content = snapshot(tickets[row["ticket_id"]], lines[row["ticket_id"]], terms)
            kept = {key: value for key, value in row.items() if key not in ("client", "moved_at")}
            done.append({**kept, "content": content, "conditions": terms.conditions})
        db.session.execute(Base.metadata.tables["quote"].insert(), done)
        db.session.expunge_all()


def _links(plan: Plan) -> None:
    """The client's page of each ticket, and of each quote that waits."""
    rows = [_link("status", "ticket", row["id"], row["created_at"], None) for row in plan.tables["ticket"]]
    rows += [
        _link("quote", "quote", row["id"], row["sent_at"], row["sent_at"] + timedelta(days=31))
        for row in plan.tables["quote"] if row["state"] == QuoteState.SENT
    ]  # fmt: skip
    insert_rows(SignedLink.__tablename__, rows)


def _link(kind: str, subject_kind: str, subject_id: int, created_at: Any, expires_at: Any) -> Row:
    return {
        "kind": kind, "subject_kind": subject_kind, "subject_id": subject_id, "nonce": secrets.token_urlsafe(16)[:22],
        "created_at": created_at, "expires_at": expires_at, "revoked_at": None,
    }  # fmt: skip


def catch_up_sequences(*names: str) -> None:
    """PostgreSQL gives ids from sequences, which know nothing of the ids that we wrote."""
    if is_sqlite():
        return
    for name in names:
        highest = f'select coalesce(max(id), 1) from "{name}"'  # noqa: S608  names are ours
        db.session.execute(text(f"select setval(pg_get_serial_sequence('\"{name}\"', 'id'), ({highest}))"))


def reindex() -> None:
    """Write the search index of everything that can be found."""
    for source in search.SOURCES.values():
        rows = db.session.scalars(select(source.model).order_by(source.model.id)).yield_per(BATCH)
        for batch in rows.partitions():
            search.index(source, batch)
    db.session.expunge_all()
