"""The repairer's space: he sees his own repairs and nothing else, says yes, no, later, how much, and sends his invoice."""

import re
from datetime import timedelta
from html import unescape
from io import BytesIO

import pytest
from flask import Flask
from pypdf import PdfWriter

from app.assets.models import Asset, Family
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.core.outbox import OutboxMessage
from app.messaging.models import Task
from app.planning.models import Booking
from app.planning.states import BookingState
from app.purchasing import services as purchasing
from app.purchasing.models import SupplierInvoice
from app.repairers import services
from app.repairers.models import Repairer, RepairerSkill
from app.repairers.queries import job_of, names
from app.repairers.states import JobState, QuoteState
from app.tickets.models import Ticket
from tests.cast import Cast
from tests.factories.assets import a_family
from tests.factories.lending import a_loan
from tests.factories.purchasing import a_bill, a_supplier
from tests.factories.repairers import a_broken_unit, a_repairer, accepted, proposed, repairs_sent_out, the_job
from tests.factories.repairs import in_days
from tests.factories.supplier_files import Sold, a_facturx_pdf, a_facturx_xml
from tests.factories.tickets import a_ticket
from tests.signing import Browser

pytestmark = pytest.mark.row("A11")


def plain(text: str) -> str:
    return unescape(text).replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


@pytest.fixture
def hugo(app: Flask, cast: Cast) -> Repairer:
    """Hugo repairs violins, in the house whose repairs go outside."""
    repairs_sent_out()
    return a_repairer(a_family(name="Violon"), user=cast.hugo, contact=a_supplier(name="Lutherie Lemoine"))


def a_violin_for(hugo: Repairer) -> Ticket:
    """Something of ours that he may repair."""
    family_id = db.session.query(RepairerSkill.family_id).filter_by(repairer_id=hugo.id).scalar()
    return a_broken_unit(db.session.get_one(Family, family_id))[1]


def test_his_list_holds_what_is_proposed_and_he_accepts_in_one_tap(
    browser: Browser, cast: Cast, hugo: Repairer
) -> None:
    ticket = a_violin_for(hugo)
    proposed(ticket, hugo)
    luthier = browser.as_("luthier")
    page = plain(luthier.get("/mes-reparations").text)
    assert "Cheville qui glisse" in page
    assert "Accepter" in page
    assert luthier.post(f"/mes-reparations/{ticket.number}/accord").status_code == 303
    job = the_job(ticket)
    assert job.state == JobState.ACCEPTED
    assert job.agreed_on is not None
    assert db.session.get_one(Ticket, ticket.id).promised_on == job.agreed_on, "the school's planning has its end"
    assert "À faire" in plain(luthier.get("/mes-reparations?vue=acceptees").text)
    again = luthier.post(f"/mes-reparations/{ticket.number}/accord")
    assert again.status_code == 409


def test_a_refusal_asks_for_a_reason_and_takes_the_ticket_away_from_him(
    browser: Browser, cast: Cast, hugo: Repairer
) -> None:
    ticket = a_violin_for(hugo)
    proposed(ticket, hugo)
    luthier = browser.as_("luthier")
    bare = luthier.post(f"/mes-reparations/{ticket.number}/refus")
    assert bare.status_code == 422
    assert "Dites pourquoi vous refusez" in plain(bare.text)
    assert luthier.post(f"/mes-reparations/{ticket.number}/refus", reason="Complet").status_code == 303
    assert luthier.get(f"/dossiers/{ticket.number}").status_code == 404
    page = plain(browser.as_("accueil").get(f"/dossiers/{ticket.number}").text)
    assert "Complet" in page


def test_he_sees_nothing_but_his_own(browser: Browser, cast: Cast, hugo: Repairer) -> None:
    mine, theirs = a_violin_for(hugo), a_violin_for(hugo)
    accepted(mine, hugo)
    accepted(theirs, a_repairer(a_family(name="Piano")))
    stranger = a_ticket(contact=cast.karim)
    bill = a_bill()
    luthier = browser.as_("luthier")
    assert luthier.get(f"/dossiers/{mine.number}").status_code == 200
    for number in (theirs.number, stranger.number):
        assert luthier.get(f"/dossiers/{number}").status_code == 404
        for verb in ("accord", "refus", "retard", "devis"):
            assert luthier.post(f"/mes-reparations/{number}/{verb}").status_code == 404
    assert luthier.get(f"/mes-reparations/factures/{bill.id}/fichier").status_code == 404
    for address in (
        "/reparations/partage",
        "/reparateurs",
        f"/reparateurs/{hugo.id}",
        "/planning",
        "/factures-fournisseurs",
        "/contacts",
    ):
        assert luthier.get(address).status_code == 403, address


def test_of_a_ticket_he_reads_his_own_part_neither_who_else_was_asked_nor_the_client_s_telephone(
    browser: Browser, cast: Cast, hugo: Repairer
) -> None:
    ticket = a_ticket(contact=cast.karim)
    browser.as_("accueil").post(f"/dossiers/{ticket.number}/sous-traitance")
    other = a_repairer(a_family(name="Piano"))
    proposed(ticket, other)
    with transaction():
        services.refuse(*services.locked(the_job(ticket)), "Mon four est en panne")
    accepted(ticket, hugo)
    for tab in ("historique", "messages", "documents"):
        page = plain(browser.as_("luthier").get(f"/dossiers/{ticket.number}?onglet={tab}").text)
        for hidden in ("Mon four est en panne", names()[other.id], "06 71 48 20 95", "Pourquoi lui ?"):
            assert hidden not in page, (tab, hidden)
    desk = plain(browser.as_("accueil").get(f"/dossiers/{ticket.number}").text)
    assert "Mon four est en panne" in desk


def test_a_delay_has_a_reason_and_a_later_day_and_is_on_the_ticket(
    browser: Browser, cast: Cast, hugo: Repairer
) -> None:
    ticket = a_violin_for(hugo)
    day = clock.today() + timedelta(days=5)
    accepted(ticket, hugo, day)
    luthier = browser.as_("luthier")
    early = luthier.post(f"/mes-reparations/{ticket.number}/retard", day=day.isoformat(), reason="Colle à sécher")
    assert early.status_code == 422
    assert "doit venir après celle qui était prévue" in plain(early.text)
    later = day + timedelta(days=6)
    luthier.post(f"/mes-reparations/{ticket.number}/retard", day=later.isoformat(), reason="Colle à sécher")
    job = the_job(ticket)
    assert (job.expected_on, job.agreed_on) == (later, day), "the first promise is remembered"
    assert db.session.get_one(Ticket, ticket.id).promised_on == later
    page = plain(browser.as_("accueil").get(f"/dossiers/{ticket.number}").text)
    assert "annonce un retard" in page
    assert "Colle à sécher" in page


def test_before_a_delay_he_sees_how_many_it_touches_and_by_when_it_is_needed_but_nobody_s_name(
    browser: Browser, cast: Cast, hugo: Repairer
) -> None:
    ticket = a_violin_for(hugo)
    accepted(ticket, hugo, in_days(2))
    unit = db.session.get_one(Asset, ticket.asset_id)
    a_loan(cast.karim, [unit], f"{in_days(4)} 09:00", f"{in_days(9)} 18:00")
    luthier, address, karim = browser.as_("luthier"), f"/mes-reparations/{ticket.number}/retard", cast.karim.name
    db.session.expunge_all()  # as in a request: nothing is known beforehand
    assert "Aucune réservation" in plain(luthier.get(f"{address}?day={in_days(3)}").text)
    typed = {"day": str(in_days(6)), "reason": "Colle à sécher"}
    shown = luthier.post(address, data=typed)
    assert shown.status_code == 200
    page = plain(shown.text)
    assert "touche une réservation" in page
    assert clock.long_date(in_days(4)) in page
    assert karim not in page
    assert "Colle à sécher" in page
    assert db.session.query(Booking).filter_by(state=BookingState.AT_RISK).count() == 0
    assert luthier.post(address, data=typed | {"seen": _field(page, "seen")}).status_code == 303
    assert db.session.query(Booking).filter_by(state=BookingState.AT_RISK).count() == 1


def test_the_delay_of_a_client_s_thing_is_a_task_of_the_desk(browser: Browser, cast: Cast, hugo: Repairer) -> None:
    ticket = a_ticket(contact=cast.karim, assignee_id=None)
    browser.as_("accueil").post(f"/dossiers/{ticket.number}/sous-traitance")
    accepted(ticket, hugo, clock.today() + timedelta(days=3))
    later = clock.today() + timedelta(days=9)
    browser.as_("luthier").post(
        f"/mes-reparations/{ticket.number}/retard", day=later.isoformat(), reason="Pièce en attente"
    )
    task = db.session.query(Task).filter_by(subject_kind="ticket", subject_id=ticket.id).one()
    assert "prévenez le client" in plain(task.label)


def test_his_weeks_show_what_to_give_back_and_his_closures_which_are_absences_of_the_planning(
    browser: Browser, cast: Cast, hugo: Repairer
) -> None:
    ticket = a_violin_for(hugo)
    accepted(ticket, hugo, clock.today() + timedelta(days=7))
    luthier = browser.as_("luthier")
    first, last = clock.today() + timedelta(days=9), clock.today() + timedelta(days=11)
    luthier.post("/mes-reparations/fermetures", first_day=first.isoformat(), last_day=last.isoformat(), label="Salon")
    page = plain(luthier.get("/mes-reparations/planning").text)
    assert ticket.number in page
    assert "fermé : Salon" in page
    booking = db.session.query(Booking).filter_by(kind="absence").one()
    assert (booking.user_id, booking.label) == (cast.hugo.id, "Salon")
    luthier.post(f"/mes-reparations/fermetures/{booking.id}/suppression")
    db.session.rollback()
    assert db.session.get_one(Booking, booking.id).state == BookingState.CANCELLED


def test_his_usual_lead_times_are_his_to_say_and_move_the_ends_expected(
    browser: Browser, cast: Cast, hugo: Repairer
) -> None:
    family = db.session.query(RepairerSkill.family_id).filter_by(repairer_id=hugo.id).scalar()
    luthier = browser.as_("luthier")
    wrong = luthier.post("/mes-reparations/delais", data={f"lead{family}": "beaucoup"})
    assert wrong.status_code == 422
    luthier.post("/mes-reparations/delais", data={f"lead{family}": "30"})
    ticket = a_violin_for(hugo)
    job = proposed(ticket, hugo)
    assert job.expected_on is not None
    assert job.expected_on >= clock.today() + timedelta(days=30)


def test_his_quote_goes_to_the_desk_which_answers_and_he_is_told(browser: Browser, cast: Cast, hugo: Repairer) -> None:
    ticket = a_violin_for(hugo)
    accepted(ticket, hugo)
    luthier = browser.as_("luthier")
    assert luthier.post(f"/mes-reparations/{ticket.number}/devis", amount="").status_code == 422
    luthier.post(f"/mes-reparations/{ticket.number}/devis", amount="120,50", note="Chevilles neuves")
    assert (the_job(ticket).quote, the_job(ticket).quote_state) == (12_050, QuoteState.SENT)
    desk = browser.as_("accueil")
    page = plain(desk.get(f"/dossiers/{ticket.number}").text)
    assert "Son devis : 120,50 €" in page
    desk.post(f"/dossiers/{ticket.number}/reparateur/devis", agreed="1")
    assert the_job(ticket).quote_state == QuoteState.AGREED
    mail = db.session.query(OutboxMessage).filter_by(contact_id=hugo.contact_id, template="repair.quote_answered").one()
    assert "Devis accepté" in plain(mail.subject)


def _send(luthier: Browser, content: bytes, name: str = "facture.pdf") -> str:
    answer = luthier.post("/mes-reparations/factures/nouvelle", data={"file": (BytesIO(content), name)})
    assert answer.status_code == 200, plain(answer.text)[-3000:]
    return answer.text


def _field(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*name="{name}"[^>]*value="([^"]*)"', page)
    return unescape(found.group(1)) if found else ""


def test_his_factur_x_is_read_matched_to_his_repairs_and_closes_their_cost(
    browser: Browser, cast: Cast, hugo: Repairer
) -> None:
    one, other, later = (a_violin_for(hugo) for _rank in range(3))
    for ticket in (one, other, later):
        accepted(ticket, hugo)
    lines = [Sold(f"Chevilles {one.number}", 1, 10_000), Sold(f"Chevalet {other.number}", 1, 5_000)]
    xml = a_facturx_xml("LL-12", "Lutherie Lemoine", lines, on=clock.today())
    luthier = browser.as_("luthier")
    page = _send(luthier, a_facturx_pdf(xml))
    assert (_field(page, "number"), _field(page, "gross")) == ("LL-12", "180,00")
    ticked = re.findall(r'name="repairs" value="([^"]+)" checked', page)
    assert sorted(ticked) == sorted([one.number, other.number])
    typed = {name: _field(page, name) for name in ("file_id", "number", "issued_on", "net", "vat", "gross")}
    assert luthier.post("/mes-reparations/factures/nouvelle", data={**typed, "repairs": ticked}).status_code == 303
    assert (the_job(one).cost, the_job(other).cost, the_job(later).cost) == (12_000, 6_000, None)
    bill = db.session.query(SupplierInvoice).one()
    assert (bill.supplier_id, bill.source, bill.gross) == (hugo.contact_id, "facturx", 18_000)
    page = plain(browser.as_("gerant").get(f"/dossiers/{one.number}").text)
    assert "Coût : 120,00 €" in page
    unit = plain(browser.get(f"/biens/{db.session.get_one(Ticket, one.id).asset_id}").text)
    assert "120,00 €" in unit


def test_a_plain_pdf_is_kept_and_typed_and_nothing_typed_is_lost(browser: Browser, cast: Cast, hugo: Repairer) -> None:
    ticket = a_violin_for(hugo)
    accepted(ticket, hugo)
    blank, writer = BytesIO(), PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(blank)
    luthier = browser.as_("luthier")
    page = _send(luthier, blank.getvalue())
    typed = {
        "file_id": _field(page, "file_id"),
        "number": "F7",
        "issued_on": clock.today().isoformat(),
        "net": "80",
        "vat": "0",
        "gross": "90",
    }
    wrong = luthier.post("/mes-reparations/factures/nouvelle", data={**typed, "repairs": [ticket.number]})
    assert wrong.status_code == 422
    assert "Corrigez l'un des trois" in plain(wrong.text)
    assert _field(wrong.text, "number") == "F7"
    luthier.post("/mes-reparations/factures/nouvelle", data={**typed, "gross": "80", "repairs": [ticket.number]})
    assert the_job(ticket).cost == 8_000
    bill = db.session.query(SupplierInvoice).one()
    assert luthier.get(f"/mes-reparations/factures/{bill.id}/fichier").data == blank.getvalue()


def test_a_file_that_he_did_not_send_is_not_his_to_use(browser: Browser, cast: Cast, hugo: Repairer) -> None:
    ticket = a_violin_for(hugo)
    accepted(ticket, hugo)
    typed = {
        "file_id": "1",
        "number": "F7",
        "issued_on": clock.today().isoformat(),
        "net": "80",
        "vat": "0",
        "gross": "80",
    }
    answer = browser.as_("luthier").post(
        "/mes-reparations/factures/nouvelle", data={**typed, "repairs": [ticket.number]}
    )
    assert answer.status_code == 422
    assert db.session.query(SupplierInvoice).count() == 0


def test_he_sees_what_we_owe_him_and_what_was_paid_when(browser: Browser, cast: Cast, hugo: Repairer) -> None:
    bill = a_bill(db.session.get_one(Contact, hugo.contact_id))
    a_bill()
    with transaction():
        purchasing.pay(db.session.get_one(SupplierInvoice, bill.id), clock.today(), "virement", 5_000)
    page = plain(browser.as_("luthier").get("/mes-reparations/factures").text)
    assert "70,00 €" in page, "left of 120,00 €"
    assert "50,00 €" in page
    assert "1 facture" in page


def test_the_desk_sees_what_is_before_each_of_them_on_the_planning(
    browser: Browser, cast: Cast, hugo: Repairer
) -> None:
    ticket = a_violin_for(hugo)
    accepted(ticket, hugo, clock.today() + timedelta(days=2))
    page = browser.as_("accueil").get("/planning").text
    assert ticket.number in page


def test_the_manager_writes_profiles_and_closures_and_somebody_who_left_gets_nothing_more(
    browser: Browser, cast: Cast
) -> None:
    repairs_sent_out()
    violin, supplier = a_family(name="Violon"), a_supplier(name="Lutherie Lemoine")
    with transaction():
        db.session.get_one(Contact, supplier.id).supplier = True
    manager = browser.as_("gerant")
    bare = manager.post("/reparateurs/nouveau", hourly="45")
    assert bare.status_code == 422
    assert "Choisissez le contact qui répare" in plain(bare.text)
    answer = manager.post(
        "/reparateurs/nouveau",
        data={
            "contact_id": supplier.id, "user_id": cast.hugo.id, "hourly": "45", "km": "12,5", "h0": "4", "h2": "3,5",
            f"level{violin.id}": "2", f"lead{violin.id}": "6", f"price{violin.id}": "90",
        },
    )  # fmt: skip
    assert answer.status_code == 303, plain(answer.text)
    repairer = db.session.query(Repairer).one()
    assert (repairer.hours, repairer.metres, repairer.hourly) == ({"0": 240, "2": 210}, 12_500, 4_500)
    page = plain(manager.get(f"/reparateurs/{repairer.id}").text)
    assert 'value="12,5"' in page
    listed = plain(manager.get("/reparateurs").text)
    assert "Violon" in listed
    assert "7,5" in listed
    past = manager.post(f"/reparateurs/{repairer.id}/fermetures", first_day="2020-01-01")
    assert past.status_code == 422
    assert "Ces jours sont passés" in plain(past.text)
    manager.post(f"/reparateurs/{repairer.id}/depart", gone="1")
    ticket = a_broken_unit(violin)[1]
    job = job_of(ticket.id)
    assert job is not None
    assert job.suggested_id is None


def test_pages_ask_a_constant_number_of_questions(
    browser: Browser, cast: Cast, hugo: Repairer, queries: list[str]
) -> None:
    luthier = browser.as_("luthier")
    counts = []
    for _round in range(2):
        for _rank in range(3):
            accepted(a_violin_for(hugo), hugo)
        luthier.get("/mes-reparations")
        queries.clear()
        luthier.get("/mes-reparations")
        work = len(queries)
        queries.clear()
        luthier.get("/mes-reparations/planning")
        counts.append((work, len(queries)))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 12
