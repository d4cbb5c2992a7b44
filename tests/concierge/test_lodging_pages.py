"""What a manager does with lodgings and mandates in the browser."""

import io
from datetime import date, timedelta
from html import unescape

import pytest
from sqlalchemy import select

from app.concierge.models import Lodging, MandateTerms, RentalMandate
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.documents.models import StoredFile
from app.statements.models import Rate, Terms
from tests.cast import Cast
from tests.concierge.houses import a_stay
from tests.concierge.test_mandates import approve
from tests.factories.concierge import START, a_concierge, a_lodging, a_mandate, a_version, an_owner
from tests.factories.files import a_pdf, a_png
from tests.signing import Browser

pytestmark = pytest.mark.row("E1")
TERMS = {
    "mode": "service", "rate": "18", "vat": "20", "cleaning": "contract", "cleaning_cents": "60", "linen": "owner",
    "tourist_tax": "platform", "across": "departure", "cancelled": "y", "tax_kind": "",
}  # fmt: skip


def plain(text: str) -> str:
    return unescape(text).replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


class Manager:
    """The manager's browser: follows after a post, reads pages as plain text."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser

    def get(self, url: str) -> str:
        return plain(self.browser.get(url).text)

    def post(self, url: str, told: dict[str, str], status: int = 200) -> str:
        answer = self.browser.post(url, data=told, follow=True)
        assert answer.status_code == status, plain(answer.text)[:4000]
        return plain(answer.text)


@pytest.fixture
def manager(browser: Browser, cast: Cast) -> Manager:
    a_concierge()
    return Manager(browser.as_("gerant"))


def test_a_lodging_its_new_owner_its_mandate_and_its_terms_are_entered_on_one_page(manager: Manager) -> None:
    answer = manager.post("/conciergerie/logements/nouveau", {
        **TERMS, "label": "Le Cabanon", "town": "Cassis", "registration": "13022 0000 1234", "nights_cap": "120",
        "owners-0-contact_id": "", "owners-0-contact_id_text": "Odile Arnaud", "starts_on": "2026-03-01",
        "rates-0-basis_points": "15", "rates-0-channel": "Airbnb", "tax_kind": "unclassified", "tax_rate": "5", "tax_cap": "3,30",
        "tax_addition": "10",
    })  # fmt: skip
    page = answer
    for words in (
        "Le Cabanon",
        "Odile Arnaud",
        "À partir du 1er mars 2026",
        "Commission : 18",
        "venus de Airbnb : 15",
        "prix du contrat, 60,00",
    ):
        assert words in page
    mandate = db.session.scalars(select(RentalMandate)).one()
    assert mandate.number == f"M-{clock.today().year}-0001"
    lodging = db.session.scalars(select(Lodging)).one()
    assert (lodging.registration, lodging.tax["basis_points"], lodging.tax["cap"]) == ("1302200001234", 500, 330)


def test_what_was_typed_is_kept_when_a_new_lodging_is_refused_and_nothing_is_half_added(manager: Manager) -> None:
    one, other = an_owner(), an_owner()
    told = {
        **TERMS, "label": "Le Cabanon", "owners-0-contact_id": str(one.id), "owners-0-contact_id_text": one.name, "owners-0-share": "60",
        "owners-1-contact_id": str(other.id), "owners-1-contact_id_text": other.name, "owners-1-share": "30",
    }  # fmt: skip
    answer = manager.post("/conciergerie/logements/nouveau", told, 422)
    assert "90" in answer
    assert other.name in answer
    assert 'value="60"' in answer
    assert db.session.scalars(select(Lodging)).all() == []
    assert other.name in manager.post("/conciergerie/logements/nouveau", {**told, "owners-1-share": "40"})


def test_another_row_is_offered_without_losing_what_was_typed(manager: Manager) -> None:
    answer = manager.post(
        "/conciergerie/logements/nouveau",
        {**TERMS, "label": "Le Cabanon", "rates-0-basis_points": "15", "more": "rates"},
    )
    assert "Le Cabanon" in answer
    assert "rates-1-basis_points" in answer
    assert db.session.scalars(select(Lodging)).all() == []


def test_a_wrong_registration_number_is_said_beside_its_field(manager: Manager) -> None:
    answer = manager.post(
        "/conciergerie/logements/nouveau", {**TERMS, "label": "Le Cabanon", "registration": "123"}, 422
    )
    assert 'id="registration-erreur"' in answer


def test_the_list_says_what_is_missing_and_finds_by_owner_and_mandate(manager: Manager, queries: list[str]) -> None:
    mandate = a_mandate(
        a_lodging(label="La Voilerie", registration="", main_residence=True, nights_cap=90),
        an_owner(name="Odile Arnaud"),
    )
    day = clock.today().replace(month=1, day=1)
    a_stay(mandate, day, day + timedelta(days=95), 10_000)
    a_lodging(label="Les Genêts")
    manager.get("/conciergerie/logements")
    queries.clear()
    page = manager.get("/conciergerie/logements")
    assert len(queries) <= 12
    for words in ("La Voilerie", "Les Genêts", "Odile Arnaud", mandate.number, "Manquant", "Sans mandat", "95 sur 90"):
        assert words in page
    for asked in ("q=arnaud", f"q={mandate.number}", "vue=sans-numero"):
        found = manager.get(f"/conciergerie/logements?{asked}")
        assert "La Voilerie" in found
        assert "Les Genêts" not in found
    assert "La Voilerie" not in manager.get("/conciergerie/logements?vue=sans-mandat")


def test_an_empty_list_invites_to_add_the_first_lodging(manager: Manager) -> None:
    assert "Pas encore de logement" in manager.get("/conciergerie/logements")


def test_a_change_of_terms_is_read_before_and_after_then_kept(manager: Manager) -> None:
    mandate = a_mandate(terms=Terms(START, rate=2000, rates=(Rate(1500, "Airbnb"),)))
    address = f"/conciergerie/mandats/{mandate.id}/conditions"
    told = {**TERMS, "since": "2026-09-01", "rate": "25", "reason": "Avenant n° 1"}
    seen = manager.post(address, {**told, "more": "see"})
    text = seen
    assert text.index("Commission : 20 %") < text.index("Commission : 25 %")
    assert "Pour les séjours venus de Airbnb : 15 %." in text
    assert len(db.session.scalars(select(MandateTerms)).all()) == 1
    kept = manager.post(address, told)
    assert "À partir du 1er septembre 2026" in kept
    assert "Avenant n° 1" in kept


def test_terms_behind_an_approved_month_are_refused_with_the_first_possible_day(manager: Manager) -> None:
    mandate = a_mandate()
    approve(mandate, 2026, 8)
    answer = manager.post(f"/conciergerie/mandats/{mandate.id}/conditions", {**TERMS, "since": "2026-08-15"}, 422)
    assert "août 2026" in answer
    assert "01/09/2026" in answer


def test_two_rates_for_the_same_stays_are_refused(manager: Manager) -> None:
    mandate = a_mandate()
    answer = manager.post(f"/conciergerie/mandats/{mandate.id}/conditions", {
        **TERMS, "since": "2026-09-01", "rates-0-basis_points": "15", "rates-0-channel": "Airbnb", "rates-1-basis_points": "16", "rates-1-channel": "Airbnb",
    }, 422)  # fmt: skip
    assert "mêmes séjours" in answer


def test_a_mandate_ends_and_other_owners_come_with_a_new_one(manager: Manager) -> None:
    mandate = a_mandate()
    new = an_owner(name="Blaise Morin")
    told = {
        **TERMS,
        "owners-0-contact_id": str(new.id),
        "owners-0-contact_id_text": new.name,
        "starts_on": "2026-07-01",
    }
    refused = manager.post(f"/conciergerie/logements/{mandate.lodging_id}/mandat", told, 422)
    assert mandate.number in refused
    manager.post(f"/conciergerie/mandats/{mandate.id}/fin", {"ends_on": "2026-06-30"})
    page = manager.post(f"/conciergerie/logements/{mandate.lodging_id}/mandat", told)
    assert "Blaise Morin" in page


def test_a_mandate_where_we_hold_the_money_asks_for_its_signature(manager: Manager) -> None:
    mandate = a_mandate(terms=Terms(START, mode=Terms.mode.MANDATE, rate=2000), signed_on=None)
    assert "pas signé" in manager.get(f"/conciergerie/mandats/{mandate.id}")
    signed = manager.post(f"/conciergerie/mandats/{mandate.id}/signature", {"signed_on": "2026-01-02", "notes": "Reçu"})
    assert "pas signé" not in signed


def test_the_signed_paper_is_kept_with_its_mandate_and_another_takes_its_place(manager: Manager) -> None:
    mandate = a_mandate()
    address = f"/conciergerie/mandats/{mandate.id}/signature"
    told = {"signed_on": "2026-01-02", "notes": ""}
    wrong = manager.browser.post(address, data={**told, "file": (io.BytesIO(b"MZ\x00\x01"), "mandat.exe")})
    assert wrong.status_code == 422
    assert "Envoyez un PDF, une photo ou un texte" in plain(wrong.text)
    manager.browser.post(address, data={**told, "file": (io.BytesIO(a_png()), "photo.png")})
    page = manager.post(address, {**told, "file": (io.BytesIO(a_pdf()), "mandat signé.pdf")})  # type: ignore[dict-item]
    assert "mandat signé.pdf" in page
    paper = manager.browser.get(f"/conciergerie/mandats/{mandate.id}/signe")
    assert (paper.status_code, paper.data) == (200, a_pdf())
    assert db.session.query(StoredFile).count() == 1


def test_the_register_holds_every_mandate_on_paper_and_as_a_file(manager: Manager) -> None:
    one = a_mandate(None, an_owner(name="Odile Arnaud"))
    two = a_mandate()
    page = manager.get("/conciergerie/mandats")
    assert page.index(one.number) < page.index(two.number)
    lines = manager.get("/conciergerie/mandats.csv").splitlines()
    assert len(lines) == 3
    assert "Odile Arnaud" in lines[1]


def test_owners_are_listed_with_their_lodgings_and_their_sheet_says_them(manager: Manager) -> None:
    owner = an_owner(name="Odile Arnaud")
    mandate = a_mandate(None, (owner, 6000), (an_owner(), 4000))
    for address in ("/conciergerie/proprietaires", f"/contacts/{owner.id}"):
        page = manager.get(address)
        assert mandate.lodging.asset.label in page
    assert mandate.number in manager.get(f"/biens/{mandate.lodging.asset_id}")


def test_a_version_that_counted_nothing_is_taken_back(manager: Manager) -> None:
    mandate = a_mandate()
    version = a_version(mandate, Terms(date(2026, 9, 1), rate=2500))
    manager.post(f"/conciergerie/mandats/{mandate.id}/conditions/{version.id}/suppression", {})
    assert [one.since for one in db.session.scalars(select(MandateTerms))] == [START]


def test_the_menu_shows_the_concierge_where_lodgings_are_let_and_reception_may_work_with_it(
    browser: Browser, cast: Cast
) -> None:
    desk = Manager(browser.as_("accueil"))
    assert "Conciergerie" not in desk.get("/contacts")
    a_concierge()
    assert 'href="/conciergerie/"' in desk.get("/contacts")
    assert "Nouveau logement" in desk.get("/conciergerie/logements/nouveau")


def test_an_owner_who_exists_is_chosen_in_the_list_not_added_twice(manager: Manager) -> None:
    an_owner(name="Odile Arnaud")
    manager.post(
        "/conciergerie/logements/nouveau",
        {**TERMS, "label": "Le Cabanon", "owners-0-contact_id_text": "Odile Arnaud"},
        422,
    )
    assert len(db.session.scalars(select(Contact).where(Contact.name == "Odile Arnaud")).all()) == 1
