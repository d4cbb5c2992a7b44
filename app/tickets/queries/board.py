"""The board: columns with their first cards, and the figures of the header. Statements are built once per shape."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, and_, func, literal, select, union_all

from app.accounts.models import User
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.pages import COUNT_STOP
from app.core.revisions import kept_until
from app.tickets.models import Ticket
from app.tickets.queries.filters import (
    LATE,
    MINE,
    OPENED,
    SCOPES,
    STILL,
    Filters,
    Shape,
    scope_of,
    shape_of,
    still_since,
    values_of,
    where_of,
)
from app.tickets.queries.listing import ROW
from app.tickets.states import COLUMN_STATES, BoardColumn, Waiting

CARDS = 5


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


def _bounded(*where: ColumnElement[bool]) -> ScalarSelect[int]:
    """How many tickets, stopping just past a thousand: lists show « 1 000+ » beyond."""
    inner = select(Ticket.id).where(*where).limit(COUNT_STOP + 1).subquery()
    return select(func.count()).select_from(inner).scalar_subquery()


@lru_cache(maxsize=256)
def _totals(shape: Shape) -> Select[*tuple[Any, ...]]:
    where = where_of(shape)
    return select(*(_bounded(*where, _in_column(column)).label(column.value) for column in BoardColumn))


@lru_cache(maxsize=256)
def _cards(shape: Shape) -> Select[*tuple[Any, ...]]:
    where = where_of(shape)
    parts = [
        select(
            select(Ticket.id, literal(column.value).label("col"))
            .where(*where, _in_column(column))
            .order_by(Ticket.board_rank)
            .limit(CARDS)
            .subquery()
        )
        for column in BoardColumn
    ]
    first = union_all(*parts).subquery()
    return (
        select(*ROW, first.c.col)
        .join(first, first.c.id == Ticket.id)
        .outerjoin(Contact, Contact.id == Ticket.contact_id)
        .outerjoin(User, User.id == Ticket.assignee_id)
        .order_by(Ticket.board_rank, Ticket.id)
    )


def board(user: User, filters: Filters) -> list[Column]:
    """The columns with their first cards, urgent first, then by promised day.

    Two queries, whatever the number of rows: each column reads its first cards in the order of an index, and counts to
    a thousand at most.
    """
    shape, values = shape_of(user, filters), values_of(user, filters)
    totals = db.session.execute(_totals(shape), values).one()
    cards: dict[str, list[Any]] = {}
    for row in db.session.execute(_cards(shape), values):
        cards.setdefault(row.col, []).append(row)
    return [Column(item, total, cards.get(item.value, [])) for item, total in zip(BoardColumn, totals, strict=True)]


@dataclass(frozen=True, slots=True)
class Counts:
    """How many tickets are open, late, untouched for too long, and one's own."""

    open: int
    late: int
    still: int
    mine: int


@lru_cache(maxsize=8)
def _figures(scope: str) -> Select[*tuple[Any, ...]]:
    seen = SCOPES[scope]
    return select(
        _bounded(seen, OPENED).label("open"),
        _bounded(seen, LATE).label("late"),
        _bounded(seen, STILL).label("still"),
        _bounded(seen, OPENED, MINE).label("mine"),
    )


@kept_until("tickets", "settings")
def _counted(scope: str, _me: int, _hour: str) -> Counts:
    """Kept until a ticket changes, an hour at most: what is late or forgotten depends on the clock too."""
    return Counts(*db.session.execute(_figures(scope), _values(_me)).one())


def _values(me: int) -> dict[str, Any]:
    return {"me": me, "today": clock.today(), "still_since": still_since()}


def counts(user: User) -> Counts:
    """The figures of the header and the menu, in one query, each stopping just past a thousand."""
    return _counted(scope_of(user), user.id, clock.local(clock.now()).strftime("%Y-%m-%d %H"))
