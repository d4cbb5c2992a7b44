"""Reads of incidents: the list with its counts, one, those of a loan or of a thing."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.accounts.queries import allowed
from app.assets.models import Asset
from app.contacts.models import Contact
from app.core.db import db
from app.core.pages import Page, paged
from app.lending.models import Incident, Loan, LoanItem
from app.lending.queries.one import VIEW
from app.lending.queries.one import WHOLE as LOAN
from app.lending.states import IncidentState
from app.tickets.models import Ticket

WHOLE = (
    joinedload(Incident.asset),
    joinedload(Incident.contact),
    joinedload(Incident.ticket),
    joinedload(Incident.loan).options(*LOAN),
)
ROW = (
    Incident.id, Incident.state, Incident.teller, Incident.words, Incident.created_at, Asset.label.label("what"),
    Asset.inventory_number, Contact.name.label("client"), Ticket.number.label("ticket"), Ticket.state.label("work"),
)  # fmt: skip


def incident_for(user: User, incident_id: int) -> Incident | None:
    """The incident, whole, when this person may see it: the desk, or the borrower his own."""
    found = (
        db.session.scalars(select(Incident).where(Incident.id == incident_id).options(*WHOLE)).unique().one_or_none()
    )
    if found is None or allowed(user, VIEW):
        return found
    return found if user.is_client and found.contact is not None and found.contact.user_id == user.id else None


def incidents(state: IncidentState | None, number: int, size: int) -> Page:
    """One page of incidents of that state (None: all), the newest first."""
    query = _rows().order_by(Incident.id.desc())
    return paged(query.where(Incident.state == state) if state else query, number, size)


def _rows() -> Any:
    return (
        select(*ROW)
        .join(Asset, Asset.id == Incident.asset_id)
        .outerjoin(Contact, Contact.id == Incident.contact_id)
        .outerjoin(Ticket, Ticket.id == Incident.ticket_id)
    )


def incident_counts() -> dict[IncidentState, int]:
    """How many incidents each state holds."""
    rows = db.session.execute(select(Incident.state, func.count()).group_by(Incident.state))
    return {row[0]: row[1] for row in rows}


def incidents_of(condition: ColumnElement[bool], limit: int = 10) -> Sequence[Any]:
    """Rows of the incidents of a loan, of a thing or of a borrower (`Incident.loan_id == …`), the newest first."""
    return db.session.execute(_rows().where(condition).order_by(Incident.id.desc()).limit(limit)).all()


def incident_of_ticket(ticket_id: int) -> Incident | None:
    """The incident that made a ticket."""
    return db.session.scalar(select(Incident).where(Incident.ticket_id == ticket_id).limit(1))


def item_for_incident(item_id: int | None, unit: Asset | None) -> tuple[LoanItem, Loan] | None:
    """The line of a loan that an incident is about: the one named, else the one that the unit is out on."""
    query = select(LoanItem, Loan).join(Loan, Loan.id == LoanItem.loan_id).options(joinedload(LoanItem.asset))
    if item_id is not None:
        query = query.where(LoanItem.id == item_id)
    elif unit is not None:
        query = query.where(LoanItem.asset_id == unit.id, LoanItem.out_at.is_not(None), LoanItem.back_at.is_(None))
    else:
        return None
    row = db.session.execute(query.order_by(LoanItem.id.desc()).limit(1).options(joinedload(Loan.contact))).first()
    return (row[0], row[1]) if row else None
