"""Many at once and again and again: batches, orders and deliveries billed together, recurrences paused, checks asked again."""

import re
from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import db, transaction
from app.core.jobs import JobRun
from app.core.jobs import run as run_job
from app.sales import jobs
from app.sales.models import Recurrence, SalesDocument
from app.sales.services import documents
from app.sales.services.documents import LineData, orders, recurring
from app.sales.states import CheckState, DocumentKind, DocumentState
from tests.cast import Cast
from tests.factories.payments import paid
from tests.factories.sales import a_business, again, an_invoice, an_issued_invoice
from tests.signing import Browser

pytestmark = pytest.mark.row("C3")


def an_order(count: int = 2) -> SalesDocument:
    draft = an_invoice(LineData("Pompe", count * 1000, 10_000), kind=DocumentKind.ORDER)
    with transaction():
        return orders.confirm(draft)


def the_run(answer_url: str) -> JobRun:
    found = re.search(r"/factures/lots/(\d+)$", answer_url)
    assert found
    return db.session.get_one(JobRun, int(found[1]))


def test_chosen_drafts_are_issued_with_their_progress(browser: Browser, cast: Cast) -> None:
    drafts = [an_invoice() for _rank in range(2)]
    page = browser.as_("gerant")
    assert "Émettre ces brouillons" in page.get("/factures?etat=brouillon").text
    started = page.post("/factures/lots/emettre", ids=[str(draft.id) for draft in drafts])
    run = the_run(started.headers["Location"])
    shown = page.get(started.headers["Location"]).text
    assert "<progress" in shown
    assert "Arrêter le lot" in shown
    run_job(run.id)
    assert "2 sur 2" in page.get(started.headers["Location"]).text.replace("\xa0", " ")
    assert "Factures" in page.get("/factures/lots").text
    assert all(again(draft).state == DocumentState.ISSUED for draft in drafts)


def test_a_batch_names_the_draft_that_it_left_aside(browser: Browser, cast: Cast) -> None:
    with transaction():
        empty = documents.draft(DocumentKind.INVOICE, cast.karim, [])
    page = browser.as_("gerant")
    where = page.post("/factures/lots/emettre", ids=[str(an_invoice().id), str(empty.id)]).headers["Location"]
    run_job(the_run(where).id)
    shown = page.get(where).text.replace("\xa0", " ")
    assert "Brouillon de Karim Benyahia : Ajoutez au moins une ligne." in shown
    assert "Incomplet" in page.get("/factures/lots").text


def test_a_batch_is_stopped_and_taken_up_from_its_page(browser: Browser, cast: Cast) -> None:
    page = browser.as_("gerant")
    page.get("/factures")
    where = page.post("/factures/lots/emettre", ids=[str(an_invoice().id), str(an_invoice().id)]).headers["Location"]
    page.get(where)
    page.post(f"{where}/arret")
    run_job(the_run(where).id)
    shown = page.get(where).text
    assert "Arrêté" in shown
    assert "Reprendre le lot" in shown
    resumed = page.post(f"{where}/reprise").headers["Location"]
    run_job(the_run(resumed).id)
    assert db.session.query(SalesDocument).filter_by(state=DocumentState.ISSUED).count() == 2


def test_nothing_chosen_is_told_kindly(browser: Browser, cast: Cast) -> None:
    page = browser.as_("gerant")
    page.get("/factures")
    answer = page.post("/factures/lots/emettre", follow=True)
    assert "Choisissez de 1" in answer.text.replace("\xa0", " ")


def test_orders_and_deliveries_are_billed_together_each_once(browser: Browser, cast: Cast) -> None:
    whole, part = an_order(), an_order()
    with transaction():
        delivery = orders.deliver(part, {again(part).lines[0].id: 1000})
    page = browser.as_("gerant")
    page.get("/commandes")
    chosen = [str(found.id) for found in (whole, part, delivery)]
    where = page.post("/factures/lots/facturer", ids=[chosen[0], chosen[2]]).headers["Location"]
    run_job(the_run(where).id)
    bills = (
        db.session.query(SalesDocument)
        .filter(SalesDocument.kind.in_((DocumentKind.INVOICE, DocumentKind.PROGRESS)))
        .all()
    )
    assert {(bill.kind, bill.gross) for bill in bills} == {
        (DocumentKind.INVOICE, 24_000),
        (DocumentKind.PROGRESS, 12_000),
    }
    assert "Suivre l’émission" in page.get(where).text
    run_job((the_run(where).result or {})["batch"])
    assert all(again(bill).number for bill in bills)
    second = page.post("/factures/lots/facturer", ids=[chosen[0]]).headers["Location"]
    run_job(the_run(second).id)
    assert "déjà sa facture finale" in page.get(second).text.replace("\xa0", " ")


def test_a_recurrence_is_paused_taken_up_and_ended(browser: Browser, cast: Cast) -> None:
    model = an_issued_invoice()
    with transaction():
        row = recurring.repeat(model, label="Entretien", months=1, next_on=clock.today())
        row.next_on = clock.today() - timedelta(days=70)
    page = browser.as_("gerant")
    assert "Entretien" in page.get("/factures/recurrentes").text
    page.post(f"/factures/recurrentes/{row.id}/pause")
    assert "En pause" in page.get("/factures/recurrentes").text
    assert jobs.make_recurring() == 0
    page.post(f"/factures/recurrentes/{row.id}/reprise")
    db.session.expire_all()
    assert db.session.get_one(Recurrence, row.id).next_on >= clock.today()
    page.post(f"/factures/recurrentes/{row.id}/arret")
    assert "Terminée" in page.get("/factures/recurrentes").text
    assert page.post(f"/factures/recurrentes/{row.id}/reprise").status_code in (400, 422)


def test_a_refused_document_is_checked_again_from_its_page(browser: Browser, cast: Cast) -> None:
    business = a_business()
    invoice = an_issued_invoice(contact=business)
    with transaction():
        fresh = db.session.get_one(SalesDocument, invoice.id)
        fresh.check, fresh.faults = CheckState.REFUSED, ["Complétez l'adresse."]
    page = browser.as_("gerant")
    assert "Contrôler de nouveau" in page.get(f"/ventes/{invoice.number}").text
    assert page.post(f"/ventes/{invoice.number}/controle").status_code == 303
    jobs.render_and_check(invoice.id)
    assert again(invoice).check == CheckState.PASSED
    assert page.post(f"/ventes/{invoice.number}/controle").status_code == 409


def test_orders_leave_as_a_sheet(browser: Browser, cast: Cast) -> None:
    order = an_order()
    page = browser.as_("gerant")
    assert order.number in page.get("/commandes/export.csv").text
    assert page.get("/commandes/export.xlsx").data.startswith(b"PK")


def test_an_invoice_with_nothing_to_pay_is_settled_at_once(cast: Cast) -> None:
    free = an_issued_invoice(LineData("Pose offerte", 1000, 10_000, discount=10_000))
    assert free.settled


def test_documents_and_payments_are_found_by_the_search_box(browser: Browser, cast: Cast) -> None:
    invoice = an_issued_invoice(contact=cast.karim)
    paid(cast.karim, 17_500, invoice, reference="VIR-88123")
    page = browser.as_("gerant")
    assert invoice.number in page.get(f"/recherche?q={invoice.number}").text
    assert "Virement" in page.get("/recherche?q=VIR-88123").text
