"""Small worlds for the tests of months: a lodging under a mandate, its stays."""

from datetime import date
from typing import Any

from app.concierge.models import RentalMandate, Stay
from app.concierge.states import StayState
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.statements.models import Base, Terms
from app.statements.states import Mode
from tests.factories.concierge import a_lodging, a_mandate

#: 20 % of the rent net of the platform's commission, we hold the money.
USUAL = Terms(date(2026, 1, 1), Mode.MANDATE, 2000, Base(after_platform=True), platforms=(("Airbnb", 1500),))


def a_house(*owners: Contact, terms: Terms = USUAL, shares: tuple[int, ...] = (), **values: Any) -> RentalMandate:
    """A lodging let under these terms for these owners, who have equal or the given shares."""
    parts = shares or ((10_000,) if len(owners) == 1 else tuple(10_000 // len(owners) for _one in owners))
    given = list(zip(owners, parts, strict=True))
    return a_mandate(a_lodging(**values), *given, since=terms.since, terms=terms)


def a_stay(mandate: RentalMandate | None, arrival: date, departure: date, rent: int | None, **values: Any) -> Stay:
    """A guest's stay by Airbnb, as if it had just been told."""
    known: dict[str, Any] = {"channel": "Airbnb", "guest": "Louise Martin", "state": StayState.BOOKED}
    with transaction():
        stay = Stay(
            lodging_id=mandate.lodging_id if mandate else None, arrival=arrival, departure=departure, rent=rent,
            changed_at=clock.now(), **known | values,
        )  # fmt: skip
        db.session.add(stay)
        db.session.flush()
        return stay
