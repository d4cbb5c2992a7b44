"""A delay reaches a loan: another unit is held for its borrower, who is told and answers in one tap; an early end gives it back."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from app.assets.models import Asset
from app.assets.states import AssetState
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.settings import setting
from app.core.subject import subject_of
from app.lending.models import Displacement, Loan, LoanItem
from app.lending.services import told, waiting
from app.lending.services.displaced import LOADED, answered, close, close_all, held_for, open_about, release
from app.lending.services.matching import refit
from app.lending.services.reserving import KIND, cancel, locked
from app.lending.states import OFFER_OPEN, OFFERS, RESULTS, TO_HAND_OVER, Answer, OfferState
from app.messaging.services import add_task
from app.planning import services as planning
from app.planning.models import Booking
from app.planning.queries import clash
from app.planning.queries.one import free_like
from app.planning.states import BookingState

HOUR = timedelta(hours=1)


def displaced(booking: Booking) -> None:
    """A delay took the slot of a thing of a loan: its borrower is told once. One who waits is told his new date."""
    if booking.state == BookingState.CANCELLED:
        _offer_again(booking)
        return
    item = db.session.scalar(select(LoanItem).where(LoanItem.booking_id == booking.id))
    if item is None:
        add_task(_("Réservation menacée : %(unit)s. Proposez autre chose.", unit=booking.label), due_on=clock.today())
        return
    loan = locked(db.session.get_one(Loan, item.loan_id))
    item = next(known for known in loan.items if known.id == item.id)
    waits = next(iter(open_about([item])), None)
    if waits is not None:
        _put_off(loan, waits)
        return
    if booking.any_unit and _another_of_the_model(loan, item):
        return
    found = _written(loan, item, booking)
    hold_another(loan, found)
    told.of_displacement(loan, found)


def _another_of_the_model(loan: Loan, item: LoanItem) -> bool:
    """The borrower asked for a model: another unit of it takes the place, and he has nothing to answer."""
    lost = db.session.get_one(Asset, item.booking.asset_id)
    start, due = planning.use_of(item.booking)
    for unit_id, _label in free_like(lost, max(start, clock.now()), due, fitting=True) if due > clock.now() else ():
        unit = db.session.get_one(Asset, unit_id)
        if lost.model_id is not None and unit.model_id == lost.model_id:
            _give(loan, item, unit)
            return True
    return False


def _give(loan: Loan, item: LoanItem, unit: Asset) -> None:
    """That unit for the dates of the loan, and accessories that fit it. Raises Conflict that names who has it."""
    (start, due), was = planning.use_of(item.booking), item.asset
    planning.settle(item.booking, max(start, clock.now()) if due > clock.now() else start, due, unit)
    record(loan, "loan.exchanged", was=was.label, now=unit.label)
    item.asset_id, item.asset, item.prepared_at = unit.id, unit, None
    db.session.flush()
    refit(loan, item, was)


def _written(loan: Loan, item: LoanItem, booking: Booking) -> Displacement:
    start, due = planning.use_of(booking)
    now, unit = clock.now(), db.session.get_one(Asset, booking.asset_id)
    limit = min(now + timedelta(hours=setting("lending.answer_hours")), max(start, now + HOUR))
    found = Displacement(
        item_id=item.id, item=item, unit_id=unit.id, unit=unit, starts_at=start, due_at=due, answer_by=limit,
        state=OfferState.ASKED, held_id=None, held=None,
    )  # fmt: skip
    db.session.add(found)
    db.session.flush()
    record(loan, "loan.displaced", what=unit.label)
    return found


def hold_another(loan: Loan, found: Displacement) -> None:
    """The first other unit that is free over the whole period is kept for him; none when there is none."""
    booking = found.item.booking
    start, due = planning.use_of(booking)
    start = max(start, clock.now())
    for unit_id, _label in free_like(found.unit, start, due, fitting=True) if due > start else ():
        unit = db.session.get_one(Asset, unit_id)
        try:
            held = planning.book_asset(
                unit, start - timedelta(minutes=booking.buffer_before), due + timedelta(minutes=booking.buffer_after), kind=KIND,
                label=unit.label, about=subject_of(loan), contact_id=loan.contact_id, state=BookingState.HELD,
            )  # fmt: skip
        except Conflict:
            continue
        held.buffer_before, held.buffer_after = booking.buffer_before, booking.buffer_after
        held.expires_at = max(found.answer_by, clock.now() + timedelta(hours=setting("lending.hold_hours")))
        found.held_id, found.held, held.asset = held.id, held, unit
        db.session.flush()
        return


def _offer_again(held: Booking) -> None:
    """The unit that was held is taken by a delay in its turn: another one, when there is one."""
    query = select(Displacement).where(Displacement.held_id == held.id, Displacement.state == OfferState.ASKED)
    found = db.session.scalar(query.options(*LOADED))
    if found is not None:
        found.held_id, found.held = None, None
        hold_another(locked(db.session.get_one(Loan, found.item.loan_id)), found)


def _put_off(loan: Loan, found: Displacement) -> None:
    """Who waits gets the next date, or is told that nobody knows it yet."""
    plan = waiting.wait_plan(loan, found)
    if plan is not None:
        waiting.put(loan, found, plan)
    told.of_new_date(loan, found, plan)


def answer(
    displacement_id: int, given: Answer, seen: OfferState | None = None, unit: Asset | None = None
) -> Displacement:
    """What the borrower, or the desk in his name, decides; `unit`: another one than the one held. Given twice, it counts once.

    Raises Conflict when it was answered otherwise since the page showed `seen`, or when the slot is gone.
    """
    found = fresh(displacement_id)
    loan = locked(db.session.get_one(Loan, found.item.loan_id))
    if found.state == RESULTS[given] and unit is None:
        return found
    if found.state not in OFFER_OPEN or (seen is not None and found.state != seen):
        raise Conflict(_("Vous avez déjà répondu : « %(state)s ». Appelez-nous pour changer.", state=found.state.label))
    if given == Answer.SWITCH:
        _switch(loan, found, unit)
    elif given == Answer.WAIT:
        _wait(loan, found)
    elif loan.state in TO_HAND_OVER:
        cancel(loan, "displaced")
    else:
        close(found, OfferState.DROPPED)
        planning.cancel(found.item.booking)
    record(loan, "loan.answered", answer=given.value, unit=found.item.asset.label)
    return found


def displacement_by_id(displacement_id: int) -> Displacement | None:
    """It, with its thing and what is held."""
    return db.session.scalar(select(Displacement).where(Displacement.id == displacement_id).options(*LOADED))


def fresh(displacement_id: int) -> Displacement:
    """It, read again in its turn: who changes the thing, the loan or the answer waits for the others."""
    require_transaction()
    planning.lock_asset(db.session.scalar(select(Displacement.unit_id).where(Displacement.id == displacement_id)))
    query = select(Displacement).where(Displacement.id == displacement_id).options(*LOADED)
    return db.session.scalars(
        query.with_for_update(of=Displacement).execution_options(populate_existing=True)
    ).one()  # fmt: skip


def _switch(loan: Loan, found: Displacement, unit: Asset | None) -> None:
    held, item = held_for(found), found.item
    if unit is None and (held is None or held.asset is None):
        raise Conflict(_("Cet autre matériel n'est plus disponible. Attendez, annulez, ou appelez-nous."))
    taken = unit or (held.asset if held else None)
    if taken is None or not taken.ours or taken.archived_at is not None or taken.state != AssetState.IN_USE:
        raise DomainError(_("Ce matériel n'est pas à prêter. Choisissez-en un autre."), field="unit")
    release(found)
    _give(loan, item, taken)
    close(found, OfferState.SWITCHED)
    waiting.firm(loan)


def _wait(loan: Loan, found: Displacement) -> None:
    if waiting.gone(found):
        raise DomainError(
            _("%(unit)s ne sera plus prêté : prenez l'autre, annulez, ou appelez-nous.", unit=found.unit.label)
        )
    plan = waiting.wait_plan(loan, found)
    OFFERS.move(found, OfferState.WAITING)
    answered(found)
    if plan is not None:
        waiting.put(loan, found, plan)
    else:
        waiting.firm(loan)


def watch(asset_id: int) -> None:
    """The time of that thing has changed: who lost it gets it back when it fits again, in order of time."""
    query = select(Displacement.id).where(Displacement.unit_id == asset_id, Displacement.state.in_(OFFER_OPEN))
    for key in db.session.scalars(query.order_by(Displacement.starts_at, Displacement.id)).all():
        found = fresh(key)
        if waiting.gone(found):
            return
        loan = locked(db.session.get_one(Loan, found.item.loan_id))
        if found.state == OfferState.ASKED:
            _restore(loan, found)
        elif found.state == OfferState.WAITING and found.item.booking.state == BookingState.AT_RISK:
            _date(loan, found)
        elif found.state == OfferState.WAITING:
            _bring_forward(loan, found)


def _restore(loan: Loan, found: Displacement) -> None:
    booking = found.item.booking
    if booking.state != BookingState.AT_RISK or booking.ends_at <= clock.now():
        return
    if clash(booking.resource, booking.starts_at, booking.ends_at, booking.id):
        return
    planning.settle(booking, *planning.use_of(booking))
    close(found, OfferState.RESTORED)
    told.of_return(loan, found)


def _date(loan: Loan, found: Displacement) -> None:
    """Somebody waits without a date, and there is one now."""
    plan = waiting.wait_plan(loan, found)
    if plan is not None:
        waiting.put(loan, found, plan)
        told.of_new_date(loan, found, plan)


def _bring_forward(loan: Loan, found: Displacement) -> None:
    """It is there before the date that he waits for: he may come for it earlier, and returns it as agreed."""
    start, due = planning.use_of(found.item.booking)
    plan = waiting.wait_plan(loan, found) if due == found.due_at else None
    if plan is not None and plan[1] == due and _day_before(plan[0], start):
        waiting.put(loan, found, plan)
        told.of_return(loan, found)


def _day_before(one: datetime, other: datetime) -> bool:
    return clock.local(one).date() < clock.local(other).date()


def moved(booking: Booking) -> None:
    """Somebody moved the thing of a loan on the planning: the loan follows, and what was at risk is settled."""
    item = db.session.scalar(select(LoanItem).where(LoanItem.booking_id == booking.id))
    if item is None:
        return
    left = item.asset_id
    elsewhere = left != booking.asset_id
    if elsewhere and booking.asset_id is not None:
        item.asset_id, item.prepared_at = booking.asset_id, None
    if booking.state == BookingState.CONFIRMED:
        close_all([item], OfferState.SWITCHED if elsewhere else OfferState.RESTORED)
    loan = locked(db.session.get_one(Loan, item.loan_id))
    if elsewhere:
        refit(loan, next(line for line in loan.items if line.id == item.id), db.session.get_one(Asset, left))
    if len(loan.items) == 1:
        loan.starts_at, loan.due_at = planning.use_of(booking)


def unanswered() -> Sequence[int]:
    """Ids of what had no answer in time, and whose borrower is to be called."""
    query = select(Displacement.id).where(
        Displacement.state == OfferState.ASKED, Displacement.answer_by <= clock.now(), Displacement.called_at.is_(None)
    )
    return db.session.scalars(query.order_by(Displacement.id)).all()


def ask_to_call(found: Displacement) -> None:
    """The desk calls who did not answer; once."""
    if found.state == OfferState.ASKED and found.called_at is None and found.answer_by <= clock.now():
        told.ask_to_call(locked(db.session.get_one(Loan, found.item.loan_id)), found)
