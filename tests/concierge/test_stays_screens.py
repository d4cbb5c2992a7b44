"""The pages of stays: the list of a month, one stay, entered and corrected by hand, lodgings to map."""

from datetime import date

import pytest
from flask import Flask

from app.concierge.models import StatementLine, Stay, StaySourceLodging
from app.concierge.states import StatementState, StayState
from app.core.db import db, transaction
from app.statements.states import LineKind
from tests.cast import Cast
from tests.concierge.houses import a_house, a_stay
from tests.concierge.world_of_stays import LOFT, a_lodging, an_account, hear, mapped, stay_of, told
from tests.factories.rentals import a_statement
from tests.signing import Browser

pytestmark = [pytest.mark.row("E2"), pytest.mark.usefixtures("cast")]
DECEMBER = "/conciergerie/sejours?mois=2026-12"


def test_the_list_of_a_month_shows_stays_and_adds_them_up(browser: Browser) -> None:
    account, lodging = an_account(), a_lodging()
    mapped(account, lodging)
    hear(account, told("1"), told("2", guest="Luc Perrin", arrival=date(2027, 1, 4), departure=date(2027, 1, 6)))
    shown = browser.as_("gerant").get(DECEMBER).text
    assert "Anne Dupont" in shown
    assert "Luc Perrin" not in shown
    assert "430,00" in shown
    assert "1 séjour, 4 nuits" in shown.replace("\u00a0", " ").replace("\u202f", " ")
    assert "Luc Perrin" in browser.get("/conciergerie/sejours?mois=2027-01").text
    assert "Luc Perrin" in browser.get("/conciergerie/sejours?q=perrin").text


def test_a_filter_keeps_what_it_names(browser: Browser) -> None:
    account, lodging = an_account(), a_lodging()
    mapped(account, lodging)
    later = {"arrival": date(2026, 12, 10), "departure": date(2026, 12, 12)}
    hear(account, told("1"), told("2", guest="Luc Perrin", channel="Booking.com", **later))
    shown = browser.as_("gerant").get(f"{DECEMBER}&plateforme=Booking.com").text
    assert "Luc Perrin" in shown
    assert "Anne Dupont" not in shown
    assert "Aucun séjour ne répond" in browser.get(f"{DECEMBER}&etat=owner").text
    assert "Aucun séjour ce mois-là" in browser.get("/conciergerie/sejours?mois=2020-01").text


def test_both_stays_of_an_overlap_say_so(browser: Browser) -> None:
    account, lodging = an_account(), a_lodging()
    mapped(account, lodging)
    hear(account, told("1"), told("2", guest="Luc Perrin", channel="Booking.com"))
    shown = browser.as_("gerant").get(DECEMBER).text
    assert "Chevauche Anne Dupont" in shown
    assert "Chevauche Luc Perrin" in shown
    page = browser.get(f"/conciergerie/sejours/{stay_of(account, '2').id}").text
    assert "Chevauche Anne Dupont (Airbnb)" in page
    assert "que le planning montre" in page
    assert "Luc Perrin" in browser.get("/conciergerie/sejours?regarder=1").text


def test_the_page_shows_what_the_platform_says_beside_a_correction(browser: Browser) -> None:
    account, lodging = an_account(), a_lodging()
    mapped(account, lodging)
    hear(account, told())
    stay = stay_of(account)
    fields = {
        "arrival": "2026-12-03", "departure": "2026-12-07", "guest": "Anne Dupont", "channel": "Airbnb", "adults": "2", "children": "0",
        "email": stay.email, "rent": "400", "cleaning": "50", "platform": "72", "state": "booked",
    }  # fmt: skip
    browser.as_("accueil")
    refused = browser.post(f"/conciergerie/sejours/{stay.id}/correction", data=fields)
    assert refused.status_code == 422
    assert "Dites pourquoi" in refused.text
    assert 'value="400"' in refused.text
    done = browser.post(f"/conciergerie/sejours/{stay.id}/correction", data=fields, reason="Remise au téléphone")
    assert done.status_code == 303
    assert (stay_of(account).rent, stay_of(account).kept) == (40_000, ["rent"])
    page = browser.get(f"/conciergerie/sejours/{stay.id}").text
    assert "430,00" in page
    assert "Remise au téléphone" in page
    hear(account, told(total=45_000, elements=(), modified="2026-11-03 08:00:00"))
    assert "la plateforme dit maintenant" in browser.get(f"/conciergerie/sejours/{stay.id}").text
    browser.post(f"/conciergerie/sejours/{stay.id}/plateforme/prendre", field="rent")
    assert (stay_of(account).rent, stay_of(account).kept) == (45_000, [])


def test_a_stay_is_left_out_of_the_months_with_its_reason(browser: Browser) -> None:
    account = an_account()
    hear(account, told())
    address = f"/conciergerie/sejours/{stay_of(account).id}"
    browser.as_("gerant")
    assert browser.post(f"{address}/mise-de-cote", reason="").status_code == 422
    browser.post(f"{address}/mise-de-cote", reason="Séjour d'essai")
    assert stay_of(account).excluded == "Séjour d'essai"
    assert "Mis de côté" in browser.get(address).text
    browser.post(f"{address}/comptage")
    assert stay_of(account).excluded == ""


def test_a_stay_by_telephone_and_the_owners_own_are_entered(browser: Browser) -> None:
    lodging = a_lodging()
    browser.as_("accueil")
    known = {
        "lodging_id": lodging.id,
        "arrival": "2026-12-03",
        "departure": "2026-12-07",
        "adults": "2",
        "children": "0",
    }
    wrong = browser.post("/conciergerie/sejours/nouveau", data=known | {"departure": "2026-12-01", "state": "booked"})
    assert wrong.status_code == 422
    assert "Le départ doit venir après" in wrong.text
    assert (
        browser.post(
            "/conciergerie/sejours/nouveau", data=known | {"state": "booked", "rent": "300", "guest": "Zoé"}
        ).status_code
        == 303
    )
    own = known | {"arrival": "2026-12-20", "departure": "2026-12-27", "state": "owner"}
    assert browser.post("/conciergerie/sejours/nouveau", data=own).status_code == 303
    guest, owner = db.session.query(Stay).order_by(Stay.id)
    assert (guest.rent, guest.state, guest.booking_id is None) == (30_000, StayState.BOOKED, False)
    assert owner.state == StayState.OWNER
    assert "Zoé" in browser.get("/planning?vue=mois&jour=2026-12-03").text


def test_lodgings_are_mapped_by_their_names_all_at_once(browser: Browser) -> None:
    account, lodging = an_account(), a_lodging()
    hear(account, told())
    browser.as_("gerant")
    shown = browser.get("/conciergerie/relier").text
    assert LOFT.name in shown
    assert "Même nom" in shown
    browser.post("/conciergerie/relier/certains")
    assert stay_of(account).lodging_id == lodging.id
    source = db.session.query(StaySourceLodging).one()
    browser.post(f"/conciergerie/relier/{source.id}", lodging_id="non")
    assert db.session.query(StaySourceLodging).one().ignored
    browser.post(f"/conciergerie/relier/{source.id}", lodging_id="")
    assert stay_of(account).lodging_id is None


def test_what_could_not_be_read_says_what_to_do(browser: Browser) -> None:
    account = an_account()
    hear(account, unread=(("77", "ValueError departure"),))
    shown = browser.as_("gerant").get("/conciergerie/relier").text
    assert "réservation 77" in shown
    assert "saisir à la main" in shown


def test_the_list_asks_few_questions(browser: Browser, queries: list[str], cast: Cast, app: Flask) -> None:
    account, lodging = an_account(), a_lodging()
    mapped(account, lodging)
    hear(
        account,
        *(told(str(key), arrival=date(2026, 12, key), departure=date(2026, 12, key + 1)) for key in range(1, 25)),
    )
    browser.as_("gerant").get(DECEMBER)
    queries.clear()
    browser.get(DECEMBER)
    assert len(queries) <= 12, "\n".join(queries)


def test_a_stay_leads_to_the_statement_that_counts_it(browser: Browser, cast: Cast) -> None:
    house = a_house(cast.karim)
    stay = a_stay(house, date(2026, 10, 1), date(2026, 10, 3), 20_000)
    statement = a_statement(cast.karim, 2026, 10, [(house, LineKind.RENT, 20_000)], state=StatementState.PREVIEW)
    address = f"/conciergerie/sejours/{stay.id}"
    assert "Aucun mois ne l" in browser.as_("gerant").get(address).text
    with transaction():
        db.session.query(StatementLine).filter_by(statement_id=statement.id).one().stay_id = stay.id
    shown = browser.get(address).text
    assert "Karim Benyahia" in shown
    assert f"/conciergerie/mois/2026-10/{statement.id}" in shown
