"""Repairs sent out: one, the list of those to share, and the work list of a repairer. Rows are tuples."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.accounts.queries import allowed
from app.assets.models import Asset, Family
from app.contacts.models import Contact
from app.core.db import db
from app.repairers.models import Repairer, RepairJob
from app.repairers.queries.profiles import own_id
from app.repairers.states import HELD, LOOSE, WORKING, JobState, Tab
from app.tickets.models import Ticket
from app.tickets.queries.one import visible
from app.tickets.states import TicketState

SHARE = "repairer.share"
_PEOPLE = (
    joinedload(RepairJob.repairer).joinedload(Repairer.contact),
    joinedload(RepairJob.repairer).joinedload(Repairer.user),
)
_WHOLE = (*_PEOPLE, joinedload(RepairJob.bill))


def job_of(ticket_id: int) -> RepairJob | None:
    """What was sent out of a ticket, with its repairer and his invoice."""
    return db.session.scalars(select(RepairJob).where(RepairJob.ticket_id == ticket_id).options(*_WHOLE)).one_or_none()


def _numbered(number: str) -> Select[RepairJob]:
    return (
        select(RepairJob)
        .join(Ticket, Ticket.id == RepairJob.ticket_id)
        .where(Ticket.number == number)
        .options(*_WHOLE, joinedload(RepairJob.ticket))
    )


def job_by_number(number: str) -> RepairJob | None:
    """The repair sent out of the ticket of that number, for who shares them."""
    return db.session.scalars(_numbered(number)).one_or_none()


def own_job(user: User, number: str) -> RepairJob | None:
    """The repair of that number when it is in the hands of this repairer, or offered to him."""
    mine = own_id(user)
    if mine is None:
        return None
    query = _numbered(number).where(RepairJob.repairer_id == mine, RepairJob.state.in_(HELD), visible(user))
    return db.session.scalars(query).one_or_none()


def repair_for(user: User, job_id: int) -> RepairJob | None:
    """The repair of that id, for who shares them or has it."""
    found = db.session.get(RepairJob, job_id, options=[joinedload(RepairJob.ticket)])
    if found is None or allowed(user, SHARE):
        return found
    return own_job(user, found.ticket.number)


_ROW = (
    RepairJob.id, RepairJob.state, RepairJob.repairer_id, RepairJob.suggested_id, RepairJob.why, RepairJob.expected_on,
    RepairJob.asked_at, RepairJob.level, RepairJob.cost, RepairJob.bill_id, RepairJob.quote_state, Ticket.number, Ticket.title,
    Ticket.state.label("work"), Ticket.priority, Ticket.asset_id, Ticket.estimated_minutes, Ticket.fault, Ticket.ready_at,
    Family.name.label("family"), Asset.serial,
)  # fmt: skip


def _rows(*conditions: ColumnElement[bool]) -> Select[Any]:
    return (
        select(*_ROW)
        .join(Ticket, Ticket.id == RepairJob.ticket_id)
        .outerjoin(Family, Family.id == Ticket.family_id)
        .outerjoin(Asset, Asset.id == Ticket.asset_id)
        .where(*conditions)
    )


def to_share() -> Sequence[Any]:
    """All that nobody has accepted yet: without anybody first, then the oldest proposals."""
    query = _rows(RepairJob.state.in_(LOOSE), Ticket.state.in_(WORKING))
    return db.session.execute(query.order_by(RepairJob.state.desc(), Ticket.priority.desc(), RepairJob.id)).all()


# The menu says it on every page: built once.
_WAITING = (
    select(func.count(), func.count().filter(RepairJob.state == JobState.TO_SHARE))
    .select_from(RepairJob)
    .join(Ticket, Ticket.id == RepairJob.ticket_id)
    .where(RepairJob.state.in_(LOOSE), Ticket.state.in_(WORKING))
)


def waiting_count() -> tuple[int, int]:
    """(repairs that nobody has accepted, of which nobody was asked)."""
    row = db.session.execute(_WAITING).one()
    return int(row[0]), int(row[1])


def condition(tab: Tab, repairer_id: int) -> ColumnElement[bool]:
    """What a part of his work list holds."""
    mine, said_yes = RepairJob.repairer_id == repairer_id, RepairJob.state == JobState.ACCEPTED
    at_work = Ticket.state.in_(WORKING)
    conditions = {
        Tab.PROPOSED: and_(RepairJob.state == JobState.PROPOSED, at_work),
        Tab.ACCEPTED: and_(said_yes, Ticket.state == TicketState.RECEIVED),
        Tab.IN_HAND: and_(said_yes, at_work, Ticket.state != TicketState.RECEIVED),
        Tab.DONE: and_(said_yes, ~at_work),
    }
    return and_(mine, conditions[tab])


def own_list(tab: Tab, repairer_id: int) -> Select[Any]:
    """His repairs: the soonest end first; of those that are done, the newest."""
    order = (Ticket.ready_at.desc(), RepairJob.id.desc()) if tab == Tab.DONE else (RepairJob.expected_on, RepairJob.id)
    return _rows(condition(tab, repairer_id)).order_by(*order)


def own_counts(repairer_id: int) -> dict[Tab, int]:
    """How many repairs each part holds."""
    columns = [func.count().filter(condition(tab, repairer_id)).label(tab.name) for tab in Tab]
    query = select(*columns).select_from(RepairJob).join(Ticket, Ticket.id == RepairJob.ticket_id)
    row = db.session.execute(query).one()
    return {tab: getattr(row, tab.name) for tab in Tab}


def own_days(repairer_id: int, last: date) -> Sequence[Any]:
    """What he must give back until that day, what is late included."""
    query = _rows(
        RepairJob.repairer_id == repairer_id, RepairJob.state.in_(HELD), Ticket.state.in_(WORKING),
        RepairJob.expected_on <= last,
    )  # fmt: skip
    return db.session.execute(query.order_by(RepairJob.expected_on, RepairJob.id)).all()


def unbilled(repairer_id: int) -> Sequence[Any]:
    """His repairs that no invoice of his closes yet: those that are done first."""
    query = _rows(
        RepairJob.repairer_id == repairer_id, RepairJob.state == JobState.ACCEPTED, RepairJob.bill_id.is_(None)
    )
    return db.session.execute(
        query.order_by(Ticket.ready_at.is_(None), Ticket.ready_at.desc(), RepairJob.id).limit(60)
    ).all()


def silent(before: datetime, *, escalated: bool) -> list[str]:
    """The numbers of the repairs proposed before that moment and not answered: neither reminded, or else left to nobody."""
    mark = RepairJob.escalated_at if escalated else RepairJob.reminded_at
    query = (
        select(Ticket.number)
        .join(RepairJob, RepairJob.ticket_id == Ticket.id)
        .where(
            RepairJob.state == JobState.PROPOSED,
            RepairJob.asked_at <= before,
            mark.is_(None),
            Ticket.state.in_(WORKING),
        )
        .order_by(RepairJob.id)
    )
    return list(db.session.scalars(query))


def of_asset(asset_id: int) -> Sequence[Any]:
    """The repairs of one of our things: (number, title, state, received_at, ready_at, cost, repairer), the newest first."""
    query = (
        select(
            Ticket.number, Ticket.title, Ticket.state, Ticket.received_at, Ticket.ready_at, RepairJob.cost,
            Contact.name.label("repairer"),
        )
        .outerjoin(RepairJob, RepairJob.ticket_id == Ticket.id)
        .outerjoin(Repairer, Repairer.id == RepairJob.repairer_id)
        .outerjoin(Contact, Contact.id == Repairer.contact_id)
        .where(Ticket.asset_id == asset_id)
        .order_by(Ticket.received_at.desc())
        .limit(50)
    )  # fmt: skip
    return db.session.execute(query).all()


def coming(user_ids: Sequence[int], end: datetime) -> Sequence[Any]:
    """Accepted or proposed, not begun: (user_id, number, title, state, asked_at, answered_at, expected_on), for the planning."""
    query = (
        select(
            Repairer.user_id, Ticket.number, Ticket.title, RepairJob.state, RepairJob.asked_at, RepairJob.answered_at,
            RepairJob.expected_on, RepairJob.earliest,
        )
        .join(Repairer, Repairer.id == RepairJob.repairer_id)
        .join(Ticket, Ticket.id == RepairJob.ticket_id)
        .where(
            Repairer.user_id.in_(user_ids), RepairJob.state.in_(HELD), Ticket.state == TicketState.RECEIVED,
            RepairJob.asked_at < end,
        )
    )  # fmt: skip
    return db.session.execute(query).all()
