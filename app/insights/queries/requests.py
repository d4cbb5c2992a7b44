"""What was asked for and could not be lent: how much, by family, and how much of it one more unit would have served."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.assets.models import Family
from app.core.db import db
from app.insights.queries.filters import Filters
from app.insights.queries.fleet import families_under
from app.lending.models import LoanRequest
from app.lending.states import IN_LINE, RequestState

Dates = tuple[datetime, datetime]
CALLED_OFF = (RequestState.CANCELLED, RequestState.PASSED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of a family, in the period: requests refused, in line, lent after all, called off by who asked or left without an answer.
    `served`: how many of those not lent one more unit would have served, one after the other."""

    family_id: int
    family: str
    refused: int
    waiting: int
    accepted: int
    lapsed: int
    called_off: int
    served: int

    @property
    def asked(self) -> int:
        """All of them."""
        return self.refused + self.waiting + self.accepted + self.lapsed + self.called_off

    @property
    def missed(self) -> int:
        """Those that somebody still wanted and did not get."""
        return self.refused + self.waiting + self.lapsed


def requests(filters: Filters) -> list[Wanted]:
    """What was asked for during the period, the family most missed first. One statement."""
    query = (
        select(LoanRequest.family_id, Family.name, LoanRequest.state, LoanRequest.starts_at, LoanRequest.due_at)
        .join(Family, Family.id == LoanRequest.family_id)
        .where(filters.within(LoanRequest.created_at))
    )
    if filters.family:
        query = query.where(LoanRequest.family_id.in_(families_under(filters.family)))
    groups: dict[tuple[int, str], list[tuple[RequestState, Dates]]] = {}
    for row in db.session.execute(query):
        groups.setdefault((row.family_id, row.name), []).append((row.state, (row.starts_at, row.due_at)))
    found = [_wanted(*family, rows) for family, rows in groups.items()]
    return sorted(found, key=lambda one: (-one.missed, -one.asked, one.family))


def _wanted(family_id: int, family: str, rows: Sequence[tuple[RequestState, Dates]]) -> Wanted:
    states = [state for state, _dates in rows]
    missed = [dates for state, dates in rows if state not in (RequestState.ACCEPTED, *CALLED_OFF)]
    return Wanted(
        family_id, family, states.count(RequestState.REFUSED), sum(state in IN_LINE for state in states),
        states.count(RequestState.ACCEPTED), states.count(RequestState.LAPSED),
        sum(state in CALLED_OFF for state in states), served(missed),
    )  # fmt: skip


def served(wanted: Iterable[Dates]) -> int:
    """The most of these requests that one unit can serve, one after the other: the one that ends first is always right."""
    count, free = 0, None
    for start, end in sorted(wanted, key=lambda dates: dates[1]):
        if free is None or start >= free:
            count, free = count + 1, end
    return count
