"""The model is reserved now, the number is known by the scan at hand-over; nobody's reservation is gone through in silence."""

import pytest
from flask import Flask

from app.assets.models import Asset
from app.contacts.models import Contact
from app.core.db import db, transaction
from app.lending import services
from app.lending.models import Loan, LoanItem
from app.lending.states import LoanState
from app.planning.models import Booking
from app.planning.states import BookingState
from tests.cast import Cast
from tests.factories.assets import a_family, a_model
from tests.factories.lending import a_loan, a_unit
from tests.factories.planning import at
from tests.lending.test_desk import plain
from tests.signing import Browser

pytestmark = pytest.mark.row("A1")
SOON, LATE = "2026-12-01 09:00", "2099-12-02 18:00"


@pytest.fixture
def violins(app: Flask) -> list[Asset]:
    """Three violins of one model."""
    family = a_family()
    model = a_model(family)
    return [a_unit(family=family, model_id=model.id) for _ in range(3)]


def by_model(contact: Contact, unit: Asset) -> Loan:
    """A reservation of the model, that unit standing for it."""
    with transaction():
        return services.reserve(contact, [unit], at(SOON), at(LATE), any_unit=[unit.id])


def held() -> dict[int, tuple[int, BookingState]]:
    """{loan: (unit, state of its booking)}, the line and the booking in agreement."""
    db.session.rollback()
    rows = db.session.query(LoanItem.loan_id, LoanItem.asset_id, Booking.asset_id, Booking.state).join(
        Booking, Booking.id == LoanItem.booking_id
    )
    assert all(row[1] == row[2] for row in rows)
    return {row[0]: (row[1], row[3]) for row in rows}


def test_a_model_is_reserved_at_the_desk_without_a_number(browser: Browser, cast: Cast, violins: list[Asset]) -> None:
    desk = browser.as_("accueil")
    asking = {"contact_id": cast.karim.id, "start_day": "2099-12-01", "due_day": "2099-12-20"}
    assert f'value="{violins[0].id}:modele"' in desk.post("/prets/nouveau", data={**asking, "code": "violon"}).text
    page = desk.post("/prets/nouveau", data={**asking, "choisir": f"{violins[0].id}:modele"}).text
    assert "n&#39;importe quel numéro" in page.replace("’", "&#39;")
    sent = {**asking, "unit": violins[0].id, "modele": violins[0].id, "do": "preter"}
    assert desk.post("/prets/nouveau", data=sent).status_code == 303
    db.session.rollback()
    assert db.session.query(Booking).one().any_unit


def test_its_number_is_scanned_at_hand_over(browser: Browser, cast: Cast, violins: list[Asset]) -> None:
    loan, desk = by_model(cast.karim, violins[0]), browser.as_("accueil")
    refused = desk.post(f"/prets/{loan.number}/remise")
    assert (refused.status_code, "Réservé sans numéro" in plain(refused.text)) == (422, True)
    assert desk.post(f"/prets/{loan.number}/remise", data={"code": violins[2].barcode}).status_code == 303
    assert held() == {loan.id: (violins[2].id, BookingState.OUT)}
    assert not db.session.query(Booking).one().any_unit


def test_a_unit_that_somebody_reserved_by_its_number_is_his(browser: Browser, cast: Cast, violins: list[Asset]) -> None:
    loan = by_model(cast.karim, violins[0])
    his = a_loan(cast.dan, [violins[1]], "2026-12-01 09:00", "2098-12-02 18:00")
    answer = browser.as_("accueil").post(
        f"/prets/{loan.number}/remise", data={"code": violins[1].barcode, "echanger": "1"}
    )
    assert answer.status_code == 409
    assert "Dan Lestrange" in plain(answer.text)
    assert held()[his.id] == (violins[1].id, BookingState.CONFIRMED)


def test_he_who_asked_for_the_model_is_given_another_unit_once_it_is_agreed(
    browser: Browser, cast: Cast, violins: list[Asset]
) -> None:
    loan, his = by_model(cast.karim, violins[0]), by_model(cast.dan, violins[1])
    desk = browser.as_("accueil")
    offer = desk.post(f"/prets/{loan.number}/remise", data={"code": violins[1].barcode})
    assert offer.status_code == 409
    assert "Dan Lestrange" in plain(offer.text)
    assert 'name="echanger" value="1"' in offer.text
    assert held()[loan.id] == (violins[0].id, BookingState.CONFIRMED)
    agreed = {"code": violins[1].barcode, "echanger": "1"}
    assert desk.post(f"/prets/{loan.number}/remise", data=agreed).status_code == 303
    now = held()
    assert now[loan.id] == (violins[1].id, BookingState.OUT)
    assert now[his.id][0] in (violins[0].id, violins[2].id)
    assert now[his.id][1] == BookingState.CONFIRMED


def test_without_another_unit_for_him_nothing_changes(browser: Browser, cast: Cast, violins: list[Asset]) -> None:
    loan, his = by_model(cast.karim, violins[0]), by_model(cast.dan, violins[1])
    a_loan(cast.dan, [violins[2]], SOON, LATE)
    with transaction():  # the violin that would be left is not for lending any more
        db.session.get_one(Asset, violins[0].id).model_id = None
    answer = browser.as_("accueil").post(
        f"/prets/{loan.number}/remise", data={"code": violins[1].barcode, "echanger": "1"}
    )
    assert answer.status_code == 409
    assert "Aucun autre" in plain(answer.text)
    assert held()[his.id] == (violins[1].id, BookingState.CONFIRMED)
    assert db.session.get_one(Loan, loan.id).state == LoanState.RESERVED
