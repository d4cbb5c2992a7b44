"""Who waits for what, in order."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select

from app.assets.models import Asset, AssetModel, Family
from app.assets.queries import Side, family_line
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.lending.models import Loan, LoanRequest
from app.lending.states import IN_LINE, RequestState
from app.planning.queries.availability import other_dates, units_over

COUNTED = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Waiter:
    """A line of the page. `position`: among those who wait for some of the same days of the same family."""

    id: int
    contact_id: int
    client: str
    what: str
    starts_at: datetime
    due_at: datetime
    flexible_days: int
    state: RequestState
    position: int
    number: str | None
    until: datetime | None


def in_line(contact_ids: Container[int] | None = None) -> list[Waiter]:
    """Everybody in line, first come first; of some people when they are given. One statement."""
    query = (
        select(
            LoanRequest.id, LoanRequest.contact_id, Contact.name.label("client"), Family.name.label("family"),
            func.trim(AssetModel.brand + " " + AssetModel.name).label("model"), LoanRequest.family_id, LoanRequest.starts_at,
            LoanRequest.due_at, LoanRequest.flexible_days, LoanRequest.state, Loan.number, Loan.expires_at,
        )
        .join(Contact, Contact.id == LoanRequest.contact_id)
        .join(Family, Family.id == LoanRequest.family_id)
        .outerjoin(AssetModel, AssetModel.id == LoanRequest.model_id)
        .outerjoin(Loan, Loan.id == LoanRequest.loan_id)
        .where(LoanRequest.state.in_(IN_LINE))
        .order_by(LoanRequest.id)
    )  # fmt: skip
    rows, found = db.session.execute(query).all(), []
    for rank, row in enumerate(rows):
        before = sum(
            other.family_id == row.family_id and other.starts_at < row.due_at and other.due_at > row.starts_at
            for other in rows[:rank]
        )
        found.append(
            Waiter(
                row.id, row.contact_id, row.client, row.model or row.family, row.starts_at, row.due_at, row.flexible_days,
                row.state, before + 1, row.number, row.expires_at,
            )
        )  # fmt: skip
    return [each for each in found if contact_ids is None or each.contact_id in contact_ids]


def not_lent() -> Sequence[tuple[str, int, int]]:
    """(family, requests refused or waited for, of which lent after all) over a year, the most wanted first."""
    accepted = func.count().filter(LoanRequest.state == RequestState.ACCEPTED)
    query = (
        select(Family.name, func.count().label("asked"), accepted)
        .join(LoanRequest, LoanRequest.family_id == Family.id)
        .where(LoanRequest.created_at > clock.now() - COUNTED)
        .group_by(Family.name)
        .order_by(func.count().desc(), Family.name)
        .limit(12)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


def wanted(request: LoanRequest) -> ColumnElement[bool]:
    """The condition of the units that would do."""
    if request.model_id is not None:
        return Asset.model_id == request.model_id
    return Side(Family.__kind__, request.family_id, "").condition()


def slot_for(request: LoanRequest) -> tuple[int, datetime, datetime] | None:
    """(unit, hand-over, return) that would do, the dates asked first, else the nearest that the request allows; None when none.
    A period that has begun is offered for what is left of it."""
    start = max(request.starts_at, clock.now())
    units = units_over(wanted(request), start, request.due_at)
    free = next((unit for unit in units if unit.free), None)
    if free is not None:
        return free.id, start, request.due_at
    reach = timedelta(days=request.flexible_days, hours=2)
    later, earlier = other_dates(units, start, request.due_at) if request.flexible_days else ([], [])
    near = [dates for dates in (*later[:1], *earlier[:1]) if abs(dates.start - start) <= reach]
    best = min(near, key=lambda dates: abs(dates.start - start), default=None)
    return None if best is None else (best.unit_id, best.start, best.due)


def waiting_for_unit(asset_id: int) -> bool:
    """True when somebody waits for something of the family of that thing."""
    family_id = db.session.scalar(select(Asset.family_id).where(Asset.id == asset_id))
    query = select(LoanRequest.id).where(
        LoanRequest.state == RequestState.WAITING, LoanRequest.family_id.in_(family_line(family_id))
    )
    return db.session.scalar(query.limit(1)) is not None
