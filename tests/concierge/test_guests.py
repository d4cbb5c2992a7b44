"""Guests are forgotten; nothing is paid out under an unsigned mandate."""

from datetime import date

import pytest

from app.concierge.models import OwnerStatement, Stay
from app.concierge.services import guests
from app.concierge.services.counting import count, the_month
from app.concierge.services.entries import pay_out
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.statements.models import Month
from tests.concierge.houses import USUAL, a_house, a_stay
from tests.factories.concierge import a_lodging, a_mandate
from tests.factories.contacts import a_contact


@pytest.mark.row("E2")
@pytest.mark.usefixtures("cast")
def test_a_guest_is_forgotten_three_years_after_his_departure_but_his_stay_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    house = a_house(a_contact())
    told = {"guest": "Louise Martin", "email": "louise@exemple.example", "phone": "06", "total": 48_000}
    old = a_stay(house, date(2026, 10, 3), date(2026, 10, 10), 124_000, email="louise@exemple.example", told=told)
    recent = a_stay(house, date(2026, 10, 20), date(2026, 10, 22), 30_000)
    monkeypatch.setattr(clock, "today", lambda: date(2029, 10, 12))
    assert guests.forget() == 1
    found = db.session.get_one(Stay, old.id)
    assert (found.guest, found.email, found.rent, found.told) == ("", "", 124_000, {"total": 48_000})
    assert db.session.get_one(Stay, recent.id).guest == "Louise Martin"
    assert guests.forget() == 0


@pytest.mark.row("E1")
@pytest.mark.usefixtures("cast")
def test_nothing_is_paid_out_under_a_mandate_that_nobody_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "today", lambda: date(2026, 11, 3))
    owner = a_contact()
    mandate = a_mandate(a_lodging(), owner, since=USUAL.since, terms=USUAL, signed_on=None)
    a_stay(mandate, date(2026, 10, 3), date(2026, 10, 10), 124_000)
    with transaction():
        count(the_month(Month(2026, 10)))
    statement = db.session.query(OwnerStatement).filter_by(contact_id=owner.id).one()
    with transaction(), pytest.raises(DomainError, match="rien ne peut être versé"):
        pay_out(statement)
