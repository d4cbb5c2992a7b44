"""A loan is reserved, lengthened, given up: its bookings follow, and the database has the last word on who has what."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from app.assets.models import Asset
from app.assets.states import AssetState
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, key_of, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.numbers import next_number
from app.core.subject import subject_of
from app.lending.models import Loan, LoanItem
from app.lending.queries.one import WHOLE
from app.lending.services.displaced import close_all
from app.lending.services.handing import hand_over
from app.lending.services.reminders import stop
from app.lending.states import MACHINE, LoanState, OfferState
from app.members.services import check_free
from app.payments.services.deposits import drop_asked
from app.planning import services as planning
from app.planning.models import Booking
from app.planning.queries import rules_of
from app.planning.queries.words import when
from app.planning.states import BEGUN, BookingState

KIND = "loan"
#: The setting by which a late loan keeps its borrower from booking.
LATE_LOAN = "members.block_late_loan"


def locked(loan: Loan, version: int | None = None) -> Loan:
    """The loan read again under a lock, whole. Raises Conflict when the asking page is stale."""
    require_transaction()
    query = (
        select(Loan).where(Loan.id == key_of(loan)).with_for_update(of=Loan).execution_options(populate_existing=True)
    )
    fresh = db.session.scalars(query.options(*WHOLE)).unique().one()
    if version is not None and fresh.version != version:
        raise Conflict(_("Ce prêt a changé entre-temps. Relisez puis recommencez."))
    return fresh


def reserve(
    contact: Contact, units: Sequence[Asset], start: datetime, due: datetime, *, notes: str = "", option: bool = False,
    any_unit: Collection[int] = (), despite: str = "",
) -> Loan:  # fmt: skip
    """Book these units of ours for somebody from `start` to `due` (UTC), buffers of their families added around: all or none.

    `option`: the slot lapses by itself when nobody confirms. `any_unit`: ids of units that only stand for their model until
    hand-over. `despite`: why it is lent all the same to somebody whom something blocks. Raises Blocked, DomainError, or Conflict
    that names who has a unit.
    """
    require_transaction()
    gone_over = check_free(contact, start, despite=despite)
    if not units:
        raise DomainError(_("Ajoutez au moins un matériel : scannez son étiquette ou cherchez-le."), field="code")
    if start >= due:
        raise DomainError(_("Le retour doit venir après la remise."), field="due_day")
    hours = min(rules_of(unit.family_id).option_hours for unit in units)
    loan = Loan(
        number=next_number("P"), contact_id=contact.id, contact=contact, items=[], starts_at=start, due_at=due, notes=notes.strip(),
        state=LoanState.OPTION if option else LoanState.RESERVED,
        expires_at=clock.now() + timedelta(hours=hours) if option else None,
    )  # fmt: skip
    db.session.add(loan)
    db.session.flush()
    booked = {unit.id: _book(loan, unit) for unit in sorted(units, key=lambda each: each.id)}  # two sets never cross
    for unit in units:
        _line(loan, unit, booked[unit.id]).booking.any_unit = unit.id in any_unit
    db.session.flush()
    record(loan, "loan.reserved", when=when(start, due), option=option)
    if gone_over:
        record(loan, "loan.despite", reason=despite.strip(), blocks=gone_over)
    return loan


def add_unit(loan: Loan, unit: Asset, start: datetime | None = None) -> LoanItem:
    """One more of our things on a loan, from its beginning or from `start` (UTC). Raises DomainError, or Conflict that names who has it."""
    item = _line(loan, unit, _book(loan, unit, start))
    db.session.flush()
    return item


def _book(loan: Loan, unit: Asset, start: datetime | None = None) -> Booking:
    if not unit.ours or unit.archived_at is not None or unit.state != AssetState.IN_USE:
        raise DomainError(_("%(unit)s n'est pas à prêter.", unit=unit.label), field="code")
    rules = rules_of(unit.family_id)
    booking = planning.book_asset(
        unit, (start or loan.starts_at) - timedelta(minutes=rules.buffer_before if start is None else 0), loan.due_at + timedelta(minutes=rules.buffer_after),
        kind=KIND, label=unit.label, about=subject_of(loan), contact_id=loan.contact_id,
        state=BookingState.OPTION if loan.state == LoanState.OPTION else BookingState.CONFIRMED,
    )  # fmt: skip
    booking.buffer_before, booking.buffer_after, booking.expires_at = (
        rules.buffer_before if start is None else 0, rules.buffer_after, loan.expires_at,
    )  # fmt: skip
    return booking


def _line(loan: Loan, unit: Asset, booking: Booking) -> LoanItem:
    item = LoanItem(loan_id=loan.id, booking_id=booking.id, booking=booking, asset_id=unit.id, asset=unit)
    loan.items.append(item)
    return item


def lend_now(contact: Contact, units: Sequence[Asset], due: datetime, *, notes: str = "", despite: str = "") -> Loan:
    """The walk-in loan: reserved and handed over in one gesture, from now to `due` (UTC). Raises DomainError, Conflict."""
    loan = reserve(contact, units, clock.now(), due, notes=notes, despite=despite)
    hand_over(loan, loan.items)
    return loan


def extend(loan: Loan, due: datetime) -> None:
    """Another return date (UTC), later or earlier. Raises Blocked, DomainError, or Conflict that names who waits for a unit."""
    require_transaction()
    was = loan.due_at  # shifting the only thing of a loan moves it already
    if due > was:  # what is late itself may be lengthened
        check_free(loan.contact, due, but=[LATE_LOAN])
    if due <= loan.starts_at or (loan.state == LoanState.OUT and due <= clock.now()):
        raise DomainError(
            _("Le retour doit venir plus tard. Pour un retour de ce jour, rendez le matériel."), field="due_day"
        )
    for item in loan.items:
        if item.back_at is None:
            planning.shift(item.booking, planning.use_of(item.booking)[0], due)
            if item.booking.state == BookingState.OVERDUE:
                planning.back_in_time(item.booking)
    record(loan, "loan.extended", until=str(clock.local(due).date()), was=str(clock.local(was).date()))
    if due > was:
        stop(loan)
    loan.due_at = due
    touch(loan)


def confirm(loan: Loan) -> None:
    """The option becomes a reservation. Raises IllegalMove."""
    MACHINE.move(loan, LoanState.RESERVED)
    loan.expires_at = None
    for item in loan.items:
        planning.confirm(item.booking)
    touch(loan)


def cancel(loan: Loan, reason: str = "") -> None:
    """Nobody comes for it: everything is free again. Raises IllegalMove once it has left."""
    MACHINE.move(loan, LoanState.CANCELLED, reason=reason)
    close_all(loan.items, OfferState.DROPPED)
    drop_asked(subject_of(loan))
    for item in loan.items:
        if item.booking.state not in BEGUN:
            planning.cancel(item.booking)
    touch(loan)


def touch(loan: Loan) -> None:
    """One more change of the loan: pages open elsewhere are stale."""
    loan.version += 1
    db.session.flush()
