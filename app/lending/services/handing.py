"""Things leave and come back, by scan: several at once, one by one, another unit than the one reserved, another day."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from app.assets.models import Asset
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.subject import subject_of
from app.lending.models import Loan, LoanItem
from app.lending.services.displaced import close_all
from app.lending.services.reminders import stop
from app.lending.states import MACHINE, LoanState, OfferState
from app.payments.services.deposits import drop_asked
from app.planning import services as planning


def prepare(item: LoanItem, *, ready: bool) -> None:
    """« Préparé »: the thing waits for its borrower."""
    require_transaction()
    item.prepared_at = clock.now() if ready else None
    db.session.flush()


def hand_over(loan: Loan, items: Sequence[LoanItem]) -> None:
    """These things leave now; those of a set that stay are handed over later. Raises DomainError, Conflict, IllegalMove."""
    require_transaction()
    leaving = [item for item in items if item.out_at is None]
    if not leaving:
        raise DomainError(_("Tout est déjà remis."))
    now = clock.now()
    for item in leaving:
        planning.start_now(item.booking)
        item.out_at = now
    close_all(leaving, OfferState.RESTORED)
    if loan.state != LoanState.OUT:
        MACHINE.move(loan, LoanState.OUT)
        loan.starts_at, loan.expires_at = min(loan.starts_at, now), None
    record(loan, "loan.handed_over", what=_names(leaving))
    loan.version += 1
    db.session.flush()


def exchange(loan: Loan, item: LoanItem, unit: Asset) -> None:
    """Another unit than the one reserved leaves. Raises DomainError, or Conflict that names who has it."""
    if item.out_at is not None:
        raise DomainError(_("Ce matériel est déjà remis : rendez-le d'abord."))
    close_all([item], OfferState.SWITCHED)
    planning.swap_units(item.booking, unit)
    record(loan, "loan.exchanged", was=item.asset.label, now=unit.label)
    item.asset_id, item.asset = unit.id, unit
    db.session.flush()


def take_back(loan: Loan, items: Sequence[LoanItem], at: datetime | None = None, note: str = "") -> None:
    """These things are back, now or at an earlier moment (UTC). The loan ends when all are. Raises DomainError."""
    require_transaction()
    moment = at or clock.now()
    coming = [item for item in items if item.out_at is not None and item.back_at is None]
    if not coming:
        raise DomainError(_("Ce matériel n'est pas dehors."))
    if moment > clock.now() + timedelta(minutes=1) or any(moment < item.out_at for item in coming if item.out_at):
        raise DomainError(_("Le retour est entre la remise et maintenant. Vérifiez la date."), field="back_day")
    for item in coming:
        planning.take_back(item.booking, moment)
        item.back_at, item.note_back = moment, note.strip()
    record(loan, "loan.back", what=_names(coming), note=note.strip(), late=moment > loan.due_at)
    if all(item.back_at is not None or item.out_at is None for item in loan.items):
        _end(loan, moment)
    loan.version += 1
    db.session.flush()


def _end(loan: Loan, moment: datetime) -> None:
    for item in loan.items:
        if item.out_at is None:
            planning.cancel(item.booking)
    loan.returned_at = moment
    MACHINE.move(loan, LoanState.RETURNED)
    db.session.flush()
    stop(loan)
    drop_asked(subject_of(loan))


def _names(items: Iterable[LoanItem]) -> str:
    return ", ".join(item.asset.label for item in items)
