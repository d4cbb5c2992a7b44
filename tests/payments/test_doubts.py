"""« À vérifier » (A8): online payments in doubt, payments written twice, debits given back, cheques of deposits."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import db, transaction
from app.messaging.models import Task
from app.payments import jobs
from app.payments.models import Checkout, Payment, SecurityDeposit
from app.payments.services import deposits
from app.payments.states import CheckoutState, Method
from app.sales.models import SalesDocument
from tests.cast import Cast
from tests.factories.payments import a_checkout_in_doubt, owed, paid
from tests.signing import Browser

pytestmark = pytest.mark.row("A8")
PAGE = "/reglements/a-verifier"


def test_nothing_to_look_at_is_said(cast: Cast, browser: Browser) -> None:
    assert "Rien à vérifier" in browser.as_("compta").get(PAGE).text


def test_money_in_doubt_settles_the_invoice_once_somebody_looked(cast: Cast, browser: Browser) -> None:
    invoice = owed(cast.karim, 5_000)
    checkout = a_checkout_in_doubt(cast.karim, invoice)
    desk = browser.as_("compta")
    assert "Payé : 12,00" in desk.get(PAGE).text.replace("\u00a0", " ")
    address = f"{PAGE}/paiements/{checkout.id}"
    assert desk.post(address, act="paid", amount="12,00", reason="").status_code == 422
    assert desk.post(address, act="paid", amount="", reason="Vu chez eux").status_code == 422
    assert desk.post(address, act="paid", amount="12,00", reason="Vu chez eux").status_code == 303
    db.session.expire_all()
    assert db.session.get_one(SalesDocument, invoice.id).left == 3_800
    assert db.session.get_one(Checkout, checkout.id).state == CheckoutState.PAID
    assert desk.get(address).status_code == 404
    assert "Rien à vérifier" in desk.get(PAGE).text


def test_money_that_never_came_settles_nothing(cast: Cast, browser: Browser) -> None:
    invoice = owed(cast.karim, 5_000)
    checkout = a_checkout_in_doubt(cast.karim, invoice)
    browser.as_("compta").post(f"{PAGE}/paiements/{checkout.id}", act="lost", amount="50", reason="Remboursé chez eux")
    assert db.session.query(Payment).count() == 0
    db.session.expire_all()
    assert db.session.get_one(Checkout, checkout.id).state == CheckoutState.EXPIRED


def test_the_same_payment_written_twice_is_shown(cast: Cast, browser: Browser) -> None:
    invoice = owed(cast.karim, 5_000)
    paid(cast.karim, 5_000, invoice, method=Method.CHEQUE)
    paid(cast.karim, 5_000, method=Method.CHEQUE)
    assert "Peut-être écrits deux fois" in browser.as_("compta").get(PAGE).text


def test_money_of_nobody_is_shown(cast: Cast, browser: Browser) -> None:
    from app.payments import services

    with transaction():
        services.receive(None, Method.TRANSFER, 1_234, clock.today(), reference="VIR ???")
    shown = browser.as_("compta").get(PAGE).text
    assert "Sans payeur" in shown


def test_a_cheque_to_renew_is_asked_for_once_and_stays_shown_until_it_is(
    cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    with transaction():
        deposit = deposits.ask(cast.karim, 30_000, Method.CHEQUE)
        deposits.hold(deposit, clock.today(), "0012345")
    desk = browser.as_("compta")
    assert "Rien à vérifier" in desk.get(PAGE).text
    day = clock.today() + timedelta(days=11 * 31)
    monkeypatch.setattr(clock, "today", lambda: day)
    assert (jobs.watch_deposits(), jobs.watch_deposits()) == (1, 0)
    assert db.session.query(Task).count() == 1
    assert "0012345" in desk.get(PAGE).text
    with transaction():
        deposits.renew(db.session.get_one(SecurityDeposit, deposit.id), clock.today(), "0099999")
    assert "Rien à vérifier" in desk.get(PAGE).text
    later = day + timedelta(days=11 * 31)
    monkeypatch.setattr(clock, "today", lambda: later)
    assert jobs.watch_deposits() == 1


def test_the_page_asks_few_questions(cast: Cast, browser: Browser, queries: list[str]) -> None:
    a_checkout_in_doubt(cast.karim)
    desk = browser.as_("compta")
    desk.get(PAGE)
    queries.clear()
    desk.get(PAGE)
    assert len(queries) <= 12, len(queries)
