"""The workshop's present figures, grouped by the database and kept until a ticket changes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, case, func, literal, or_, select, union_all

from app.accounts.models import User
from app.accounts.queries import allowed
from app.accounts.states import Role
from app.core import clock
from app.core.db import db
from app.core.revisions import kept_until
from app.insights.states import AgeGroup
from app.tickets.models import Ticket
from app.tickets.queries.filters import UNFINISHED
from app.tickets.states import COLUMN_STATES, FINAL, MAY_WAIT, BoardColumn, TicketState, Waiting

OPEN = tuple(state for state in TicketState if state not in FINAL)
MONTHS = 12
EVERYBODY, NOBODY = 0, -1
# The tickets of a scope, given as the parameter `me`.
SEEN = or_(bindparam("me", type_=Integer) == EVERYBODY, Ticket.assignee_id == bindparam("me", type_=Integer))


@dataclass(frozen=True, slots=True)
class Group:
    """Open tickets in one state, for one reason, of one person. `ages` follows `AgeGroup`."""

    state: TicketState
    waiting: Waiting
    assignee_id: int | None
    assignee: str | None
    count: int
    late: int
    due: int
    ages: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Workshop:
    """Every group, and the sums that pages show."""

    groups: tuple[Group, ...]

    def total(self, of: Callable[[Group], bool] = lambda _group: True) -> int:
        """How many open tickets, of those groups."""
        return sum(group.count for group in self.groups if of(group))

    def ready(self, assignee_id: int | None = None) -> int:
        """How many wait to be handed over."""
        return self.total(lambda group: group.state == TicketState.READY and assignee_id in (None, group.assignee_id))

    def late(self, assignee_id: int | None = None) -> int:
        """How many are past their promised day and not finished."""
        return sum(group.late for group in self.groups if assignee_id in (None, group.assignee_id))

    def late_for_parts(self) -> int:
        """How many of the late ones wait for a part."""
        return sum(group.late for group in self.groups if group.waiting == Waiting.PART)

    def due(self, assignee_id: int | None = None) -> int:
        """How many are promised for today and not finished."""
        return sum(group.due for group in self.groups if assignee_id in (None, group.assignee_id))

    def waiting(self, assignee_id: int | None = None) -> int:
        """How many wait for something."""
        return self.total(lambda group: group.waiting != Waiting.NONE and assignee_id in (None, group.assignee_id))

    def by_column(self) -> list[tuple[BoardColumn, int]]:
        """How many in each column of the board."""
        return [(column, self.total(lambda group, column=column: _column(group) == column)) for column in BoardColumn]  # type: ignore[misc]

    def by_person(self) -> list[tuple[int | None, str, int, int]]:
        """(id, name, open, late) of each person, the most loaded first; id None for what nobody has."""
        found: dict[int | None, tuple[str, int, int]] = {}
        for group in self.groups:
            name, count, late = found.get(group.assignee_id, (group.assignee or "", 0, 0))
            found[group.assignee_id] = (name, count + group.count, late + group.late)
        return sorted(((who, *rest) for who, rest in found.items()), key=lambda row: (row[0] is None, -row[2], row[1]))

    def by_age(self) -> list[tuple[AgeGroup, int]]:
        """How many of each age."""
        return [(age, sum(group.ages[rank] for group in self.groups)) for rank, age in enumerate(AgeGroup)]


def _column(group: Group) -> BoardColumn | None:
    if group.waiting != Waiting.NONE and group.state in MAY_WAIT:
        return BoardColumn.WAITING
    columns = (
        column for column, states in COLUMN_STATES.items() if column != BoardColumn.WAITING and group.state in states
    )
    return next(columns, None)


def workshop(user: User) -> Workshop:
    """The open tickets that this person sees."""
    return Workshop(_groups(scope(user), clock.today()))


def scope(user: User) -> int:
    """Whose tickets a person of the team sees, as a key for what is kept: EVERYBODY, his own id for an outside repairer, else NOBODY."""
    if not allowed(user, "ticket.view"):
        return NOBODY
    return user.id if user.role == Role.REPAIRER else EVERYBODY


def params_of(user: User) -> dict[str, int]:
    """The parameter of `SEEN` for this person."""
    return {"me": scope(user)}


@kept_until("tickets")
def _groups(person: int, today: date) -> tuple[Group, ...]:
    late = and_(Ticket.promised_on < today, Ticket.state.in_(UNFINISHED))
    due = and_(Ticket.promised_on == today, Ticket.state.in_(UNFINISHED))
    ages = [tally(condition) for condition in age_conditions(today)]
    query = (
        select(
            Ticket.state, Ticket.waiting, Ticket.assignee_id, User.name, func.count(), tally(late), tally(due), *ages
        )
        .outerjoin(User, User.id == Ticket.assignee_id)
        .where(Ticket.state.in_(OPEN), SEEN)
        .group_by(Ticket.state, Ticket.waiting, Ticket.assignee_id, User.name)
    )
    return tuple(Group(*row[:7], ages=tuple(row[7:])) for row in db.session.execute(query, {"me": person}))


def tally(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """How many rows of a group answer the condition."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def age_conditions(today: date) -> list[ColumnElement[bool]]:
    """One condition for each `AgeGroup`: received in the days that it covers."""
    conditions = []
    newest: datetime | None = None
    for age in AgeGroup:
        oldest = clock.start_of(today - timedelta(days=age.below)) if age.below else None
        bounds = [Ticket.received_at < newest] if newest else []
        bounds += [Ticket.received_at >= oldest] if oldest else []
        conditions.append(and_(*bounds))
        newest = oldest
    return conditions


@dataclass(frozen=True, slots=True)
class Months:
    """Tickets by month, the oldest first: received, finished, and received a year earlier."""

    first_days: tuple[date, ...]
    received: tuple[int, ...]
    finished: tuple[int, ...]
    received_before: tuple[int, ...]


def first_of_months(today: date, count: int) -> list[date]:
    """The first days of the last `count` months, this one last, and of the one that follows."""
    return [clock.months_after(today.replace(day=1), rank) for rank in range(1 - count, 2)]


@kept_until("tickets")
def months(person: int, today: date) -> Months:
    """Tickets by month over a year, and over the year before."""
    days = first_of_months(today, 2 * MONTHS)
    spans = list(pairwise(days))
    parts = [_counted("received", rank, Ticket.received_at, span) for rank, span in enumerate(spans)]
    parts += [_counted("out", rank, Ticket.out_at, span) for rank, span in enumerate(spans) if rank >= MONTHS]
    found = {(row[0], row[1]): row[2] for row in db.session.execute(union_all(*parts), {"me": person})}
    this_year = range(MONTHS, 2 * MONTHS)
    return Months(
        first_days=tuple(days[MONTHS:-1]),
        received=tuple(found["received", rank] for rank in this_year),
        finished=tuple(found["out", rank] for rank in this_year),
        received_before=tuple(found["received", rank - MONTHS] for rank in this_year),
    )


def _counted(what: str, rank: int, column: Any, span: tuple[date, date]) -> Select[*tuple[Any, ...]]:
    start, end = clock.start_of(span[0]), clock.start_of(span[1])
    return (
        select(literal(what), literal(rank), func.count())
        .select_from(Ticket)
        .where(column >= start, column < end, SEEN)
    )
