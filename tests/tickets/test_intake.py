"""A device comes in at the counter (B2)."""

from datetime import date

import pytest
from sqlalchemy import select

from app.assets.models import FamilyQuestionnaire
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.outbox import OutboxMessage
from app.questionnaires.states import Use
from app.tickets.models import Ticket
from app.tickets.states import Cover, TicketState
from tests.cast import Cast
from tests.factories.assets import a_family, an_asset
from tests.factories.base import saved
from tests.factories.questionnaires import a_questionnaire
from tests.factories.tickets import a_ticket
from tests.signing import Browser


def typed(**more: object) -> dict[str, object]:
    return {
        "form_key": "k1", "kind": "repair", "label": "Brévia 300", "serial": "BR3-0448", "fault": "Fuit sous le bac",
        "priority": "2", "consent_repair": "y",
    } | more  # fmt: skip


def the_ticket() -> Ticket:
    return db.session.scalars(select(Ticket)).one()


@pytest.mark.row("B2")
def test_it_works(cast: Cast, browser: Browser) -> None:
    family = a_family(name="Machine à café")
    desk = browser.as_("accueil")
    page = desk.get("/dossiers/nouveau")
    assert "Prise en charge" in page.text
    answer = desk.post(
        "/dossiers",
        data=typed(contact_id=cast.karim.id, family_id=family.id, accessories=["cordon"], ceiling="1 234,5 €"),
    )
    assert answer.status_code == 303, answer.text
    ticket = the_ticket()
    assert ticket.number == f"R-{clock.today().year}-0001"
    assert (ticket.state, ticket.ceiling, ticket.accessories) == (TicketState.RECEIVED, 123450, ["cordon"])
    assert ticket.contact_id == cast.karim.id
    shown = desk.get(f"/dossiers/{ticket.number}")
    assert "Fuit sous le bac" in shown.text
    assert "1\u202f234,50\u00a0€" in shown.text


@pytest.mark.row("B2")
def test_the_same_form_sent_twice_makes_one_ticket(cast: Cast, browser: Browser) -> None:
    family = a_family()
    desk = browser.as_("accueil")
    data = typed(contact_id=cast.karim.id, family_id=family.id)
    first, second = desk.post("/dossiers", data=data), desk.post("/dossiers", data=data)
    assert first.location.split("?")[0] == second.location.split("?")[0]
    assert the_ticket().number.endswith("-0001")


@pytest.mark.row("C8")
def test_a_check_answered_wrongly_at_the_desk_does_not_lose_the_intake(cast: Cast, browser: Browser) -> None:
    family = a_family()
    asked = a_questionnaire(use=Use.CHECK_IN)
    saved(FamilyQuestionnaire(family_id=family.id, use=Use.CHECK_IN, questionnaire_id=asked.id))
    desk = browser.as_("accueil")
    answer = desk.post(
        "/dossiers", data=typed(contact_id=cast.karim.id, family_id=family.id, **{"q-terre": "beaucoup"})
    )
    shown = desk.get(answer.location)
    assert f"{the_ticket().number} est enregistré, mais un contrôle reste à corriger" in shown.text


@pytest.mark.row("B8")
def test_the_client_is_told_with_the_link_of_his_page(cast: Cast) -> None:
    ticket = a_ticket(contact=cast.karim)
    mail = db.session.scalars(select(OutboxMessage).where(OutboxMessage.template == "ticket.received")).one()
    assert mail.recipient == cast.karim.email
    assert ticket.number in mail.subject
    assert "/suivi/" in mail.text


def test_a_new_company_needs_a_true_siret(cast: Cast, browser: Browser) -> None:
    family = a_family()
    desk = browser.as_("accueil")
    data = typed(
        family_id=family.id,
        new_contact="y",
        contact_kind="company",
        company_name="Studio Carré",
        siret="912 345 678 00013",
        dropped_by="Léa",
    )
    refused = desk.post("/dossiers", data=data)
    assert refused.status_code == 422
    assert "faute de frappe" in refused.text
    assert "Studio Carré" in refused.text
    assert "Fuit sous le bac" in refused.text
    assert db.session.scalars(select(Ticket)).all() == []
    desk.post("/dossiers", data=data | {"siret": "732 829 320 00074"})
    ticket = the_ticket()
    contact = db.session.get_one(Contact, ticket.contact_id)
    assert (contact.name, contact.siret, ticket.dropped_by) == ("Studio Carré", "73282932000074", "Léa")


@pytest.mark.row("B2")
def test_a_known_serial_fills_owner_and_warranty(cast: Cast, browser: Browser) -> None:
    family = a_family(name="Téléviseur")
    an_asset(
        family,
        serial="LM43-22-008164",
        label="Lumen 43",
        owner_id=cast.karim.id,
        bought_on=date(2026, 1, 2),
        warranty_until=date(2028, 1, 2),
    )
    desk = browser.as_("accueil")
    answer = desk.post(
        "/dossiers/nouveau/formulaire", htmx=True, data=typed(code="LM43 22 008164", serial="", label="")
    )
    assert "Appareil déjà connu" in answer.text
    assert "Karim Benyahia" in answer.text
    assert "Lumen 43" in answer.text


@pytest.mark.row("D5")
def test_a_return_within_the_guarantee_is_seen_and_linked(cast: Cast) -> None:
    asset = an_asset(owner_id=cast.karim.id)
    first = a_ticket(TicketState.OUT, contact=cast.karim, asset=asset)
    second = a_ticket(contact=cast.karim, asset=asset)
    assert (second.cover, second.parent_id) == (Cover.REPAIR, first.id)


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("bought_on", "14/06/2062", "La date est dans le futur"),
        ("bought_on", "31/02/2027", "Cette date ne se lit pas"),
        ("ceiling", "douze", "ne se lit pas comme un nombre"),
        ("fault", "", "Écrivez ce que le client constate."),
        ("contact_id", "", "Choisissez un client"),
        ("family_id", "", "Choisissez la famille"),
        ("label", "", "comment s’appelle l’appareil"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    cast: Cast, browser: Browser, field: str, value: str, sentence: str
) -> None:
    family = a_family()
    desk = browser.as_("accueil")
    data = typed(contact_id=cast.karim.id, family_id=family.id, shelf="B4") | {field: value}
    answer = desk.post("/dossiers", data=data)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'value="B4"' in answer.text
    assert db.session.scalars(select(Ticket)).all() == []


def test_emoji_and_six_thousand_characters_in_the_fault_are_kept(cast: Cast, browser: Browser) -> None:
    family = a_family()
    fault = "😀 " + "x" * 6000
    desk = browser.as_("accueil")
    assert (
        desk.post("/dossiers", data=typed(contact_id=cast.karim.id, family_id=family.id, fault=fault)).status_code
        == 303
    )
    ticket = the_ticket()
    assert ticket.fault == fault
    pdf = desk.get(f"/dossiers/{ticket.number}/bons/entree.pdf")
    assert pdf.status_code == 200
    assert pdf.data.startswith(b"%PDF")


def test_a_draft_is_kept_and_can_be_taken_up(cast: Cast, browser: Browser) -> None:
    desk = browser.as_("accueil")
    assert desk.post("/dossiers/nouveau/brouillon", data=typed(label="Brévia oubliée")).status_code == 204
    assert "La reprendre" in desk.get("/dossiers/nouveau").text
    assert "Brévia oubliée" in desk.get("/dossiers/nouveau?brouillon=1").text


@pytest.mark.row("B1")
def test_an_accountant_takes_nothing_in(cast: Cast, browser: Browser) -> None:
    assert browser.as_("compta").get("/dossiers/nouveau").status_code == 403
