"""The ticket's page (B4): texts saved by themselves, lines, waiting, check points, photos, loaner."""

import io

import pytest
from PIL import Image
from sqlalchemy import select

from app.accounts.models import User
from app.assets.models import FamilyQuestionnaire
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.outbox import OutboxMessage
from app.core.subject import subject_of
from app.documents.queries import attachments_of
from app.messaging.models import ThreadMessage
from app.planning.models import Booking
from app.planning.states import BookingState
from app.questionnaires.models import Questionnaire, QuestionnaireItem
from app.questionnaires.states import ItemType, Use
from app.tickets.models import Ticket, TicketLine
from app.tickets.services import Arrival, move
from app.tickets.states import Outcome, TicketKind, TicketState, Waiting
from tests.cast import Cast
from tests.factories.assets import a_family, an_asset
from tests.factories.base import serial
from tests.factories.tickets import T, a_ticket
from tests.signing import Browser


def again(ticket: Ticket) -> Ticket:
    db.session.rollback()
    return db.session.get_one(Ticket, ticket.id)


def fresh(browser: Browser, ticket: Ticket) -> Browser:
    """The technician, with the ticket's page open: its token is the one his posts carry."""
    tech = browser.as_("technicien")
    tech.get(f"/dossiers/{ticket.number}")
    return tech


def a_check_out(family_id: int, use: Use = Use.CHECK_OUT) -> Questionnaire:
    """One compulsory point and a free one."""
    with transaction() as session:
        found = Questionnaire(code=f"q{serial()}", name="Sortie", use=use, items=[
            QuestionnaireItem(position=1, code="fuite", label="Aucune fuite", type=ItemType.TRISTATE, compulsory=True),
            QuestionnaireItem(position=2, code="propre", label="Nettoyé", type=ItemType.TRISTATE),
        ])  # fmt: skip
        session.add(found)
        session.flush()
        session.add(FamilyQuestionnaire(family_id=family_id, use=use, questionnaire_id=found.id))
    return found


@pytest.mark.row("B4")
def test_the_diagnosis_is_saved_while_it_is_typed(cast: Cast, browser: Browser) -> None:
    ticket = a_ticket(T.DIAGNOSING)
    seen = ticket.version
    tech = fresh(browser, ticket)
    answer = tech.client.post(
        f"/dossiers/{ticket.number}/textes/diagnosis", headers={"Accept": "application/json"},
        data={"diagnosis": "Joint fendu", "seen": "", "csrf_token": tech.token},
    )  # fmt: skip
    assert answer.json["version"] == seen + 1
    assert again(ticket).diagnosis == "Joint fendu"


def test_a_colleagues_text_is_not_overwritten(cast: Cast, browser: Browser) -> None:
    ticket = a_ticket(T.DIAGNOSING)
    tech = fresh(browser, ticket)
    address = f"/dossiers/{ticket.number}/textes/diagnosis"
    tech.post(address, diagnosis="Le premier", seen="")
    refused = tech.client.post(
        address,
        headers={"Accept": "application/json"},
        data={"diagnosis": "Le second", "seen": "", "csrf_token": tech.token},
    )
    assert refused.status_code == 409
    assert "en même temps" in refused.json["message"]
    assert again(ticket).diagnosis == "Le premier"


@pytest.mark.row("B4")
def test_lines_are_added_corrected_and_removed(cast: Cast, browser: Browser) -> None:
    ticket = a_ticket(T.DIAGNOSING)
    tech = browser.as_("technicien")
    address = f"/dossiers/{ticket.number}/lignes/nouvelle"
    line = {
        "kind": "part",
        "label": "Joint de groupe",
        "quantity": "1,5",
        "unit_price": "7,50",
        "vat_rate": "2000",
        "version": again(ticket).version,
    }
    answer = tech.post(address, htmx=True, data=line)
    assert answer.status_code == 200, answer.text
    assert "Joint de groupe" in answer.text
    assert "13,50\u00a0€" in answer.text
    row = db.session.scalars(select(TicketLine)).one()
    assert (row.quantity, row.unit_price, row.net) == (1500, 750, 1125)
    changed = tech.post(
        f"/dossiers/{ticket.number}/lignes/{row.id}", data=line | {"quantity": "2", "version": again(ticket).version}
    )
    assert changed.status_code == 303, changed.text
    assert db.session.scalars(select(TicketLine)).one().quantity == 2000
    tech.post(f"/dossiers/{ticket.number}/lignes/{row.id}/suppression")
    assert db.session.scalars(select(TicketLine)).all() == []


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("unit_price", "sept", "ne se lit pas comme un nombre"),
        ("label", "", "Saisissez la désignation"),
        ("quantity", "0", "La quantité est nulle"),
    ],
)
def test_a_wrong_line_is_said_in_its_place(cast: Cast, browser: Browser, field: str, value: str, sentence: str) -> None:
    ticket = a_ticket(T.DIAGNOSING)
    line = {"kind": "part", "label": "Joint", "quantity": "1", "unit_price": "7,50", "vat_rate": "2000"} | {
        field: value
    }
    answer = browser.as_("technicien").post(f"/dossiers/{ticket.number}/lignes/nouvelle", htmx=True, data=line)
    assert answer.status_code == 422
    assert sentence in answer.text


@pytest.mark.row("D4")
def test_ready_is_refused_while_a_compulsory_point_is_empty(cast: Cast, browser: Browser) -> None:
    ticket = a_ticket(T.CHECKING)
    a_check_out(ticket.family_id)
    with transaction(), pytest.raises(DomainError, match="Aucune fuite"):
        move(again(ticket), T.READY, Arrival(outcome=Outcome.REPAIRED))
    tech = browser.as_("technicien")
    assert "Aucune fuite" in tech.get(f"/dossiers/{ticket.number}/controles/check_out").text
    done = tech.post(f"/dossiers/{ticket.number}/controles/check_out", data={"q-fuite": "oui"})
    assert done.status_code == 303, done.text
    assert "Aucune fuite" in tech.get(f"/dossiers/{ticket.number}").text
    with transaction():
        move(again(ticket), T.READY, Arrival(outcome=Outcome.REPAIRED))
    assert again(ticket).state == T.READY


@pytest.mark.parametrize(
    ("who", "entry", "leaving"), [("compta", 403, 403), ("commercial", 303, 403), ("luthier", 303, 303)]
)
def test_check_points_are_filled_by_the_counter_and_the_workshop_alone(
    cast: Cast, browser: Browser, who: str, entry: int, leaving: int
) -> None:
    ticket = a_ticket(T.DIAGNOSING, by=cast.ines)
    a_check_out(ticket.family_id)
    a_check_out(ticket.family_id, use=Use.CHECK_IN)
    with transaction():
        again(ticket).assignee_id = cast.hugo.id
    person = browser.as_(who)
    for use, status in (("check_in", entry), ("check_out", leaving)):
        url = f"/dossiers/{ticket.number}/controles/{use}"
        assert person.post(url, data={"q-fuite": "oui"}).status_code == status
        assert person.get(url).status_code == (403 if status == 403 else 200)
        assert (url in person.get(f"/dossiers/{ticket.number}").text) == (status != 403)


@pytest.mark.row("D10")
def test_a_photo_from_the_phone_lands_in_the_file(cast: Cast, browser: Browser) -> None:
    ticket = a_ticket(T.DIAGNOSING)
    shot = io.BytesIO()
    Image.new("RGB", (800, 600), "navy").save(shot, "JPEG")
    shot.seek(0)
    tech = fresh(browser, ticket)
    answer = tech.client.post(
        f"/dossiers/{ticket.number}/photos", content_type="multipart/form-data",
        data={"csrf_token": tech.token, "label": "Plaque signalétique", "photos": (shot, "IMG_0001.jpg")},
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    assert [file.label for file in attachments_of(subject_of(ticket))] == ["Plaque signalétique"]


def test_a_pdf_named_jpg_is_refused_with_a_sentence(cast: Cast, browser: Browser) -> None:
    ticket = a_ticket(T.DIAGNOSING)
    tech = fresh(browser, ticket)
    answer = tech.client.post(
        f"/dossiers/{ticket.number}/photos", content_type="multipart/form-data",
        data={"csrf_token": tech.token, "photos": (io.BytesIO(b"%PDF-1.7 not a picture"), "photo.jpg")},
    )  # fmt: skip
    assert answer.status_code == 422
    assert "PDF" in answer.text
    assert attachments_of(subject_of(ticket)) == []


def test_a_loaner_must_be_back_before_the_exit(cast: Cast, browser: Browser) -> None:
    ticket = a_ticket(T.READY, contact=cast.karim)
    loaner = an_asset(a_family(), ours=True, label="Cafetière de prêt")
    desk = browser.as_("accueil")
    desk.post(f"/dossiers/{ticket.number}/pret", asset_id=loaner.id, until="2030-01-01")
    booking = db.session.scalars(select(Booking)).one()
    assert booking.state == BookingState.OUT
    refused = desk.post(f"/dossiers/{ticket.number}/remise", signature_name="Karim", version=again(ticket).version)
    assert refused.status_code == 422
    assert "Cafetière de prêt" in refused.text
    desk.post(f"/dossiers/{ticket.number}/pret/{booking.id}/retour")
    done = desk.post(f"/dossiers/{ticket.number}/remise", signature_name="Karim", version=again(ticket).version)
    assert done.status_code == 303, done.text
    assert (again(ticket).state, again(ticket).exit_signed_name) == (T.OUT, "Karim")


@pytest.mark.row("B6")
def test_nobody_signs_the_exit_by_leaving_the_page_as_it_came(cast: Cast, browser: Browser) -> None:
    ticket = a_ticket(T.READY, contact=cast.karim)
    desk = browser.as_("accueil")
    page = f"/dossiers/{ticket.number}/remise"
    assert f'name="taken_by" type="text" value="{cast.karim.name}"' in desk.get(page).text
    refused = desk.post(page, taken_by=cast.karim.name, version=again(ticket).version)
    assert refused.status_code == 422
    assert "Faites signer la personne" in refused.text
    assert again(ticket).state == T.READY


@pytest.mark.row("B6")
def test_shipping_asks_for_the_carrier_and_prints_the_slip(cast: Cast, browser: Browser) -> None:
    ticket = a_ticket(T.READY, contact=cast.karim)
    tech = browser.as_("technicien")
    assert tech.post(f"/dossiers/{ticket.number}/expedition", version=ticket.version).status_code == 422
    done = tech.post(
        f"/dossiers/{ticket.number}/expedition", carrier="Colissimo", tracking="8X001", version=again(ticket).version
    )
    assert done.location.endswith("imprimer=expedition")
    assert (again(ticket).state, again(ticket).tracking) == (T.SHIPPING, "8X001")


@pytest.mark.row("B3")
def test_a_software_ticket_is_opened_by_sales_and_taken_over(cast: Cast, browser: Browser) -> None:
    sales = browser.as_("commercial")
    answer = sales.post(
        "/dossiers",
        data={
            "form_key": "s1",
            "kind": "software",
            "contact_id": cast.karim.id,
            "label": "Sauvegarde en échec",
            "fault": "La sauvegarde s'arrête à 40 %",
            "priority": "2",
        },
    )
    assert answer.status_code == 303, answer.text
    ticket = db.session.scalars(select(Ticket)).one()
    assert (ticket.kind, ticket.state, ticket.asset_id) == (TicketKind.SOFTWARE, TicketState.OPENED, None)
    tech = browser.as_("technicien")
    for state in ("in_progress", "solved", "closed"):
        assert (
            tech.post(f"/dossiers/{ticket.number}/etat", state=state, version=again(ticket).version).status_code == 303
        )
    assert again(ticket).state == TicketState.CLOSED


def test_our_own_thing_leaves_the_planning_until_it_is_repaired(cast: Cast) -> None:
    thing = an_asset(ours=True, label="Violon n° 0127")
    ticket = a_ticket(asset=thing, kind=TicketKind.FLEET, contact=cast.karim)
    booking = db.session.scalars(select(Booking)).one()
    assert (booking.state, booking.asset_id) == (BookingState.MAINTENANCE, thing.id)
    for step in (T.DIAGNOSING, T.READY, T.OUT):
        with transaction():
            move(again(ticket), step, Arrival(outcome=Outcome.NO_FAULT))
    assert db.session.scalars(select(Booking)).one().state == BookingState.RETURNED


@pytest.mark.row("B10")
def test_the_team_writes_to_the_client_and_notes_stay_inside(cast: Cast, browser: Browser) -> None:
    ticket = a_ticket(T.DIAGNOSING, contact=cast.karim)
    tech = browser.as_("technicien")
    page = tech.get(f"/dossiers/{ticket.number}?onglet=messages")
    assert "Répondre à Karim Benyahia" in page.text
    tech.post(f"/fils/ticket/{ticket.id}/messages", body="La pièce arrive mardi.")
    tech.post(f"/fils/ticket/{ticket.id}/messages", body="Client pressé", note="1")
    bodies = {row.body: row.direction.value for row in db.session.scalars(select(ThreadMessage))}
    assert bodies == {"La pièce arrive mardi.": "out", "Client pressé": "note"}


@pytest.mark.row("B2")
def test_waiting_is_shown_on_the_board_in_its_column(cast: Cast, browser: Browser) -> None:
    ticket = a_ticket(
        T.REPAIRING,
        assignee_id=db.session.scalars(select(User.id).where(User.email == "technicien@demo.example")).one(),
    )
    tech = browser.as_("technicien")
    tech.post(
        f"/dossiers/{ticket.number}/attente", waiting="part", note="Courroie, reçue mercredi", version=ticket.version
    )
    assert again(ticket).waiting == Waiting.PART
    board = tech.get("/dossiers")
    waiting = board.text.split('data-colonne="waiting"')[1].split("</section>")[0]
    assert ticket.number in waiting
    assert "Courroie, reçue mercredi" in waiting


@pytest.mark.row("F2")
def test_the_board_says_nothing_new_when_nothing_is(cast: Cast, browser: Browser) -> None:
    a_ticket()
    tech = browser.as_("technicien")
    page = tech.get("/dossiers").text
    rev = page.split("rev=")[1].split('"')[0]
    assert tech.get(f"/dossiers?rev={rev}", htmx=True).status_code == 204
    a_ticket()
    assert tech.get(f"/dossiers?rev={rev}", htmx=True).status_code == 200


@pytest.mark.row("F2")
@pytest.mark.parametrize("many", [3, 12])
def test_the_board_and_the_list_cost_the_same_queries_whatever_the_rows(
    cast: Cast, browser: Browser, queries: list[str], many: int
) -> None:
    for _ in range(many):
        a_ticket(contact=cast.karim)
    tech = browser.as_("technicien")
    for address in ("/dossiers", "/dossiers?vue=liste"):
        tech.get(address)
        queries.clear()
        tech.get(address)
        assert len(queries) <= 12, queries


@pytest.mark.row("B10")
def test_a_template_is_put_into_an_answer_and_nothing_leaves(cast: Cast, browser: Browser) -> None:
    ticket = a_ticket(T.READY, contact=cast.karim)
    desk = browser.as_("accueil")
    thread = f"/fils/ticket/{ticket.id}"
    written = len(db.session.scalars(select(OutboxMessage)).all())
    assert 'value="ticket.ready"' in desk.get(thread).text
    answer = desk.post(thread + "/modele", modele="ticket.ready", body="Bonne nouvelle.", htmx=True).text
    typed = answer.split("<textarea", 1)[1].split("</textarea>")[0]
    assert "Bonne nouvelle.\n\nBonjour Karim Benyahia," in typed
    assert ticket.number in typed
    assert "/suivi/" in typed
    assert len(db.session.scalars(select(OutboxMessage)).all()) == written
    assert desk.post(thread + "/modele", modele="quote.sent", body="Bonjour").status_code == 422
