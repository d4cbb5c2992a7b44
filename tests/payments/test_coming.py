"""What is on its way (A8): mandates, planned debits and online payments, on the pages of the contact and of the document."""

import pytest

from app.core import clock
from app.core.db import db, transaction
from app.payments.models import Checkout, Debit
from app.payments.services import debits, mandates, online, rejections
from app.payments.states import CheckoutState
from app.sales.models import SalesDocument
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.payments import a_checkout_in_doubt, a_mandate, an_online_account, owed, paid, we_collect
from tests.factories.sales import an_issued_invoice
from tests.sandbox_process import Sandbox
from tests.signing import Browser

pytestmark = pytest.mark.row("A8")


def panel(browser: Browser, url: str) -> str:
    """The card of payments of a page."""
    return (
        browser.get(url)
        .text.partition('id="reglements"')[2]
        .partition("</section>")[0]
        .replace("\xa0", " ")
        .replace("\u202f", " ")
    )


def of_contact(browser: Browser, contact_id: int) -> str:
    return panel(browser, f"/contacts/{contact_id}")


def of_document(browser: Browser, document: SalesDocument) -> str:
    return panel(browser, f"/ventes/{document.number}")


def test_a_planned_debit_and_its_mandate_show_until_the_bank_gives_it_back(cast: Cast, browser: Browser) -> None:
    we_collect()
    mandate, invoice = a_mandate(cast.karim), an_issued_invoice(contact=cast.karim)
    boss = browser.as_("gerant")
    for shown in (of_contact(boss, cast.karim.id), of_document(boss, invoice)):
        assert mandate.rum in shown
        assert "En vigueur" in shown
        assert "Prélèvement du" not in shown
    with transaction():
        batch = debits.prepare([invoice.id], debits.earliest())
    day = f"{batch.collected_on:%d/%m/%Y}"
    for shown in (of_contact(boss, cast.karim.id), of_document(boss, invoice)):
        assert f"Prélèvement du {day}" in shown
        assert "Prévu" in shown
    with transaction():
        debits.mark_sent(batch.id)
    assert "Remis à la banque" in of_contact(boss, cast.karim.id)
    with transaction():
        rejections.reject(db.session.query(Debit).one().id, "AM04", clock.today())
    assert "Prélèvement du" not in of_contact(boss, cast.karim.id), "it is no longer on its way"
    shown = of_document(boss, invoice)
    assert "Rejeté" in shown
    assert "AM04" in shown


def test_a_revoked_mandate_is_said_so_and_no_longer_proposed_for_an_invoice(cast: Cast, browser: Browser) -> None:
    we_collect()
    mandate, invoice = a_mandate(cast.karim), an_issued_invoice(contact=cast.karim)
    with transaction():
        mandates.revoke(db.session.merge(mandate), "Il a changé de banque")
    boss = browser.as_("gerant")
    assert "Révoqué" in of_contact(boss, cast.karim.id)
    assert mandate.rum not in of_document(boss, invoice)


def test_somebody_who_never_bought_has_his_mandate_shown(cast: Cast, browser: Browser) -> None:
    we_collect()
    mandate = a_mandate(cast.dan)
    assert mandate.rum in of_contact(browser.as_("gerant"), cast.dan.id)


def test_an_online_payment_shows_while_it_waits_and_when_somebody_must_look(
    cast: Cast, browser: Browser, sandbox: Sandbox
) -> None:
    invoice, account = an_issued_invoice(contact=cast.karim), an_online_account("helloasso", sandbox)
    online.open_checkout(invoice.id, account.id, "https://exemple.example/payer/x")
    boss = browser.as_("gerant")
    for shown in (of_contact(boss, cast.karim.id), of_document(boss, invoice)):
        assert "HelloAsso" in shown
        assert "En attente du client" in shown
    with transaction():
        db.session.query(Checkout).one().state = CheckoutState.EXPIRED
    assert "HelloAsso" not in of_document(boss, invoice)
    doubt = a_checkout_in_doubt(cast.karim, invoice)
    assert f"/a-verifier/{doubt.id}" in of_document(boss, invoice) or "À vérifier" in of_document(boss, invoice)


def test_the_payer_who_is_not_the_client_has_what_he_pays(cast: Cast, browser: Browser) -> None:
    we_collect()
    parent = a_contact(name="Odette Benyahia")
    a_mandate(parent)
    invoice = owed(cast.karim, 5_000, payer_id=parent.id)
    with transaction():
        debits.prepare([invoice.id], debits.earliest())
    boss = browser.as_("gerant")
    assert "Prélèvement du" in of_contact(boss, parent.id)
    assert "Prélèvement du" not in of_contact(boss, cast.karim.id)


def test_the_desk_sees_it_without_the_doors_of_the_bank(cast: Cast, browser: Browser) -> None:
    we_collect()
    mandate, invoice = a_mandate(cast.karim), owed(cast.karim, 5_000)
    with transaction():
        debits.prepare([invoice.id], debits.earliest())
    shown = of_contact(browser.as_("accueil"), cast.karim.id)
    assert mandate.rum in shown
    assert "Prélèvement du" in shown
    assert "/reglements/mandats/" not in shown
    assert "/reglements/prelevements/" not in shown


def test_a_settled_invoice_speaks_of_no_mandate(cast: Cast, browser: Browser) -> None:
    we_collect()
    mandate, invoice = a_mandate(cast.karim), an_issued_invoice(contact=cast.karim)
    paid(cast.karim, invoice.left, invoice)
    assert mandate.rum not in of_document(browser.as_("gerant"), invoice)


def test_the_pages_ask_as_many_questions_however_much_is_on_its_way(
    cast: Cast, browser: Browser, queries: list[str]
) -> None:
    we_collect()
    boss, counts = browser.as_("gerant"), []
    a_mandate(cast.karim)
    for _round in range(2):
        ids = [owed(cast.karim, 1_000 + rank).id for rank in range(3)]
        with transaction():
            debits.prepare(ids, debits.earliest())
        boss.get(f"/contacts/{cast.karim.id}")
        queries.clear()
        boss.get(f"/contacts/{cast.karim.id}")
        counts.append(len(queries))
    assert counts[0] == counts[1]
