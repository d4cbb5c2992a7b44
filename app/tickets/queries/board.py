"""The board and the list: one set of filters, kept in the query string; rows are tuples."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, literal, select, union_all

from app.accounts.models import User
from app.contacts.models import Contact
from app.core import clock, search
from app.core.db import db
from app.core.pages import COUNT_STOP
from app.core.settings import setting
from app.tickets.models import Ticket
from app.tickets.queries.one import visible
from app.tickets.states import (
    COLUMN_STATES,
    FINAL,
    GROUPS,
    BoardColumn,
    Group,
    TicketKind,
    TicketState,
    Waiting,
)

CARDS = 5
OPEN = tuple(state for state in TicketState if state not in FINAL)
UNFINISHED = tuple(state for state, group in GROUPS.items() if group in (Group.WAITING, Group.RUNNING))

ROW = (
    Ticket.id,
    Ticket.number,
    Ticket.title,
    Contact.name.label("client"),
    Ticket.state,
    Ticket.state_since,
    Ticket.waiting,
    Ticket.waiting_note,
    Ticket.priority,
    Ticket.promised_on,
    User.name.label("assignee"),
    Ticket.received_at,
    Ticket.outcome,
    Ticket.version,
    Ticket.kind,
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the query string asks for. `mine`, `late` and `due` (promised for today, not finished) are switches;
    `still` asks for those without any action for some days."""

    text: str = ""
    mine: bool = False
    late: bool = False
    due: bool = False
    still: bool = False
    assignee: int | None = None
    family: int | None = None
    site: int | None = None
    kind: str = ""
    state: str = ""
    group: str = ""
    waiting: str = ""
    closed: bool = False

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Filters":
        """From the query string; what makes no sense is left out."""

        def whole(name: str) -> int | None:
            text = args.get(name, "")
            return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None

        def known(name: str, values: Any) -> str:
            return args.get(name, "") if args.get(name, "") in values else ""

        return cls(
            text=args.get("q", "").strip()[:100],
            mine=args.get("moi") == "1",
            late=args.get("retard") == "1",
            due=args.get("aujourdhui") == "1",
            still=args.get("immobile") == "1",
            assignee=whole("reparateur"),
            family=whole("famille"),
            site=whole("site"),
            kind=known("type", [kind.value for kind in TicketKind]),
            state=known("etat", [state.value for state in TicketState]),
            group=known("groupe", [group.value for group in Group]),
            waiting=known("attente", [waiting.value for waiting in Waiting]),
            closed=args.get("sortis") == "1",
        )

    def query(self) -> dict[str, str]:
        """Back to the query string."""
        names = {
            "q": self.text, "moi": self.mine, "retard": self.late, "aujourdhui": self.due, "immobile": self.still, "reparateur": self.assignee,
            "famille": self.family, "site": self.site, "type": self.kind, "etat": self.state, "groupe": self.group,
            "attente": self.waiting, "sortis": self.closed,
        }  # fmt: skip
        return {name: "1" if value is True else str(value) for name, value in names.items() if value}

    def but(self, **changes: Any) -> str:
        """The query string with some filters changed."""
        return urlencode(replace(self, **changes).query())

    @property
    def active(self) -> int:
        """How many filters are on."""
        return len(self.query())


def _where(user: User, filters: Filters) -> list[ColumnElement[bool]]:
    today = clock.today()
    clauses: list[ColumnElement[bool]] = [visible(user)]
    if filters.mine:
        clauses.append(Ticket.assignee_id == user.id)
    if filters.late:
        clauses.append(and_(Ticket.promised_on < today, Ticket.state.in_(UNFINISHED)))
    if filters.due:
        clauses.append(and_(Ticket.promised_on == today, Ticket.state.in_(UNFINISHED)))
    if filters.still:
        limit = clock.now() - timedelta(days=setting("tickets.untouched_days"))
        clauses.append(and_(Ticket.touched_at < limit, Ticket.state.in_(OPEN)))
    for column, value in (
        (Ticket.assignee_id, filters.assignee),
        (Ticket.family_id, filters.family),
        (Ticket.site_id, filters.site),
        (Ticket.kind, filters.kind),
        (Ticket.state, filters.state),
        (Ticket.waiting, filters.waiting),
    ):
        if value:
            clauses.append(column == value)
    if filters.group:
        clauses.append(Ticket.state.in_([state for state, group in GROUPS.items() if group == filters.group]))
    if filters.text:
        ids = [hit.subject_id for hit in search.find(filters.text, ["ticket"], limit=300)]
        clauses.append(Ticket.id.in_(ids))
    return clauses


def _rows(user: User, filters: Filters) -> Select[Any]:
    return (
        select(*ROW)
        .outerjoin(Contact, Contact.id == Ticket.contact_id)
        .outerjoin(User, User.id == Ticket.assignee_id)
        .where(*_where(user, filters))
    )


def listing(user: User, filters: Filters, sort: str = "") -> Select[Any]:
    """The list's query: open tickets unless a state, a group, a text or « sortis » is asked; newest first."""
    query = _rows(user, filters)
    if not (filters.state or filters.group or filters.text or filters.closed):
        query = query.where(Ticket.state.in_(OPEN))
    orders: dict[str, tuple[Any, ...]] = {
        "promis": (Ticket.promised_on.is_(None), Ticket.promised_on, Ticket.id),
        "etat": (Ticket.state, Ticket.id.desc()),
        "client": (Contact.name, Ticket.id.desc()),
        "priorite": (Ticket.priority.desc(), Ticket.promised_on),
        "age": (Ticket.state_since, Ticket.id),
    }
    return query.order_by(*orders.get(sort, (Ticket.received_at.desc(), Ticket.id.desc())))


@dataclass(slots=True)
class Column:
    """A column of the board: how many tickets, and its first cards."""

    column: BoardColumn
    total: int
    cards: list[Any]

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.total - len(self.cards)


def _in_column(column: BoardColumn) -> ColumnElement[bool]:
    states = Ticket.state.in_(COLUMN_STATES[column])
    if column == BoardColumn.WAITING:
        return and_(states, Ticket.waiting.in_([reason for reason in Waiting if reason != Waiting.NONE]))
    return and_(states, Ticket.waiting == Waiting.NONE)


def board(user: User, filters: Filters) -> list[Column]:
    """The columns with their first cards, urgent first, then by promised day.

    Two queries, whatever the number of rows: each column reads its first cards in the order of an index, and counts to
    a thousand at most.
    """
    where = _where(user, filters)
    columns = list(BoardColumn)
    totals = [_bounded(*where, _in_column(column)).label(f"c{rank}") for rank, column in enumerate(columns)]
    counted = db.session.execute(select(*totals)).one()
    parts = [
        select(
            select(Ticket.id, literal(column.value).label("col"))
            .where(*where, _in_column(column))
            .order_by(Ticket.board_rank)
            .limit(CARDS)
            .subquery()
        )
        for column, total in zip(columns, counted, strict=True)
        if total
    ]
    cards: dict[str, list[Any]] = {}
    if parts:
        first = union_all(*parts).subquery()
        query = (
            select(*ROW, first.c.col)
            .join(first, first.c.id == Ticket.id)
            .outerjoin(Contact, Contact.id == Ticket.contact_id)
            .outerjoin(User, User.id == Ticket.assignee_id)
            .order_by(Ticket.board_rank, Ticket.id)
        )
        for row in db.session.execute(query):
            cards.setdefault(row.col, []).append(row)
    return [Column(item, total, cards.get(item.value, [])) for item, total in zip(columns, counted, strict=True)]


def _bounded(*where: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many tickets, stopping just past a thousand: lists show « 1 000+ » beyond."""
    return (
        select(func.count())
        .select_from(select(Ticket.id).where(*where).limit(COUNT_STOP + 1).subquery())
        .scalar_subquery()
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tickets are open, late, untouched for too long, and one's own."""

    open: int
    late: int
    still: int
    mine: int


def counts(user: User) -> Counts:
    """The figures of the header and the menu, in one query, each stopping just past a thousand."""
    seen, unfinished = visible(user), Ticket.state.in_(OPEN)
    limit = clock.now() - timedelta(days=setting("tickets.untouched_days"))
    late = and_(Ticket.promised_on < clock.today(), Ticket.state.in_(UNFINISHED))
    row = db.session.execute(
        select(
            _bounded(seen, unfinished).label("open"),
            _bounded(seen, late).label("late"),
            _bounded(seen, unfinished, Ticket.touched_at < limit).label("still"),
            _bounded(seen, unfinished, Ticket.assignee_id == user.id).label("mine"),
        )
    ).one()
    return Counts(*row)
