"""Online payments given back by the partner (A8), over HTTP against the simulator: asked once, done once, found when done elsewhere."""

from datetime import timedelta

import pytest

from app.core.db import db, transaction
from app.core.errors import Conflict
from app.core.jobs import JobRun, JobState
from app.ledger.models import Entry, EntryLine
from app.ledger.services.posting import catch_up
from app.payments import jobs as payment_jobs
from app.payments.models import Checkout, OnlineRefund, Payment
from app.payments.queries import credit_of
from app.payments.services import doubts, money_out
from app.payments.services import refunds as services
from app.payments.states import PaymentState, RefundState
from app.sales.models import SalesDocument
from tests.cast import Cast
from tests.factories.payments import a_credit_note, paid
from tests.payments.paid_online import Paid, unchanged_since
from tests.payments.test_online import Buyer
from tests.sandbox_process import Sandbox
from tests.signing import Browser

pytestmark = pytest.mark.row("A8")
BOTH = pytest.mark.parametrize("kind", ["stripe", "helloasso"])


@BOTH
def test_all_of_a_payment_is_given_back_and_the_invoice_is_owed_again(
    browser: Browser, sandbox: Sandbox, invoice: SalesDocument, kind: str
) -> None:
    here = Paid(browser, sandbox, kind, invoice)
    assert "Rembourser" in here.shown
    assert here.ask(note="Stage annulé") == 303
    assert "Demandé" in here.shown
    assert here.invoice.settled, "nothing moves before the partner has answered"
    assert here.run() == JobState.DONE
    assert [row["cents"] for row in sandbox.refunds()] == [12_300]
    assert (here.invoice.paid, here.invoice.settled, here.given_back) == (0, False, 12_300)
    assert here.refund.state == RefundState.DONE
    assert "Remboursé" in here.shown
    assert "Stage annulé" in here.shown
    assert f"/reglements/{here.payment_id}/remboursement" not in here.shown, "nothing is left to give back"


@BOTH
def test_a_part_then_the_rest_and_never_more(
    browser: Browser, sandbox: Sandbox, invoice: SalesDocument, kind: str
) -> None:
    here = Paid(browser, sandbox, kind, invoice)
    here.ask("23,00")
    here.run()
    assert (here.invoice.paid, here.invoice.settled) == (10_000, False)
    assert here.ask("100,01") == 422
    assert here.ask("0") == 422
    assert here.ask("100,00") == 303
    here.run()
    assert [row["cents"] for row in sandbox.refunds()] == [2_300, 10_000]
    assert (here.invoice.paid, here.given_back) == (0, 12_300)


def test_an_answer_is_waited_for_before_another_is_asked(stripe: Paid) -> None:
    assert stripe.ask("10,00") == 303
    assert "attend encore sa réponse" in stripe.boss.get(f"/reglements/{stripe.payment_id}/remboursement").text
    assert stripe.ask("10,00") == 422
    assert db.session.query(OnlineRefund).count() == 1


def test_a_double_click_asks_once(stripe: Paid) -> None:
    typed = {"amount": "10,00", "source": "due", "form_key": "same"}
    address = f"/reglements/{stripe.payment_id}/remboursement"
    assert [stripe.boss.post(address, data=typed).status_code for _click in range(2)] == [303, 303]
    assert (
        db.session.query(OnlineRefund).count() == db.session.query(JobRun).filter_by(function=services.JOB).count() == 1
    )


def test_a_credit_note_is_what_is_given_back(cast: Cast, stripe: Paid) -> None:
    note = a_credit_note(cast.karim, 5_000)
    assert stripe.ask("50,00", source=str(note.id)) == 303
    stripe.run()
    db.session.expire_all()
    assert db.session.get_one(SalesDocument, note.id).settled
    assert stripe.invoice.settled, "the invoice stays paid"


def test_what_was_paid_too_much_goes_back_first(
    cast: Cast, browser: Browser, sandbox: Sandbox, invoice: SalesDocument
) -> None:
    buyer = Buyer(browser, sandbox, "stripe", invoice)
    buyer.open()
    paid(cast.karim, 10_000, invoice)
    buyer.tell(buyer.end())
    here = browser.as_("gerant")
    number = db.session.query(Checkout).one().payment_id
    assert "Trop-perçu" in here.get(f"/reglements/{number}/remboursement").text
    with transaction():
        row = services.ask(number or 0, 10_000, "credit", "", "")
    assert services.send(row.id) == RefundState.DONE
    assert credit_of(cast.karim.id) == 0
    db.session.expire_all()
    assert db.session.get_one(SalesDocument, invoice.id).settled


def test_an_answer_lost_after_the_refund_was_made_gives_it_back_once(stripe: Paid) -> None:
    stripe.ask()
    stripe.sandbox.fail("stripe", "cut-after-accept", path="refunds")
    assert stripe.run() == JobState.QUEUED
    assert "coupée" in stripe.shown
    assert stripe.given_back == 0
    assert stripe.run() == JobState.DONE
    assert len(stripe.sandbox.refunds()) == 1
    assert stripe.given_back == 12_300


def test_asked_again_a_week_later_when_no_key_is_kept_it_is_found_not_made_again(stripe: Paid) -> None:
    stripe.ask("10,00")
    stripe.sandbox.fail("stripe", "cut-after-accept", path="refunds")
    stripe.run()
    unchanged_since(timedelta(days=7))
    assert payment_jobs.look_at_refunds() == 1
    assert len(stripe.sandbox.refunds()) == 1
    assert not [row for row in stripe.sandbox.requests() if row["method"] == "POST" and "refunds" in row["path"]][1:]


@BOTH
@pytest.mark.parametrize("reached", [False, True])
def test_a_worker_killed_between_its_call_and_its_record_gives_back_once(
    browser: Browser, sandbox: Sandbox, invoice: SalesDocument, kind: str, reached: bool
) -> None:
    """kill -9: nothing after the call was run, whether the partner was reached or not."""
    here = Paid(browser, sandbox, kind, invoice)
    here.ask("23,00")
    claimed = services.claim(here.refund.id)
    assert claimed is not None
    if reached:
        claimed.call.client.refund(claimed.order)
    here.run()
    made = len(sandbox.refunds())
    assert made == (1 if reached or kind == "stripe" else 0), "HelloAsso, which knows no key, is left to a person"
    assert here.given_back == 2_300 * made


@pytest.mark.parametrize("kind", ["409", "429", "500", "503"])
def test_a_partner_that_is_busy_is_asked_again(stripe: Paid, kind: str) -> None:
    stripe.ask()
    stripe.sandbox.fail("stripe", kind, path="refunds")
    assert stripe.run() == JobState.QUEUED
    assert stripe.run() == JobState.DONE
    assert len(stripe.sandbox.refunds()) == 1


def test_helloasso_whose_answer_was_lost_is_never_asked_blindly(asso: Paid) -> None:
    asso.ask("23,00")
    asso.sandbox.fail("helloasso", "cut-after-accept", path="refund")
    assert asso.run() == JobState.QUEUED
    assert asso.run() == JobState.DONE
    assert len(asso.sandbox.refunds()) == 1
    assert (asso.refund.state, asso.given_back) == (RefundState.DONE, 2_300)


def test_helloasso_that_never_got_the_question_leaves_it_to_a_person(asso: Paid) -> None:
    asso.ask("23,00")
    with transaction():
        asso.refund.tries = 1  # as a worker killed just before its call leaves it
    assert asso.run() == JobState.DONE
    assert asso.sandbox.refunds() == []
    assert asso.refund.state == RefundState.BY_HAND
    assert "regardez" in asso.shown


def test_without_the_privilege_the_page_says_what_to_do_and_notes_it(asso: Paid) -> None:
    asso.ask("23,00")
    asso.sandbox.fail("helloasso", "403", path="refund")
    asso.run()
    assert "ne permet pas à Établi de rembourser" in asso.shown
    assert "C'est remboursé" in asso.shown
    assert asso.given_back == 0
    assert asso.boss.post(f"/reglements/remboursements-en-ligne/{asso.refund.id}/fait").status_code == 303
    assert (asso.refund.state, asso.given_back, asso.invoice.paid) == (RefundState.DONE, 2_300, 10_000)
    told = asso.sandbox.refund_on_their_site(asso.page, 2_300)
    assert asso.buyer.tell(told) == 200
    assert asso.given_back == 2_300, "what he said and what the partner says are the same refund"
    assert asso.refund.provider_ref
    assert asso.boss.post(f"/reglements/remboursements-en-ligne/{asso.refund.id}/abandon").status_code == 409


def test_done_by_hand_and_told_before_the_person_says_so(asso: Paid) -> None:
    asso.ask("23,00")
    asso.sandbox.fail("helloasso", "403", path="refund")
    asso.run()
    asso.buyer.tell(asso.sandbox.refund_on_their_site(asso.page, 2_300))
    assert asso.refund.state == RefundState.DONE
    assert asso.boss.post(f"/reglements/remboursements-en-ligne/{asso.refund.id}/fait").status_code == 303
    assert asso.given_back == 2_300


def test_given_up_nothing_was_given_back_and_one_may_ask_again(asso: Paid) -> None:
    asso.ask("23,00")
    asso.sandbox.fail("helloasso", "403", path="refund")
    asso.run()
    assert asso.boss.post(f"/reglements/remboursements-en-ligne/{asso.refund.id}/abandon").status_code == 303
    assert asso.given_back == 0
    assert asso.ask("23,00") == 303


def test_what_is_given_back_is_not_undone_by_hand(stripe: Paid) -> None:
    stripe.ask("10,00")
    with pytest.raises(Conflict), transaction():
        money_out.reverse(db.session.get_one(Payment, stripe.payment_id), "Erreur")
    assert "Contesté ou erreur" not in stripe.shown


def test_a_refusal_is_said_with_what_to_do(stripe: Paid) -> None:
    stripe.ask("100,00")
    stripe.sandbox.refund_on_their_site(stripe.page, 12_300)
    stripe.run()
    states = {row.outside: row.state for row in db.session.query(OnlineRefund).populate_existing()}
    assert states == {False: RefundState.REFUSED, True: RefundState.DONE}
    assert "déjà remboursé en entier" in stripe.shown
    assert stripe.given_back == 12_300


def test_a_payment_settled_after_a_doubt_is_given_back_too(
    browser: Browser, sandbox: Sandbox, invoice: SalesDocument
) -> None:
    buyer = Buyer(browser, sandbox, "stripe", invoice)
    buyer.open()
    buyer.tell(buyer.end(cents=9_900))
    with transaction():
        payment = doubts.settle_doubt(db.session.query(Checkout).one().id, 9_900, "Vu chez Stripe")
    with transaction():
        row = services.ask(payment.id, 9_900, "due", "", "")
    assert services.send(row.id) == RefundState.DONE
    assert sandbox.refunds()[0]["cents"] == 9_900


def test_the_ledger_takes_it_out_of_the_partners_account(stripe: Paid) -> None:
    stripe.ask("23,00")
    stripe.run()
    catch_up()
    back = db.session.query(Payment).filter(Payment.amount < 0).one()
    lines = db.session.query(EntryLine).join(Entry).filter(Entry.source_kind == "payment", Entry.source_id == back.id)
    assert sorted((line.account, line.debit, line.credit) for line in lines) == [
        ("411000", 2_300, 0),
        ("517100", 0, 2_300),
    ]


def test_a_payment_at_the_desk_has_no_such_page(cast: Cast, browser: Browser) -> None:
    number = paid(cast.karim, 500).id
    assert browser.as_("gerant").get(f"/reglements/{number}/remboursement").status_code == 404


def test_states_say_what_the_payment_became(stripe: Paid) -> None:
    stripe.ask()
    stripe.run()
    payment = db.session.get_one(Payment, stripe.payment_id)
    assert payment.state == PaymentState.RECEIVED, "it was received; what went back is another movement"
    back = db.session.query(Payment).filter(Payment.amount < 0).one()
    shown = stripe.boss.get(f"/reglements/{back.id}").text
    assert f"/reglements/{stripe.payment_id}" in shown
