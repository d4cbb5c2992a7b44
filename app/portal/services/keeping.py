"""A member keeps a loan longer from his own space: at the price that he was shown, invoiced to who pays for him, then paid online."""

from collections.abc import Container
from datetime import date
from typing import NamedTuple

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.money import euros
from app.lending.models import Loan
from app.lending.services import locked
from app.lending.services.charges import renewal_rent
from app.lending.services.recipients import payer_of
from app.lending.services.renewing import renew, renewal_end
from app.payments.services.online import offers


class Longer(NamedTuple):
    """What one more term would be: until when, cents of rent that it adds (tax included), whether they are paid online at once."""

    until: date
    rent: int
    online: bool


class Kept(NamedTuple):
    """It was put off until that day; the invoice to pay, if any."""

    until: date
    document_id: int | None


def longer(loan: Loan, people: Container[int], *, means: bool) -> Longer:
    """One more term of a loan, as it is shown before it is asked for. Rent is paid online when there are `means`, by the household of
    one of these `people` only: nobody commits another one."""
    end = renewal_end(loan)
    rent = renewal_rent(loan, end)
    online = bool(rent and means) and payer_of(loan.contact).id in people
    return Longer(clock.local(end).date(), rent, online)


def keep_longer(loan: Loan, people: Container[int], until: str, rent: int) -> Kept:
    """Put the return off, once: `until` (ISO day) and `rent` (cents) are what was shown.

    Renewal and invoice are written together, or the renewal alone when the invoice cannot be issued: the desk then has a task.
    Raises DomainError with the reason why it may not be kept, Conflict when what was shown is no longer true.
    """
    try:
        return _kept(loan, people, until, rent, bill=True)
    except Conflict:
        raise
    except DomainError:
        db.session.rollback()
        return _kept(loan, people, until, rent, bill=False)


def _kept(loan: Loan, people: Container[int], until: str, rent: int, *, bill: bool) -> Kept:
    with transaction():
        fresh = locked(loan)
        found = longer(fresh, people, means=bool(offers()))
        _check_shown(found, until, rent)
        document = renew(fresh, bill=bill and found.online)
        return Kept(clock.local(fresh.due_at).date(), document.id if document is not None else None)


def _check_shown(found: Longer, until: str, rent: int) -> None:
    """A double click, or a page left open: it is not put off a second time, nor at another price."""
    if until and until != found.until.isoformat():
        raise Conflict(_("Ce prêt vient d'être prolongé. Vérifiez la nouvelle date de retour."))
    if rent != found.rent:
        raise Conflict(
            _("Le loyer de la prolongation est de %(amount)s. Relisez, puis confirmez.", amount=euros(found.rent))
        )
