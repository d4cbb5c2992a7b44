"""Money paid at the intake of a repair: a payment kept for it, deducted by its invoice or by the till, or given back (A8, C6, D12)."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.contacts.services import archive_contact
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict
from app.ledger.services import catch_up
from app.operations.checks.bank import wrong_balances
from app.operations.checks.intake import wrong_intakes
from app.operations.checks.ledger import unbalanced
from app.payments.models import Payment
from app.payments.queries import balance_of, left_of_intake, statement
from app.payments.services import reverse
from app.payments.services.intake import give_back, spend_at_till
from app.payments.states import Method
from app.sales.models import SalesDocument
from app.tickets.models import Ticket
from app.tickets.states import TicketState
from app.till.models import TillSale
from app.till.services.closings import close_till
from app.till.states import Means
from tests.cast import Cast
from tests.factories.assets import a_family
from tests.factories.catalog import vat_rates
from tests.factories.quotes import a_priced_ticket
from tests.factories.sales import a_legal_seller
from tests.factories.till import an_open_till
from tests.ledger.test_entries import lettered, sums
from tests.signing import Browser
from tests.till.test_pages import Hand

pytestmark = [pytest.mark.row("A8"), pytest.mark.row("C6")]
INTAKE = {
    "form_key": "k1",
    "kind": "repair",
    "label": "Brévia 300",
    "priority": "2",
    "fault": "Fuit",
    "consent_repair": "y",
}


def a_repair(amount: int, by: str = "espèces", **values: Any) -> Ticket:
    """Ready, 143,00 € with tax, of which so much was paid at its intake."""
    a_legal_seller()
    return a_priced_ticket(state=TicketState.READY, paid_at_intake=amount, paid_by=by, **values)


def nothing_wrong() -> None:
    assert [*wrong_intakes(), *wrong_balances(), *unbalanced()] == []


def invoice_of(ticket: Ticket) -> SalesDocument:
    db.session.expire_all()
    return db.session.scalars(select(SalesDocument).where(SalesDocument.ticket_id == ticket.id)).one()


def billed(browser: Browser, ticket: Ticket) -> str:
    """The page of the invoice of a repair, made and issued by the manager."""
    manager = browser.as_("gerant")
    draft = manager.post(f"/dossiers/{ticket.number}/facture", follow=True).text
    assert "Déduits de cette facture dès son émission" in draft
    document = invoice_of(ticket)
    answer = manager.post(f"/ventes/{document.id}/emission", version=document.version, follow=True)
    assert answer.status_code == 200, answer.text[:2000]
    return manager.get(f"/ventes/{invoice_of(ticket).number}").text


def test_what_is_paid_at_the_intake_is_a_payment_that_the_ticket_shows(
    app: Flask, cast: Cast, browser: Browser
) -> None:
    desk = browser.as_("accueil")
    typed = INTAKE | {"contact_id": str(cast.karim.id), "family_id": str(a_family().id), "paid_at_intake": "30"}
    refused = desk.post("/dossiers", data=typed | {"paid_by": ""})
    assert refused.status_code == 422
    assert "Dites comment le client a versé" in refused.text
    assert 'value="30,00"' in refused.text or 'value="30"' in refused.text
    assert db.session.scalars(select(Payment)).all() == []
    assert desk.post("/dossiers", data=typed | {"paid_by": "carte"}).status_code == 303
    payment = db.session.scalars(select(Payment)).one()
    assert (payment.contact_id, payment.method, payment.amount) == (cast.karim.id, Method.CARD, 3_000)
    ticket = db.session.scalars(select(Ticket)).one()
    page = desk.get(f"/dossiers/{ticket.number}").text
    assert "Versement au dépôt" in page
    assert re.search(r"30,00\W€ à déduire", page)
    assert "Versé au dépôt, à déduire" in desk.get(f"/contacts/{cast.karim.id}").text
    assert balance_of(cast.karim.id).total == -3_000
    assert statement(cast.karim.id, clock.today(), clock.today()).closing == -3_000
    nothing_wrong()


@pytest.mark.row("D12")
def test_the_invoice_of_the_repair_settles_itself_with_it(app: Flask, cast: Cast, browser: Browser) -> None:
    ticket = a_repair(3_000, contact=cast.karim)
    catch_up()
    assert sums() == {"530000": 3_000, "419100": -3_000}
    page = billed(browser, ticket)
    assert "versé au dépôt de" in page
    assert re.search(r"reste 113,00\W€", page)
    document = invoice_of(ticket)
    assert (document.due, document.paid, left_of_intake(ticket.id)) == (14_300, 3_000, 0)
    catch_up()
    found = sums()
    assert (found["411000"], found.get("419100", 0), found["530000"]) == (11_300, 0, 3_000)
    assert lettered() == 2  # the two lines of 4191
    assert statement(cast.karim.id, clock.today(), clock.today()).closing == 11_300
    assert catch_up().entries == 0
    nothing_wrong()


@pytest.mark.row("D12")
def test_the_ledger_is_the_same_when_all_of_it_is_written_at_once(app: Flask, cast: Cast, browser: Browser) -> None:
    billed(browser, a_repair(3_000, contact=cast.karim))
    catch_up()
    found = sums()
    assert (found["411000"], found.get("419100", 0), found["530000"]) == (11_300, 0, 3_000)
    assert catch_up().entries == 0


def test_an_invoice_takes_no_more_than_itself_and_the_rest_is_given_back(
    app: Flask, cast: Cast, browser: Browser
) -> None:
    ticket = a_repair(20_000, contact=cast.karim)
    assert "Soldé" in billed(browser, ticket)
    assert (invoice_of(ticket).paid, left_of_intake(ticket.id)) == (14_300, 5_700)
    manager = browser.as_("gerant")
    address = f"/reglements/remboursements/{cast.karim.id}"
    shown = manager.get(f"{address}?sur=r{ticket.id}").text
    assert re.search(r"Versé au dépôt de [-\w]+\W+57,00", shown)
    assert 'value="57,00"' in shown
    form = {"source": f"r{ticket.id}", "amount": "57,00", "method": "cash", "on": clock.today().isoformat()}
    too_much = manager.post(address, data=form | {"form_key": "a", "amount": "58"})
    assert too_much.status_code == 422
    assert "57,00" in too_much.text
    assert manager.post(address, data=form | {"form_key": "b"}).status_code == 303
    assert manager.post(address, data=form | {"form_key": "b"}).status_code != 500
    assert left_of_intake(ticket.id) == 0
    catch_up()
    assert sums() == {"530000": 14_300, "706000": -11_917, "44572000": -2_383}
    nothing_wrong()


@pytest.mark.row("D12")
def test_the_till_deducts_it_and_the_ledger_balances(app: Flask, cast: Cast, browser: Browser) -> None:
    vat_rates()
    till = an_open_till()
    ticket = a_repair(3_000, contact=cast.karim)
    desk = Hand(browser.as_("accueil"), f"{till.code}?dossier={ticket.number}")
    desk.url = f"/caisse/{till.code}"
    desk.does("payer:card")
    assert desk.does("encaisser").status_code == 303
    sale = db.session.scalars(select(TillSale)).one()
    assert [(row["means"], row["amount"]) for row in sale.means] == [("prepaid", 3_000), ("card", 11_300)]
    assert left_of_intake(ticket.id) == 0
    with transaction():
        close_till(till.id, {Means.CASH: 10_000})
    catch_up()
    found = sums()
    assert (found.get("419100", 0), found["530000"], found["511500"], found.get("411000", 0)) == (0, 3_000, 11_300, 0)
    assert statement(cast.karim.id, clock.today(), clock.today()).closing == 0
    nothing_wrong()
    with pytest.raises(Conflict), transaction():
        spend_at_till(ticket.id, 1, sale.id)


def test_a_cheque_that_comes_back_after_the_till_deducted_it_is_owed_by_the_client(
    app: Flask, cast: Cast, browser: Browser
) -> None:
    vat_rates()
    till = an_open_till()
    ticket = a_repair(3_000, "chèque", contact=cast.karim)
    desk = Hand(browser.as_("accueil"), f"{till.code}?dossier={ticket.number}")
    desk.url = f"/caisse/{till.code}"
    desk.does("payer:card")
    desk.does("encaisser")
    with transaction():
        close_till(till.id, {Means.CASH: 10_000})
        reverse(db.session.scalars(select(Payment)).one(), "Sans provision")
    catch_up()
    found = sums()
    assert (found.get("419100", 0), found.get("511200", 0), found["411000"]) == (0, 0, 3_000)
    nothing_wrong()


def test_a_device_given_back_without_repair_has_its_money_given_back_once(
    app: Flask, cast: Cast, browser: Browser
) -> None:
    ticket = a_repair(3_000, contact=cast.karim)
    page = browser.as_("gerant").get(f"/dossiers/{ticket.number}").text
    assert f"/reglements/remboursements/{cast.karim.id}?sur=r{ticket.id}" in page
    with transaction():
        give_back(ticket, Method.CASH, 3_000, clock.today(), form_key="once")
    with transaction():
        give_back(ticket, Method.CASH, 3_000, clock.today(), form_key="once")
    with pytest.raises(Conflict, match="au plus"), transaction():
        give_back(ticket, Method.CASH, 1, clock.today())
    db.session.expire_all()
    assert db.session.get_one(Ticket, ticket.id).paid_at_intake is None
    assert "Rendu" in browser.get(f"/dossiers/{ticket.number}").text
    catch_up()
    assert sums() == {}
    nothing_wrong()


def test_a_correction_reverses_the_payment_until_it_is_used(app: Flask, cast: Cast, browser: Browser) -> None:
    ticket = a_repair(3_000, contact=cast.karim)
    desk = browser.as_("accueil")
    address = f"/dossiers/{ticket.number}/correction"

    def corrected(**values: str) -> Any:
        db.session.expire_all()
        now = db.session.get_one(Ticket, ticket.id)
        known = {"title": now.title, "fault": now.fault, "version": str(now.version)}
        return desk.post(address, data=known | values)

    assert corrected(paid_at_intake="50", paid_by="carte").status_code == 303
    amounts = [(row.method, row.amount) for row in db.session.scalars(select(Payment).order_by(Payment.id))]
    assert amounts == [(Method.CASH, 3_000), (Method.CASH, -3_000), (Method.CARD, 5_000)]
    assert left_of_intake(ticket.id) == 5_000
    assert corrected(paid_at_intake="50", paid_by="carte", shelf="B4").status_code == 303
    assert len(db.session.scalars(select(Payment)).all()) == 3
    nothing_wrong()
    billed(browser, ticket)
    desk = browser.as_("accueil")
    refused = corrected(paid_at_intake="10", paid_by="carte", shelf="C9")
    assert refused.status_code == 409
    assert "déjà utilisé ou rendu" in refused.text
    assert 'value="C9"' in refused.text
    assert 'name="paid_at_intake"' not in browser.as_("technicien").get(address).text


def test_a_client_in_the_archives_pays_nothing_at_the_intake(app: Flask, cast: Cast, browser: Browser) -> None:
    ticket = a_priced_ticket(contact=cast.karim)
    with transaction():
        archive_contact(db.session.merge(cast.karim, load=False))
    desk = browser.as_("accueil")
    known = {"title": ticket.title, "fault": ticket.fault, "version": str(ticket.version)}
    refused = desk.post(
        f"/dossiers/{ticket.number}/correction", data=known | {"paid_at_intake": "10", "paid_by": "carte"}
    )
    assert refused.status_code == 422
    assert "est dans les archives" in refused.text


def test_verify_names_a_ticket_that_says_more_than_was_paid(app: Flask, cast: Cast) -> None:
    ticket = a_repair(3_000, contact=cast.karim)
    with transaction():
        db.session.execute(text("update ticket set paid_at_intake = 9000"))
    assert [fault for fault in wrong_intakes() if ticket.number in fault and "90,00" in fault and "30,00" in fault]
