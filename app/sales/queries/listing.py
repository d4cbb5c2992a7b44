"""The list of quotes: filters kept in the query string, rows as tuples, what waits for an answer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.contacts.models import Contact
from app.core import search
from app.core.db import db
from app.core.revisions import kept_until
from app.sales.models import Quote
from app.sales.queries.one import seen
from app.sales.states import QuoteState
from app.tickets.models import Ticket
from app.tickets.queries.filters import SCOPES, scope_of
from app.tickets.states import UNDECIDED

ROW: tuple[Any, ...] = (
    Quote.id, Quote.number, Quote.state, Quote.version, Quote.gross, Quote.sent_at, Quote.valid_until, Quote.reminders,
    Quote.answered_at, Ticket.number.label("ticket"), func.coalesce(Ticket.title, Quote.title).label("title"),
    Contact.name.label("client"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """What the query string asks for. `late`: expired, and nothing was done about it since."""

    text: str = ""
    state: str = ""
    late: bool = False

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Filters":
        """From the query string; what makes no sense is left out."""
        state = args.get("etat", "")
        return cls(
            text=args.get("q", "").strip()[:100],
            state=state if state in QuoteState._value2member_map_ else "",
            late=args.get("retard") == "1",
        )

    def query(self) -> dict[str, str]:
        """Back to the query string."""
        names = {"q": self.text, "etat": self.state, "retard": "1" if self.late else ""}
        return {name: value for name, value in names.items() if value}

    def but(self, **changes: Any) -> str:
        """The query string with some filters changed."""
        return urlencode(replace(self, **changes).query())


def _late() -> ColumnElement[bool]:
    newer = aliased(Quote)
    root = func.coalesce(Quote.root_id, Quote.id)
    same = or_(newer.ticket_id == Quote.ticket_id, and_(Quote.ticket_id.is_(None), newer.root_id == root))
    followed = exists().where(same, newer.id > Quote.id)
    # A quote that expired calls for something as long as its ticket waits for a decision.
    waited = or_(Quote.ticket_id.is_(None), Ticket.state.in_(UNDECIDED))
    return and_(Quote.state == QuoteState.EXPIRED, waited, ~followed)


def listing(user: User, filters: Filters) -> Select[Any]:
    """The list's query, the newest first."""
    query = (
        select(*ROW)
        .outerjoin(Ticket, Ticket.id == Quote.ticket_id)
        .join(Contact, Contact.id == Quote.contact_id)
        .where(seen(user))
        .order_by(Quote.id.desc())
    )
    if filters.state:
        query = query.where(Quote.state == filters.state)
    if filters.late:
        query = query.where(_late())
    if filters.text:
        hits = search.find(filters.text, ["quote", "ticket"], limit=300)
        by_quote = [hit.subject_id for hit in hits if hit.kind == "quote"]
        by_ticket = [hit.subject_id for hit in hits if hit.kind == "ticket"]
        query = query.where(Quote.id.in_(by_quote) | Quote.ticket_id.in_(by_ticket))
    return query


class Waiting(NamedTuple):
    """What waits: quotes sent without an answer and their total in cents, quotes expired without a follow-up, drafts."""

    sent: int
    gross: int
    late: int
    drafts: int


@cache
def _figures(scope: str) -> Select[*tuple[Any, ...]]:
    """The menu asks for it on every page: built once per scope."""

    def number(condition: ColumnElement[bool], value: Any = 1) -> Any:
        return func.coalesce(func.sum(case((condition, value), else_=0)), 0)

    live = (QuoteState.SENT, QuoteState.EXPIRED, QuoteState.DRAFT)
    sent = Quote.state == QuoteState.SENT
    return (
        select(number(sent), number(sent, Quote.gross), number(_late()), number(Quote.state == QuoteState.DRAFT))
        .select_from(Quote)
        .outerjoin(Ticket, Ticket.id == Quote.ticket_id)
        .where(Quote.state.in_(live), SCOPES[scope])
    )


@kept_until("quotes", "tickets")
def _waiting(scope: str, me: int) -> Waiting:
    row = db.session.execute(_figures(scope), {"me": me}).one()
    return Waiting(*row)


def waiting(user: User) -> Waiting:
    """The figures of the list and of the menu, in one query, kept until a quote or a ticket changes."""
    return _waiting(scope_of(user), user.id)


def waiting_for_client(user: User) -> list[Any]:
    """(number, gross, content, valid_until, ticket's number, title) of the quotes that wait for a client's answer."""
    title = func.coalesce(Ticket.title, Quote.title).label("title")
    query = (
        select(Quote.number, Quote.gross, Quote.content, Quote.valid_until, Ticket.number.label("ticket"), title)
        .outerjoin(Ticket, Ticket.id == Quote.ticket_id)
        .where(seen(user), Quote.state == QuoteState.SENT, Quote.sha256 != "")
        .order_by(Quote.valid_until, Quote.id)
    )
    return list(db.session.execute(query))
