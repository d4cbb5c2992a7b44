"""Loans of our things."""

from collections.abc import Sequence
from datetime import timedelta

from app.assets.models import Asset
from app.contacts.models import Contact
from app.core import clock
from app.core.db import transaction
from app.core.settings import change_setting, setting
from app.lending import services
from app.lending.jobs import offer_waiting
from app.lending.models import Loan, LoanRequest
from tests.factories.assets import an_asset
from tests.factories.base import serial
from tests.factories.planning import at

BLOCK = "members.block_membership"


def a_unit(label: str = "Violon 3/4", **values: object) -> Asset:
    """Something of ours, with its label to scan."""
    number = serial()
    return an_asset(ours=True, label=f"{label} n° {number:04d}", barcode=f"ETB{number:06d}", **values)


def a_loan(contact: Contact, units: Sequence[Asset], start: str, due: str, *, option: bool = False) -> Loan:
    """A reservation between two local moments, whatever would block it."""
    with transaction():
        return services.reserve(contact, units, at(start), at(due), option=option, despite="Convenu par téléphone")


def lent(contact: Contact, *units: Asset, days: int = 7) -> Loan:
    """A loan handed over now."""
    with transaction():
        return services.lend_now(contact, units, clock.now() + timedelta(days=days))


def in_line_for(contact: Contact, unit: Asset, start: str, due: str, **values: object) -> LoanRequest:
    """Somebody who waits for something of that unit's family."""
    with transaction():
        return services.join(contact, unit.family_id, at(start), at(due), **values)


def an_offer_of_the_line(contact: Contact) -> LoanRequest:
    """Somebody who waited, and is offered a unit, member or not."""
    waiter, kept = in_line_for(contact, a_unit(), "2099-12-01 09:00", "2099-12-10 18:00"), setting(BLOCK)
    with transaction():
        change_setting(BLOCK, False)
    offer_waiting()
    with transaction():
        change_setting(BLOCK, kept)
    return waiter
