"""What was done and what came back: by person, by family, by outcome."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.assets.models import Asset, Family
from app.contacts.models import Contact
from app.core.db import db
from app.insights.queries.filters import Filters
from app.insights.queries.workshop import OPEN, age_conditions, tally
from app.tickets.models import Ticket
from app.tickets.queries.filters import UNFINISHED
from app.tickets.states import Cover, Outcome, TicketState

RETURNS_SHOWN = 25


@dataclass(frozen=True, slots=True)
class StateAges:
    """Open tickets in one state, by age."""

    state: TicketState
    ages: tuple[int, ...]

    @property
    def count(self) -> int:
        """All of them."""
        return sum(self.ages)


def open_by_state(filters: Filters, today: date) -> list[StateAges]:
    """What is open now, whatever the period."""
    ages = [tally(condition) for condition in age_conditions(today)]
    query = select(Ticket.state, *ages).where(Ticket.state.in_(OPEN), *filters.tickets()).group_by(Ticket.state)
    found = {row[0]: tuple(row[1:]) for row in db.session.execute(query)}
    return [StateAges(state, found[state]) for state in OPEN if state in found]


def outcomes(filters: Filters) -> list[tuple[Outcome, int]]:
    """How many tickets ended in each way during the period, the most frequent first."""
    query = (
        select(Ticket.outcome, func.count())
        .where(Ticket.outcome.is_not(None), filters.within(Ticket.ready_at), *filters.tickets())
        .group_by(Ticket.outcome)
        .order_by(func.count().desc())
    )
    return [(outcome, count) for outcome, count in db.session.execute(query) if outcome is not None]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who repairs: open and late now; made ready, and repaired, during the period; came back during it."""

    id: int | None
    name: str
    open: int
    late: int
    finished: int
    repaired: int
    returned: int


def by_person(filters: Filters, today: date) -> list[Person]:
    """Load, output and returns of each, the most productive first."""
    is_open = Ticket.state.in_(OPEN)
    finished = filters.within(Ticket.ready_at)
    late = and_(Ticket.state.in_(UNFINISHED), Ticket.promised_on < today)
    query = (
        select(
            Ticket.assignee_id, User.name, tally(is_open), tally(late), tally(finished), tally(and_(finished, Ticket.outcome == Outcome.REPAIRED))
        )
        .outerjoin(User, User.id == Ticket.assignee_id)
        .where(is_open | finished, *filters.tickets())
        .group_by(Ticket.assignee_id, User.name)
    )  # fmt: skip
    returned = _returns_by("assignee_id", filters)
    people = [
        Person(row[0], row[1] or "", *row[2:], returned=returned.get(row[0], 0)) for row in db.session.execute(query)
    ]
    return sorted(people, key=lambda person: (person.id is None, -person.finished, person.name))


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """A family: received, repaired, and came back during the period."""

    name: str
    received: int
    repaired: int
    returned: int


def by_family(filters: Filters) -> list[FamilyRow]:
    """What comes, is repaired and comes back, the most frequent first."""
    received = filters.within(Ticket.received_at)
    repaired = and_(filters.within(Ticket.ready_at), Ticket.outcome == Outcome.REPAIRED)
    query = (
        select(Ticket.family_id, Family.name, tally(received), tally(repaired))
        .join(Family, Family.id == Ticket.family_id)
        .where(received | repaired, *filters.tickets())
        .group_by(Ticket.family_id, Family.name)
        .order_by(tally(received).desc(), Family.name)
    )
    returned = _returns_by("family_id", filters)
    return [FamilyRow(row[1], row[2], row[3], returned.get(row[0], 0)) for row in db.session.execute(query)]


# --- returns under guarantee ------------------------------------------------------------------------------------------


def _returns_by(column: str, filters: Filters) -> dict[int | None, int]:
    back, repair = aliased(Ticket), aliased(Ticket)
    key = getattr(repair, column)
    query = (
        select(key, func.count())
        .select_from(back)
        .join(repair, repair.id == back.parent_id)
        .where(back.cover == Cover.REPAIR, filters.within(back.received_at), *filters.tickets(repair))
        .group_by(key)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def returns(filters: Filters, limit: int | None = RETURNS_SHOWN) -> list[Any]:
    """Tickets taken back under the guarantee of a repair during the period, the newest first (QualiRépar 6.1.5, D5):
    number, title, received_at, fault, client, serial, repair (its number), out_at, repairer, rows (how many in all)."""
    back, repair = aliased(Ticket), aliased(Ticket)
    query = (
        select(
            back.number, back.title, back.received_at, back.fault, Contact.name.label("client"), Asset.serial, repair.number.label("repair"),
            repair.out_at, User.name.label("repairer"), func.count().over().label("rows"),
        )
        .select_from(back)
        .join(repair, repair.id == back.parent_id)
        .outerjoin(Contact, Contact.id == back.contact_id)
        .outerjoin(Asset, Asset.id == back.asset_id)
        .outerjoin(User, User.id == repair.assignee_id)
        .where(back.cover == Cover.REPAIR, filters.within(back.received_at), *filters.tickets(repair))
        .order_by(back.received_at.desc(), back.id.desc())
        .limit(limit)
    )  # fmt: skip
    return list(db.session.execute(query))
