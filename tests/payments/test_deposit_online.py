"""A deposit paid online (A8), over HTTP against the simulator: held once, never income, given back by the partner or another way."""

import pytest

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict
from app.core.jobs import JobState
from app.ledger.services import vat_summary
from app.messaging.models import Task
from app.operations.checks.ledger import forgotten, unbalanced
from app.payments import jobs
from app.payments.models import Checkout, OnlineRefund, Payment
from app.payments.queries import balance_of, credit_of, received_this_month, statement
from app.payments.services import deposits, doubts, money_out
from app.payments.states import CheckoutState, DepositState, Method
from tests.cast import Cast
from tests.payments.given_online import Giver, moved, run_refund, sums
from tests.sandbox_process import Sandbox
from tests.signing import Browser

pytestmark = pytest.mark.row("A8")
BOTH = pytest.mark.parametrize("kind", ["stripe", "helloasso"])
MONEY = {"stripe": "517100", "helloasso": "517200"}


@BOTH
def test_a_deposit_is_held_once_however_often_it_is_told_and_is_no_income(
    browser: Browser, sandbox: Sandbox, cast: Cast, kind: str
) -> None:
    giver = Giver(browser, sandbox, kind, cast.karim)
    shown = giver.open()
    assert "150,00" in shown
    assert "Caution" in shown
    assert "vous la rend" in shown
    event = giver.end()
    assert giver.deposit.state == DepositState.ASKED
    assert [giver.tell(event) for _time in range(3)] == [200, 200, 200]
    assert (giver.deposit.state, giver.deposit.method.value) == (DepositState.HELD, kind)
    assert giver.deposit.received_on == clock.today()
    assert moved() == [15_000]
    assert "Votre caution est versée" in browser.get(giver.address).text
    assert sums() == {MONEY[kind]: 15_000, "165000": -15_000}
    assert credit_of(cast.karim.id) == balance_of(cast.karim.id).total == received_this_month() == 0
    assert statement(cast.karim.id, clock.today(), clock.today()).entries == []
    assert vat_summary(clock.today(), clock.today()).lines == []
    assert list(unbalanced()) == list(forgotten()) == []


@BOTH
def test_a_lost_notification_is_found_by_the_job_or_by_the_client(
    browser: Browser, sandbox: Sandbox, cast: Cast, kind: str
) -> None:
    giver = Giver(browser, sandbox, kind, cast.karim)
    giver.open()
    giver.end()
    assert jobs.look_at_checkouts() == 1
    assert giver.deposit.state == DepositState.HELD
    browser.post(f"{giver.address}/verification")
    assert (jobs.look_at_checkouts(), moved()) == (0, [15_000])


def test_given_at_the_desk_meanwhile_the_money_is_the_clients_credit_and_somebody_looks(
    browser: Browser, sandbox: Sandbox, cast: Cast
) -> None:
    giver = Giver(browser, sandbox, "stripe", cast.karim)
    giver.open()
    assert giver.close("hold", means="cash") == 303
    event = giver.end()
    assert [giver.tell(event) for _time in range(2)] == [200, 200]
    assert giver.deposit.method == Method.CASH, "what is held is what was given at the desk"
    assert credit_of(cast.karim.id) == 15_000
    [task] = db.session.query(Task).all()
    assert "plus attendue" in task.label
    assert sums() == {"517100": 15_000, "530000": 15_000, "165000": -15_000, "411000": -15_000}
    giver.close("back")
    assert sums() == {"517100": 15_000, "411000": -15_000}


def test_one_that_is_no_longer_asked_for_is_not_paid(browser: Browser, sandbox: Sandbox, cast: Cast) -> None:
    giver = Giver(browser, sandbox, "stripe", cast.karim)
    giver.open()
    assert giver.close("drop") == 303
    page = browser.get(giver.address).text
    assert "plus à verser" in page
    assert "en-ligne" not in page
    browser.post(f"{giver.address}/en-ligne/{giver.account}")
    assert len(sandbox.checkouts()) == 1
    assert giver.tell(giver.end()) == 200, "he had the partner's page open"
    assert giver.deposit.state == DepositState.DROPPED
    assert credit_of(cast.karim.id) == 15_000
    assert db.session.query(Task).count() == 1


@BOTH
def test_it_goes_back_by_the_partner_that_took_it(browser: Browser, sandbox: Sandbox, cast: Cast, kind: str) -> None:
    giver = Giver(browser, sandbox, kind, cast.karim)
    giver.give()
    assert giver.close("back") == 303
    assert giver.deposit.state == DepositState.RETURNED
    assert "attend la réponse" in giver.shown
    assert giver.close("send") == 422, "once is enough"
    assert run_refund() == JobState.DONE
    assert [row["cents"] for row in sandbox.refunds()] == [15_000]
    assert moved() == [15_000, -15_000]
    assert "reste" not in giver.shown
    assert (sums(), credit_of(cast.karim.id)) == ({}, 0)


def test_the_part_kept_is_income_and_the_rest_goes_back(browser: Browser, sandbox: Sandbox, cast: Cast) -> None:
    giver = Giver(browser, sandbox, "stripe", cast.karim)
    giver.give()
    assert giver.close("keep", kept="150,01", reason="Archet cassé") == 422
    assert giver.close("keep", kept="40,00", reason="Archet cassé") == 303
    run_refund()
    assert (giver.deposit.state, giver.deposit.kept_amount) == (DepositState.KEPT, 4_000)
    assert [row["cents"] for row in sandbox.refunds()] == [11_000]
    assert sums() == {"517100": 4_000, "758000": -4_000}
    page = browser.as_("gerant").get(
        f"/reglements/{db.session.query(Payment.id).order_by(Payment.id).limit(1).scalar()}/remboursement"
    )
    assert "Rien à rembourser" in page.text, "what was kept is ours"
    assert credit_of(cast.karim.id) == 0


def test_all_of_it_is_kept(browser: Browser, sandbox: Sandbox, cast: Cast) -> None:
    giver = Giver(browser, sandbox, "stripe", cast.karim)
    giver.give()
    assert giver.close("keep", kept="150,00", reason="Jamais rendu") == 303
    assert db.session.query(OnlineRefund).count() == 0
    assert sums() == {"517100": 15_000, "758000": -15_000}


def test_too_old_for_the_partner_it_goes_back_by_transfer(browser: Browser, sandbox: Sandbox, cast: Cast) -> None:
    giver = Giver(browser, sandbox, "stripe", cast.karim)
    giver.give()
    assert giver.close("back", by="transfer") == 303
    assert db.session.query(OnlineRefund).count() == 0
    assert moved() == [15_000, -15_000]
    assert sums() == {"517100": 15_000, "512000": -15_000}
    assert giver.close("send") == 422
    assert credit_of(cast.karim.id) == 0


def test_a_refund_that_fails_leaves_it_to_give_back_otherwise(browser: Browser, sandbox: Sandbox, cast: Cast) -> None:
    giver = Giver(browser, sandbox, "stripe", cast.karim)
    giver.give()
    giver.close("back")
    run_refund()
    assert giver.tell(sandbox.end_refund(sandbox.refunds()[-1]["ref"], "failed", "expired_or_canceled_card")) == 200
    assert moved() == [15_000, -15_000, 15_000]
    assert "Il reste 150,00 € à rendre" in giver.shown
    assert sums() == {"517100": 15_000, "165000": -15_000}
    assert giver.close("send", by="transfer") == 303
    assert "reste" not in giver.shown
    assert sums() == {"517100": 15_000, "512000": -15_000}


@BOTH
def test_given_back_on_the_partners_own_site_it_is_given_back_here_once(
    browser: Browser, sandbox: Sandbox, cast: Cast, kind: str
) -> None:
    giver = Giver(browser, sandbox, kind, cast.karim)
    giver.give()
    assert giver.tell(sandbox.refund_on_their_site(giver.page_ref, 5_000)) == 200
    assert giver.deposit.state == DepositState.HELD
    assert giver.close("keep", kept="120,00", reason="Cordes") == 422, "only a hundred euros are left"
    told = sandbox.refund_on_their_site(giver.page_ref, 10_000)
    assert [giver.tell(told) for _time in range(2)] == [200, 200]
    assert giver.deposit.state == DepositState.RETURNED
    assert moved() == [15_000, -5_000, -10_000]
    assert (sums(), credit_of(cast.karim.id)) == ({}, 0)


def test_a_payment_that_is_contested_has_the_deposit_asked_for_again(
    browser: Browser, sandbox: Sandbox, cast: Cast
) -> None:
    giver = Giver(browser, sandbox, "stripe", cast.karim)
    event = giver.give()
    payment = db.session.query(Payment).one()
    with transaction():
        money_out.reverse(payment, "Contesté par la banque")
    assert giver.deposit.state == DepositState.ASKED
    giver.tell(event)
    assert giver.deposit.state == DepositState.ASKED, "the same event gives nothing"
    assert sums() == {}
    assert giver.close("hold", means="cheque", reference="0042") == 303
    assert sums() == {"511200": 15_000, "165000": -15_000}


def test_the_payment_of_a_deposit_that_is_over_is_not_undone(browser: Browser, sandbox: Sandbox, cast: Cast) -> None:
    giver = Giver(browser, sandbox, "stripe", cast.karim)
    giver.give()
    giver.close("keep", kept="150,00", reason="Jamais rendu")
    with pytest.raises(Conflict, match="déjà rendue ou conservée"), transaction():
        money_out.reverse(db.session.query(Payment).one(), "Contesté")


def test_another_amount_is_looked_at_by_somebody_then_held(browser: Browser, sandbox: Sandbox, cast: Cast) -> None:
    giver = Giver(browser, sandbox, "stripe", cast.karim)
    giver.open()
    assert giver.tell(giver.end(cents=100)) == 200
    checkout = db.session.query(Checkout).one()
    assert (checkout.state, giver.deposit.state) == (CheckoutState.DISPUTED, DepositState.ASKED)
    with transaction():
        doubts.settle_doubt(checkout.id, 15_000, "Vu chez Stripe")
    assert giver.deposit.state == DepositState.HELD
    assert sums() == {"517100": 15_000, "165000": -15_000}


def test_a_partner_that_fails_takes_nothing(browser: Browser, sandbox: Sandbox, cast: Cast) -> None:
    giver = Giver(browser, sandbox, "stripe", cast.karim)
    sandbox.fail("stripe", "500", path="checkout")
    assert "Rien n'a été débité" in giver.open().replace("’", "'").replace("&#39;", "'")
    giver.give()
    assert giver.deposit.state == DepositState.HELD


def test_a_link_that_is_forged_or_of_something_else_opens_nothing(
    browser: Browser, sandbox: Sandbox, cast: Cast
) -> None:
    giver = Giver(browser, sandbox, "stripe", cast.karim)
    assert browser.get(giver.address[:-2] + "xx").status_code == 404
    assert browser.get(giver.address.replace("/caution/", "/payer/")).status_code == 404
    with transaction():
        deposits.drop(giver.deposit)
    assert browser.get(giver.address).status_code == 200
