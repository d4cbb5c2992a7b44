"""The number is known at hand-over: the unit scanned takes the place of the one that stood for its model. What somebody else
reserved is never taken in silence: he who asked for the model alone may be given another unit, the others keep theirs."""

from sqlalchemy import select

from app.assets.models import Asset
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.lending.models import Loan, LoanItem
from app.lending.queries.find import scanned
from app.lending.services.handing import exchange
from app.planning import services as planning
from app.planning.models import Booking
from app.planning.queries.one import free_like
from app.planning.queries.words import when
from app.planning.services.changes import in_the_way, push_aside
from app.planning.states import BookingState


class Tradeable(Conflict):
    """Somebody else reserved the unit, but asked for its model alone: another one may take its place for him."""


def scanned_item(loan: Loan, code: str, *, trade: bool = False) -> LoanItem:
    """The line of the loan that a scan at hand-over is for: that unit, or the one of its model, else of its family, whose
    place it takes. Raises DomainError; Conflict that says whose it is; Tradeable while `trade` is not agreed."""
    require_transaction()
    unit = scanned(code)
    if unit is None:
        raise DomainError(_("Aucun matériel à nous ne porte « %(code)s ». Vérifiez l'étiquette.", code=code))
    waiting = [item for item in loan.items if item.out_at is None and item.asset.family_id == unit.family_id]
    waiting.sort(
        key=lambda item: (item.asset_id != unit.id, item.asset.model_id != unit.model_id, not item.booking.any_unit)
    )
    if not waiting:
        raise DomainError(_("%(unit)s ne fait pas partie de ce prêt, ni rien de sa famille.", unit=unit.label))
    item = waiting[0]
    if item.asset_id != unit.id:
        _take_place(loan, item, unit, trade=trade)
    item.booking.any_unit = False
    db.session.flush()
    return item


def numbers_known(loan: Loan) -> None:
    """Refuse to hand over at once what was reserved by its model. Raises DomainError."""
    for item in loan.items:
        if item.out_at is None and item.booking.any_unit:
            raise DomainError(
                _("Réservé sans numéro : scannez l'étiquette de %(what)s que vous remettez.", what=name_of_model(item))
            )


def name_of_model(item: LoanItem) -> str:
    """« Violon 3/4 »: the label without its number."""
    return item.asset.label.partition(" n° ")[0]


def _take_place(loan: Loan, item: LoanItem, unit: Asset, *, trade: bool) -> None:
    first, second = sorted((item.asset_id, unit.id))  # in one order for everybody
    planning.lock_asset(first)
    planning.lock_asset(second)
    start = min(clock.now(), item.booking.starts_at)
    others = [
        other
        for other in in_the_way(f"asset:{unit.id}", start, item.booking.ends_at, item.booking_id)
        if (other.state, other.about_kind, other.about_id) != (BookingState.HELD, "loan", loan.id)  # held for him
    ]
    fixed = next((other for other in others if not (other.any_unit and other.state == BookingState.CONFIRMED)), None)
    if fixed is not None:
        raise Conflict(_("%(unit)s est pris %(when)s : %(whose)s. Scannez-en un autre.", **_words(unit, fixed)))
    if others and not trade:
        raise Tradeable(
            _(
                "%(unit)s est réservé %(when)s à %(whose)s, qui a demandé le modèle sans numéro. "
                "Échanger lui en garde un autre.",
                **_words(unit, others[0]),
            )
        )
    push_aside(others)
    exchange(loan, item, unit)
    for other in others:
        _give_another(other)


def _words(unit: Asset, booking: Booking) -> dict[str, str]:
    contact = db.session.get(Contact, booking.contact_id) if booking.contact_id else None
    period = when(*planning.use_of(booking))
    return {"unit": unit.label, "when": period, "whose": contact.name if contact else booking.label}


def _give_another(booking: Booking) -> None:
    """Another unit of the model keeps the promise. Raises Conflict when none is free: nothing changes then."""
    start, due = planning.use_of(booking)
    line = db.session.scalars(select(LoanItem).where(LoanItem.booking_id == booking.id)).one()
    was = db.session.get_one(Asset, line.asset_id)
    wanted = [db.session.get_one(Asset, key) for key, _label in free_like(was, start, due, 20)]
    alike = next((unit for unit in wanted if unit.model_id == was.model_id), None)
    if alike is None:
        raise Conflict(
            _(
                "Aucun autre %(what)s n'est libre pour lui %(when)s : scannez-en un autre.",
                what=was.label,
                when=when(start, due),
            )
        )
    planning.settle(booking, start, due, alike)
    line.asset_id = alike.id
    record(db.session.get_one(Loan, line.loan_id), "loan.exchanged", was=was.label, now=alike.label)
    db.session.flush()
