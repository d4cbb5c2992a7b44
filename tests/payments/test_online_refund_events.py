"""Online payments given back by the partner (A8), over HTTP against the simulator: done on its own site, or ended, and told to us."""

from datetime import timedelta

import pytest

from app.core.db import db, transaction
from app.core.jobs import JobState
from app.messaging.models import Task
from app.payments import jobs as payment_jobs
from app.payments.models import Payment, WebhookEvent
from app.payments.queries import credit_of
from app.payments.services import money_out
from app.payments.states import RefundState
from app.sales.models import SalesDocument
from tests.cast import Cast
from tests.factories.payments import an_online_account, paid
from tests.payments.paid_online import Paid, unchanged_since
from tests.payments.test_online import Buyer
from tests.sandbox_process import Sandbox
from tests.signing import Browser

pytestmark = pytest.mark.row("A8")
BOTH = pytest.mark.parametrize("kind", ["stripe", "helloasso"])


@BOTH
def test_made_on_their_site_it_becomes_a_refund_here_exactly_once(
    browser: Browser, sandbox: Sandbox, invoice: SalesDocument, kind: str
) -> None:
    here = Paid(browser, sandbox, kind, invoice)
    told = sandbox.refund_on_their_site(here.page, 4_000)
    assert [here.buyer.tell(told) for _time in range(3)] == [200, 200, 200]
    assert (here.given_back, here.invoice.paid) == (4_000, 8_300)
    assert here.refund.outside
    assert "à vérifier" in db.session.query(Task).one().label
    again = sandbox.refund_on_their_site(here.page, 8_300)
    assert here.buyer.tell(again) == 200
    assert (here.given_back, here.invoice.paid) == (12_300, 0)
    assert "site de" in here.shown


def test_our_own_refund_told_by_an_event_is_not_another(stripe: Paid) -> None:
    stripe.ask("10,00")
    stripe.sandbox.fail("stripe", "cut-after-accept", path="refunds")
    stripe.run()
    told = stripe.sandbox.end_refund(str(stripe.sandbox.refunds()[0]["ref"]), "succeeded")
    assert stripe.buyer.tell(told) == 200
    assert (stripe.refund.state, stripe.given_back) == (RefundState.DONE, 1_000)
    assert stripe.run() == JobState.DONE
    assert (len(stripe.sandbox.refunds()), stripe.given_back) == (1, 1_000)


def test_on_its_way_then_failed_the_money_is_ours_again(stripe: Paid) -> None:
    stripe.sandbox.fail("stripe", "pending", path="refunds")
    stripe.ask()
    stripe.run()
    assert stripe.refund.state == RefundState.PENDING
    assert "dix jours ouvrés" in stripe.shown
    assert (stripe.given_back, stripe.invoice.settled) == (12_300, False)
    ref = str(stripe.sandbox.refunds()[0]["ref"])
    told = stripe.sandbox.end_refund(ref, "failed", "expired_or_canceled_card")
    assert [stripe.buyer.tell(told) for _time in range(2)] == [200, 200]
    assert stripe.refund.state == RefundState.FAILED
    assert "périmée" in stripe.shown
    assert stripe.invoice.settled
    assert sum(row.amount for row in db.session.query(Payment)) == 12_300
    assert stripe.ask("10,00") == 303, "it may be tried again"


def test_failed_when_the_invoice_was_paid_otherwise_meanwhile_it_is_the_clients_credit(
    cast: Cast, stripe: Paid
) -> None:
    stripe.sandbox.fail("stripe", "pending", path="refunds")
    stripe.ask()
    stripe.run()
    paid(cast.karim, 12_300, stripe.invoice)
    stripe.buyer.tell(stripe.sandbox.end_refund(str(stripe.sandbox.refunds()[0]["ref"]), "failed"))
    assert stripe.invoice.paid == 12_300
    assert credit_of(cast.karim.id) == 12_300


def test_the_end_that_nobody_told_is_asked_for(stripe: Paid) -> None:
    stripe.sandbox.fail("stripe", "pending", path="refunds")
    stripe.ask()
    stripe.run()
    stripe.sandbox.end_refund(str(stripe.sandbox.refunds()[0]["ref"]), "succeeded")
    assert payment_jobs.look_at_refunds() == 0, "not asked every moment"
    unchanged_since(timedelta(hours=2))
    assert payment_jobs.look_at_refunds() == 1
    assert stripe.refund.state == RefundState.DONE


def test_a_forged_event_changes_nothing(stripe: Paid) -> None:
    told = stripe.sandbox.refund_on_their_site(stripe.page, 4_000)
    header = told["headers"]["Stripe-Signature"]
    before = db.session.query(WebhookEvent).count()
    for headers in ({"Stripe-Signature": header[:-4] + "0000"}, {}):
        assert stripe.buyer.tell({"body": told["body"], "headers": headers}) == 400
    assert stripe.buyer.tell({"body": str(told["body"]).replace("4000", "9000"), "headers": told["headers"]}) == 400
    assert (stripe.given_back, db.session.query(WebhookEvent).count()) == (0, before)


def test_an_event_is_believed_in_nothing_but_what_is_read_again(stripe: Paid) -> None:
    """Signed, but the refund failed in between: what is read counts."""
    told = stripe.sandbox.refund_on_their_site(stripe.page, 4_000)
    stripe.sandbox.end_refund(str(stripe.sandbox.refunds()[0]["ref"]), "failed")
    assert stripe.buyer.tell(told) == 200
    assert stripe.given_back == 0
    assert stripe.invoice.settled


def test_a_partner_that_does_not_answer_tells_again(stripe: Paid) -> None:
    told = stripe.sandbox.refund_on_their_site(stripe.page, 4_000)
    stripe.sandbox.fail("stripe", "500", path="refunds")
    assert stripe.buyer.tell(told) == 503
    assert stripe.buyer.tell(told) == 200
    assert stripe.given_back == 4_000


def test_the_payment_of_another_account_is_not_touched(sandbox: Sandbox, stripe: Paid) -> None:
    told = sandbox.refund_on_their_site(stripe.page, 4_000)
    other = an_online_account("stripe", sandbox).id
    address = f"/notifications/stripe/{other}"
    answer = stripe.buyer.browser.client.post(address, data=told["body"], headers=told["headers"])
    assert answer.status_code == 200
    assert stripe.given_back == 0


def test_refunded_before_we_knew_that_it_was_paid(browser: Browser, sandbox: Sandbox, invoice: SalesDocument) -> None:
    buyer = Buyer(browser, sandbox, "stripe", invoice)
    buyer.open()
    buyer.end()
    told = sandbox.refund_on_their_site(str(sandbox.checkouts()[-1]["ref"]), 12_300)
    assert buyer.tell(told) == 200
    assert sorted(row.amount for row in db.session.query(Payment)) == [-12_300, 12_300]


def test_undone_by_hand_first_the_partners_refund_is_that_movement(stripe: Paid) -> None:
    with transaction():
        money_out.reverse(db.session.get_one(Payment, stripe.payment_id), "Remboursé chez Stripe")
    stripe.buyer.tell(stripe.sandbox.refund_on_their_site(stripe.page, 12_300))
    assert stripe.given_back == 12_300, "once, not twice"
    assert stripe.refund.state == RefundState.DONE
