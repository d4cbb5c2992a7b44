"""Contacts: found, added once, corrected, archived; their consents with their proof."""

import pytest

from app.contacts.models import Contact
from app.contacts.queries import consents_of
from app.contacts.services import archive_contact, give_consent
from app.contacts.states import ContactKind, Purpose
from app.core.db import db, transaction
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.signing import Browser

SIRET = "732 829 320 00074"


def typed(**more: object) -> dict[str, object]:
    return {
        "kind": "person",
        "first_name": "Odile",
        "last_name": "Marchetti",
        "phone": "0612345678",
        "country": "FR",
        "notify_sms": "y",
    } | more


def named(name: str) -> Contact:
    return db.session.query(Contact).filter_by(name=name).one()


@pytest.mark.row("B2")
@pytest.mark.parametrize("text", ["benya", "Karim B", "0671482095", "06 71 48", "+33 6 71 48 20 95", "karim@benyahia"])
def test_a_client_is_proposed_by_what_he_says_at_the_counter(cast: Cast, browser: Browser, text: str) -> None:
    answer = browser.as_("accueil").get("/contacts/suggestions", query_string={"q": text}, htmx=True)
    assert f'data-value="{cast.karim.id}"' in answer.text
    assert 'data-text="Karim Benyahia"' in answer.text
    assert "Lestrange" not in answer.text


def test_nothing_found_is_said_and_cannot_be_chosen(cast: Cast, browser: Browser) -> None:
    answer = browser.as_("accueil").get("/contacts/suggestions?q=zzzz", htmx=True)
    assert 'aria-disabled="true"' in answer.text
    assert "Aucun contact ne répond" in answer.text


def test_a_new_contact_has_its_number_written_as_everybody_reads_it(cast: Cast, browser: Browser) -> None:
    answer = browser.as_("accueil").post("/contacts/nouveau", data=typed())
    assert answer.status_code == 303, answer.text
    contact = named("Odile Marchetti")
    assert contact.phone == "06\u00a012\u00a034\u00a056\u00a078"
    assert contact.phone_key == "+33612345678"
    assert answer.location.endswith(f"/contacts/{contact.id}")
    assert contact.notify_sms
    assert not contact.notify_email


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"first_name": "", "last_name": ""}, "Saisissez le nom du client"),
        ({"kind": "company"}, "Saisissez le nom de la société"),
        ({"kind": "company", "company_name": "Duval", "siret": "73282932000075"}, "sa clé ne tombe pas juste"),
        ({"kind": "company", "company_name": "Duval", "siret": "7328"}, "celui-ci en a 4"),
        ({"phone": "06 12"}, "Il manque"),
        ({"email": "odile@"}, "nom@exemple.fr"),
        ({"company_id_text": "Duval", "company_id": ""}, "Choisissez la société dans la liste"),
        ({"company_id_text": "Duval", "company_id": "999999"}, "Choisissez la société dans la liste"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    cast: Cast, browser: Browser, fields: dict[str, object], words: str
) -> None:
    answer = browser.as_("accueil").post("/contacts/nouveau", data=typed(notes="Sonne deux fois", **fields))
    assert answer.status_code == 422
    assert words in answer.text.replace("’", "'")
    assert "Sonne deux fois" in answer.text


def test_a_contact_already_known_is_shown_before_it_is_made_twice(cast: Cast, browser: Browser) -> None:
    desk = browser.as_("accueil")
    again = typed(first_name="Karim", last_name="Benhaya", phone="06.71.48.20.95")
    answer = desk.post("/contacts/nouveau", data=again)
    assert answer.status_code == 422
    assert "Déjà dans la base" in answer.text
    assert f"/contacts/{cast.karim.id}" in answer.text
    assert db.session.query(Contact).filter_by(name="Karim Benhaya").count() == 0
    assert desk.post("/contacts/nouveau", data=again | {"despite": "1"}).status_code == 303
    assert named("Karim Benhaya").phone_key == cast.karim.phone_key


def test_duplicates_are_proposed_while_typing(cast: Cast, browser: Browser) -> None:
    answer = browser.as_("accueil").post("/contacts/doublons", data=typed(phone="06 71 48 20 95"), htmx=True)
    assert "Karim Benyahia" in answer.text
    assert "<html" not in answer.text


def test_the_people_of_a_company_are_on_its_page(cast: Cast, browser: Browser) -> None:
    desk = browser.as_("accueil")
    desk.post("/contacts/nouveau", data=typed(kind="company", company_name="Boulangerie Duval", siret=SIRET))
    company = named("Boulangerie Duval")
    assert company.siret == "73282932000074"
    assert company.kind == ContactKind.COMPANY
    form = desk.get(f"/contacts/nouveau?societe={company.id}")
    assert 'value="Boulangerie Duval"' in form.text
    person = typed(phone="0611111111", company_id=company.id, company_id_text="Boulangerie Duval")
    assert desk.post("/contacts/nouveau", data=person).status_code == 303
    page = desk.get(f"/contacts/{company.id}").text
    assert "Odile Marchetti" in page
    assert "732 829 320 00074" in page
    assert "Boulangerie Duval" in desk.get("/contacts/suggestions?q=odile").text
    assert "Odile" not in desk.get("/contacts/suggestions?societes=1&q=odile").text
    assert f'data-value="{company.id}"' in desk.get("/contacts/suggestions?societes=1&q=duval").text


def test_a_list_opens_whatever_words_its_address_holds(cast: Cast, browser: Browser) -> None:
    shown = browser.as_("accueil").get("/contacts?_scheme=http&_external=1&type=person")
    assert shown.status_code == 200
    assert 'href="/contacts?' in shown.text


def test_a_correction_is_in_the_history(cast: Cast, browser: Browser) -> None:
    desk = browser.as_("accueil")
    page = desk.get(f"/contacts/{cast.karim.id}/modification")
    assert 'value="Karim Benyahia"' in page.text
    answer = desk.post(
        f"/contacts/{cast.karim.id}/modification",
        data=typed(first_name="Karim", last_name="Benyahia", town="Brignoles"),
    )
    assert answer.status_code == 303, answer.text
    shown = desk.get(f"/contacts/{cast.karim.id}").text
    assert "Contact modifié" in shown
    assert "Commune" in shown
    assert "Nadia Belkacem" in shown


def test_an_archived_contact_leaves_lists_and_search_and_comes_back(cast: Cast, browser: Browser) -> None:
    desk = browser.as_("accueil")
    desk.post(f"/contacts/{cast.karim.id}/archive")
    assert f'/contacts/{cast.karim.id}"' not in desk.get("/contacts", htmx=True).text
    assert "Karim Benyahia" not in desk.get("/contacts/suggestions?q=karim").text
    assert "Karim Benyahia" in desk.get("/contacts?archives=1&q=karim", htmx=True).text
    desk.post(f"/contacts/{cast.karim.id}/restauration")
    assert "Karim Benyahia" in desk.get("/contacts?q=karim", htmx=True).text
    assert "Karim Benyahia" in desk.get("/contacts/suggestions?q=karim").text


def test_a_consent_is_shown_with_its_day_and_the_words_presented(cast: Cast, browser: Browser) -> None:
    with transaction():
        give_consent(cast.karim, Purpose.NEWS, True, wording="J'accepte de recevoir la lettre.", source="au comptoir")
    desk = browser.as_("accueil")
    page = desk.get(f"/contacts/{cast.karim.id}").text
    assert "J&#39;accepte de recevoir la lettre." in page
    assert "au comptoir" in page
    desk.post(f"/contacts/{cast.karim.id}/consentements", data={"purpose": "news", "given": "0"})
    held = consents_of(cast.karim.id)[Purpose.NEWS]
    assert not held.given
    assert "Nadia Belkacem" in held.source
    assert "Consentement retiré" in desk.get(f"/contacts/{cast.karim.id}").text


def test_the_list_is_filtered_by_its_address(cast: Cast, browser: Browser) -> None:
    a_contact(name="Duval SARL", kind=ContactKind.COMPANY)
    desk = browser.as_("accueil")
    only = desk.get("/contacts?type=company", htmx=True).text
    assert "Duval SARL" in only
    assert "Karim" not in only
    assert "Aucun contact ne répond à ces filtres" in desk.get("/contacts?q=introuvable", htmx=True).text


@pytest.mark.row("B1")
def test_who_reads_and_who_writes(cast: Cast, browser: Browser) -> None:
    accountant = browser.as_("compta")
    page = accountant.get(f"/contacts/{cast.karim.id}")
    assert page.status_code == 200
    assert "Prendre en charge" not in page.text
    assert "/modification" not in page.text
    assert accountant.get(f"/contacts/{cast.karim.id}/modification").status_code == 403
    assert accountant.post(f"/contacts/{cast.karim.id}/archive").status_code == 403
    outside = browser.as_("luthier")
    assert outside.get(f"/contacts/{cast.karim.id}").status_code == 403
    assert outside.get("/contacts/suggestions?q=karim").status_code == 403
    assert browser.as_("client").get(f"/contacts/{cast.dan.id}").status_code == 403
    assert (
        f"/dossiers/nouveau?contact={cast.karim.id}" in browser.as_("technicien").get(f"/contacts/{cast.karim.id}").text
    )


def test_the_page_costs_the_same_whatever_the_number_of_rows(cast: Cast, browser: Browser, queries: list[str]) -> None:
    desk = browser.as_("accueil")
    desk.get("/contacts")
    counts = []
    for wanted in (30, 60):
        for _n in range(wanted):
            a_contact()
        queries.clear()
        desk.get("/contacts")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
    queries.clear()
    desk.get(f"/contacts/{cast.karim.id}")
    assert len(queries) <= 12, queries


def test_an_archived_contact_is_not_proposed_as_a_duplicate(cast: Cast, browser: Browser) -> None:
    with transaction():
        archive_contact(db.session.get_one(Contact, cast.karim.id))
    answer = browser.as_("accueil").post("/contacts/doublons", data=typed(phone="06 71 48 20 95"), htmx=True)
    assert "Karim" not in answer.text
