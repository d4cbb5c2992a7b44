"""A member books by himself: the same gate, the same slots, the same whole sets as at the desk, within the rules of the family."""

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple

from app.accounts.models import User
from app.assets.models import Asset, AssetModel, Family
from app.assets.queries import side_of
from app.contacts.models import Contact
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.lending.models import Loan
from app.lending.queries.sets import Set, complete
from app.lending.services import Wish, cancel, hold_set, join, locked, take_set
from app.lending.services.line import locked_request, withdraw
from app.lending.states import IN_LINE, TO_HAND_OVER
from app.members.services import check_free
from app.portal.queries.bookable import bookable_families, days_fault, moments


class Asked(NamedTuple):
    """A thing over some days; `any_unit`: it stands for its model until the hand-over; `extras`: accessories taken with it."""

    unit: Asset
    first: date
    last: date
    any_unit: bool = False
    extras: Collection[int] = ()

    @property
    def period(self) -> tuple[datetime, datetime]:
        """From hand-over to return, UTC."""
        return moments(self.first, self.last)


def set_of(asked: Asked, user: User) -> Set:
    """The thing and what comes along, as this user would have it now."""
    return complete([asked.unit], *asked.period, user_id=user.id)


def keep(asked: Asked, user: User) -> datetime:
    """Hold the whole set while the member reads it over; until when. Raises DomainError for days out of the rules, or Conflict
    when somebody has it, in words that name nobody."""
    require_transaction()
    _check_days(asked)
    try:
        _set, until = hold_set([asked.unit], *asked.period, user)
    except Conflict:
        raise _gone(asked) from None
    return until


def book(contact: Contact, asked: Asked, user: User) -> Loan:
    """Reserve the whole set for this person. Raises Blocked, DomainError, or Conflict in words that name nobody."""
    require_transaction()
    _check_days(asked)
    whole = set_of(asked, user)
    if whole.missing:
        raise Conflict(_("Il manque un accessoire obligatoire à ces dates. Changez de dates, ou appelez-nous."))
    offered = {unit.id for _side, units in whole.proposed for unit in units}
    extras = [db.session.get_one(Asset, unit_id) for unit_id in asked.extras if unit_id in offered]
    wish = Wish([asked.unit, *extras], any_unit=[asked.unit.id] if asked.any_unit else [])
    try:
        return take_set(contact, wish, *asked.period, user, at_once=False)
    except Conflict:
        raise _gone(asked) from None


def _check_days(asked: Asked) -> None:
    fault = days_fault(asked.unit.family_id, asked.first, asked.last)
    if fault:
        raise DomainError(fault)


def _gone(asked: Asked) -> Conflict:
    return Conflict(_("%(unit)s vient d'être pris à ces dates. Choisissez-en un autre.", unit=asked.unit.label))


def wait(contact: Contact, key: str, first: date, last: date) -> None:
    """In line for a family, or for one model (« family:3 », « model:12 »), that members book. Raises Blocked, or DomainError for
    what they do not book, days out of the rules, or somebody who waits already."""
    require_transaction()
    side = side_of(key)
    model = db.session.get(AssetModel, side.id) if side is not None and side.kind == AssetModel.__kind__ else None
    family_id = side.id if side is not None and side.kind == Family.__kind__ else model.family_id if model else None
    if family_id is None or family_id not in {row.id for row in bookable_families()}:
        raise DomainError(_("Choisissez ce que vous attendez dans la liste."))
    fault = days_fault(family_id, first, last)
    if fault:
        raise DomainError(fault)
    start, due = moments(first, last)
    check_free(contact, start)
    join(contact, family_id, start, due, model_id=model.id if model is not None else None)


def stop_waiting(request_id: int) -> None:
    """Out of the line; what was offered is free again. Raises DomainError when it is over already."""
    request = locked_request(request_id)
    if request.state not in IN_LINE:
        raise DomainError(_("Cette demande n'est plus en attente."))
    withdraw(request)


def give_up(loan: Loan) -> None:
    """The member comes for it no more: it is free for others. Raises DomainError once it has left."""
    fresh = locked(loan)
    if fresh.state not in TO_HAND_OVER:
        raise DomainError(_("Ce prêt n'est plus à retirer : il ne s'annule pas ici. Appelez-nous."))
    cancel(fresh, "borrower")
