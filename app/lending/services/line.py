"""The waiting list: first come, first served; an offer is an option, confirmed or passed in one tap, that lapses by itself."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from app.assets.models import Asset
from app.contacts.models import Contact
from app.core import clock, links
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.jobs import later
from app.core.settings import setting
from app.core.subject import subject_of
from app.core.urls import absolute
from app.lending.models import Loan, LoanRequest
from app.lending.queries.waiting import slot_for, waiting_for_unit
from app.lending.services import reserving
from app.lending.services.recipients import recipient_of
from app.lending.states import IN_LINE, REQUESTS, LoanState, RequestState
from app.messaging.services import tell
from app.planning.queries.words import when

LINK, HOURS = "waiting", "lending.offer_hours"
FLEXIBLE = 30


def note_refusal(family_id: int, start: datetime, due: datetime, contact_id: int | None = None) -> None:
    """Count what could not be lent: once a day for the same person (or nobody yet), family and days."""
    require_transaction()
    day = clock.start_of(clock.today())
    same = select(LoanRequest.id).where(
        LoanRequest.family_id == family_id, LoanRequest.created_at >= day,
        LoanRequest.starts_at < due, LoanRequest.due_at > start,
        or_(LoanRequest.contact_id.is_(None), LoanRequest.contact_id == contact_id),
    )  # fmt: skip
    if db.session.scalar(same.limit(1)) is None:
        db.session.add(
            LoanRequest(
                family_id=family_id, contact_id=contact_id, starts_at=start, due_at=due, state=RequestState.REFUSED
            )
        )
        db.session.flush()


def join(
    contact: Contact, family_id: int, start: datetime, due: datetime, *, model_id: int | None = None, flexible_days: int = 0
) -> LoanRequest:  # fmt: skip
    """Wait for something of a family, or of one model, from `start` to `due` (UTC). Raises DomainError when already in line."""
    require_transaction()
    if due <= clock.now():
        raise DomainError(_("Le retour est déjà passé : choisissez d'autres dates."), field="due_day")
    known = db.session.scalars(
        select(LoanRequest).where(
            LoanRequest.family_id == family_id, LoanRequest.starts_at < due, LoanRequest.due_at > start,
            or_(LoanRequest.contact_id.is_(None), LoanRequest.contact_id == contact.id),
            LoanRequest.state.in_((RequestState.REFUSED, *IN_LINE)),
        )
    ).all()  # fmt: skip
    if any(row.state in IN_LINE for row in known):
        raise DomainError(_("%(client)s attend déjà pour ces dates.", client=contact.name))
    row = LoanRequest(
        contact_id=contact.id, family_id=family_id, model_id=model_id, starts_at=start, due_at=due,
        flexible_days=min(max(flexible_days, 0), FLEXIBLE),
    )  # fmt: skip
    for counted in known:  # the refusal noted a moment ago is this request
        if counted.created_at >= clock.start_of(clock.today()):
            db.session.delete(counted)
    db.session.add(row)
    db.session.flush()
    return row


def locked_request(request_id: int) -> LoanRequest:
    """The request read again under a lock."""
    require_transaction()
    query = select(LoanRequest).where(LoanRequest.id == request_id).with_for_update(of=LoanRequest)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def to_look_at() -> Sequence[int]:
    """Ids of everybody in line, first come first."""
    query = select(LoanRequest.id).where(LoanRequest.state.in_(IN_LINE)).order_by(LoanRequest.id)
    return db.session.scalars(query).all()


def look_at(request: LoanRequest) -> bool:
    """Offer what is free to one who waits, or end what came to nothing; True when something changed. Safe to run twice."""
    if request.state == RequestState.OFFERED:
        loan = db.session.get_one(Loan, request.loan_id)
        if loan.state == LoanState.CANCELLED:
            REQUESTS.move(request, RequestState.LAPSED)
        elif loan.state != LoanState.OPTION:
            REQUESTS.move(request, RequestState.ACCEPTED)
        return request.state != RequestState.OFFERED
    if request.state != RequestState.WAITING:
        return False
    if request.due_at <= clock.now() + timedelta(hours=1):
        REQUESTS.move(request, RequestState.LAPSED)
        return True
    slot = slot_for(request)
    if slot is None:
        return False
    _offer(request, *slot)
    return True


def _offer(request: LoanRequest, unit_id: int, start: datetime, due: datetime) -> None:
    contact, unit = db.session.get_one(Contact, request.contact_id), db.session.get_one(Asset, unit_id)
    loan = reserving.reserve(contact, [unit], start, due, option=True, any_unit=[unit.id])
    hours = int(setting(HOURS))
    loan.expires_at = clock.now() + timedelta(hours=hours)
    for item in loan.items:
        item.booking.expires_at = loan.expires_at
    request.loan_id = loan.id
    REQUESTS.move(request, RequestState.OFFERED)
    token = links.issue(LINK, subject_of(request), hours=hours)
    db.session.flush()
    facts = {
        "materiel": unit.label.partition(" n° ")[0], "dates": when(start, due), "limite": clock.full(loan.expires_at),
        "lien": absolute("lending.line_offer", token=token),
    }  # fmt: skip
    tell(recipient_of(contact), "loan.offer", about=subject_of(loan), facts=facts)


def accept(request: LoanRequest) -> Loan:
    """He takes it: the option is a reservation. Raises DomainError when the offer is over."""
    loan = _offered(request)
    REQUESTS.move(request, RequestState.ACCEPTED)
    reserving.confirm(loan)
    return loan


def pass_turn(request: LoanRequest) -> None:
    """He does not want it: the next one is offered it. Raises DomainError when the offer is over."""
    loan = _offered(request)
    REQUESTS.move(request, RequestState.PASSED)
    reserving.cancel(loan, "passed")
    later("app.lending.jobs.offer_waiting")


def withdraw(request: LoanRequest) -> None:
    """Out of the line; what was offered is free again."""
    loan = db.session.get(Loan, request.loan_id) if request.loan_id else None
    REQUESTS.move(request, RequestState.CANCELLED)
    if loan is not None and loan.state == LoanState.OPTION:
        reserving.cancel(reserving.locked(loan), "withdrawn")
    later("app.lending.jobs.offer_waiting")


def _offered(request: LoanRequest) -> Loan:
    loan = db.session.get(Loan, request.loan_id) if request.loan_id else None
    if request.state != RequestState.OFFERED or loan is None or loan.state != LoanState.OPTION:
        raise DomainError(_("Cette proposition n'est plus d'actualité. Appelez-nous : nous chercherons autre chose."))
    if loan.expires_at is not None and loan.expires_at <= clock.now():
        raise DomainError(_("Le délai pour répondre est passé. Appelez-nous : nous chercherons autre chose."))
    return reserving.locked(loan)


def watch(asset_id: int) -> None:
    """Time of one of our things is free again: the line is looked at as soon as the change is written."""
    if waiting_for_unit(asset_id):
        later("app.lending.jobs.offer_waiting")
