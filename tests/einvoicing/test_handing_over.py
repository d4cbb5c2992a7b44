"""Invoices handed over to an approved platform, over HTTP against the simulator: each exactly once, whatever breaks (issue 3, point 5)."""

from datetime import timedelta

import pytest

from app.connectors.tokens import forget_tokens
from app.core import clock
from app.core.db import db, transaction
from app.core.partners import PartnerAccount, PartnerCall
from app.einvoicing import jobs
from app.einvoicing.models import EinvoiceFlow
from app.einvoicing.services import outgoing
from app.einvoicing.services.account import call_to
from app.einvoicing.states import FlowState
from app.messaging.models import Task
from app.sales.models import DocumentStatus, SalesDocument
from app.sales.states import DocumentKind, EinvoiceState
from app.sandbox import credentials
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.einvoicing import a_platform, a_proven_invoice, again, flows
from tests.factories.sales_documents import LINES
from tests.sandbox_process import Sandbox

pytestmark = pytest.mark.row("E5")


def deposited(sandbox: Sandbox) -> list[str]:
    return [
        flow["name"]
        for flow in sandbox.flows()
        if flow["flowType"] == "CustomerInvoice" and flow["acknowledgement"]["status"] == "Ok"
    ]


def hurry() -> None:
    """Time passes: what waits for its next try is due."""
    with transaction():
        for flow in db.session.query(EinvoiceFlow):
            if flow.next_at is not None:
                flow.next_at = clock.now() - timedelta(seconds=1)


def test_an_invoice_to_a_business_is_handed_over_and_its_statuses_come_back(cast: Cast, sandbox: Sandbox) -> None:
    a_platform(sandbox)
    invoice = a_proven_invoice()
    assert jobs.hand_over() == {"sent": 1}
    assert again(invoice).einvoice == EinvoiceState.TO_SEND
    jobs.look()
    assert deposited(sandbox) == [f"{invoice.number}.pdf"]
    assert again(invoice).einvoice == EinvoiceState.SENT
    sandbox.says(str(invoice.number), "204")
    sandbox.says(str(invoice.number), "205")
    jobs.look()
    assert again(invoice).einvoice == EinvoiceState.APPROVED
    told = [row.state for row in db.session.query(DocumentStatus).order_by(DocumentStatus.id)]
    assert told == [EinvoiceState.DEPOSITED, EinvoiceState.SENT, EinvoiceState.TAKEN, EinvoiceState.APPROVED]


def test_the_platform_is_told_what_it_gets(cast: Cast, sandbox: Sandbox) -> None:
    a_platform(sandbox)
    a_proven_invoice()
    jobs.hand_over()
    sent = sandbox.flows()[0]
    row = flows()[0]
    assert (sent["trackingId"], sent["flowSyntax"], sent["processingRule"]) == (row.tracking_id, "Factur-X", "B2B")
    assert len(row.tracking_id or "") <= 64


def test_only_french_businesses_since_the_account_was_entered(cast: Cast, sandbox: Sandbox) -> None:
    before = a_proven_invoice()
    a_platform(sandbox)
    person = a_proven_invoice(contact=a_contact(name="Karim Benyahia"))
    wanted = a_proven_invoice()
    jobs.hand_over()
    jobs.look()
    assert deposited(sandbox) == [f"{wanted.number}.pdf"]
    assert {again(before).einvoice, again(person).einvoice} == {EinvoiceState.NONE}
    with transaction():
        outgoing.hand_over(db.session.get_one(SalesDocument, before.id))
    jobs.hand_over()
    jobs.look()
    assert sorted(deposited(sandbox)) == sorted([f"{before.number}.pdf", f"{wanted.number}.pdf"])


def test_a_credit_note_is_handed_over_too(cast: Cast, sandbox: Sandbox) -> None:
    a_platform(sandbox)
    origin = a_proven_invoice()
    note = a_proven_invoice(kind=DocumentKind.CREDIT, lines=LINES[:1], origin=origin)
    jobs.hand_over()
    jobs.look()
    assert sorted(deposited(sandbox)) == sorted([f"{note.number}.pdf", f"{origin.number}.pdf"])


def test_doing_it_twice_hands_over_once(cast: Cast, sandbox: Sandbox) -> None:
    a_platform(sandbox)
    a_proven_invoice()
    jobs.hand_over()
    jobs.hand_over()
    jobs.look()
    jobs.hand_over()
    jobs.look()
    assert len(deposited(sandbox)) == 1
    assert db.session.query(DocumentStatus).count() == 2


@pytest.mark.parametrize("fault", ["429", "500", "503", "401", "timeout", "malformed", "cut-after-accept", "502"])
def test_whatever_breaks_the_platform_has_it_once(cast: Cast, sandbox: Sandbox, fault: str) -> None:
    a_platform(sandbox)
    invoice = a_proven_invoice()
    more = {"seconds": 0.01} if fault == "timeout" else {}
    sandbox.fail("afnor", fault, path="/v1/flows", **more)
    jobs.hand_over()
    flow = flows()[0]
    if fault == "401":  # a token that ended: another is asked for, at once
        assert flow.state == FlowState.WAITING
    else:
        assert flow.state in (FlowState.TO_SEND, FlowState.SENDING)
        assert flow.error
        assert flow.next_at is not None
    hurry()
    jobs.hand_over()
    jobs.look()
    assert deposited(sandbox) == [f"{invoice.number}.pdf"]
    assert len([one for one in sandbox.flows() if one["flowType"] == "CustomerInvoice"]) == 1
    assert again(invoice).einvoice == EinvoiceState.SENT
    account = db.session.query(PartnerAccount).one()
    assert account.last_error == ""


@pytest.mark.parametrize("reached", [False, True])
def test_a_worker_killed_between_its_claim_and_its_record_loses_nothing(
    cast: Cast, sandbox: Sandbox, reached: bool
) -> None:
    """kill -9: nothing after the claim was run, whether the platform was reached or not."""
    account = a_platform(sandbox)
    invoice = a_proven_invoice()
    with transaction():
        outgoing.plan_documents(account)
    claimed = outgoing.claim(flows()[0].id, account.id)
    assert claimed is not None
    if reached:
        call_to(account).client.submit(claimed.sending)
    assert jobs.hand_over() == {"sent": 0}  # its claim still holds
    hurry()
    assert jobs.hand_over() == {"sent": 1}
    jobs.look()
    assert deposited(sandbox) == [f"{invoice.number}.pdf"]
    assert len([one for one in sandbox.flows() if one["flowType"] == "CustomerInvoice"]) == 1


def test_a_platform_that_already_has_it_is_believed(cast: Cast, sandbox: Sandbox) -> None:
    a_platform(sandbox)
    invoice = a_proven_invoice()
    jobs.hand_over()
    sandbox.flows()  # acknowledged
    first = flows()[0].flow_id
    with transaction():  # our record of it is lost: a restored back-up
        flow = db.session.query(EinvoiceFlow).one()
        flow.state, flow.flow_id, flow.next_at = FlowState.TO_SEND, None, clock.now()
    jobs.hand_over()
    jobs.look()
    flow = flows()[0]
    assert (flow.state, flow.flow_id) == (FlowState.ACCEPTED, first)
    assert again(invoice).einvoice != EinvoiceState.REJECTED


def test_a_rejected_invoice_says_in_french_what_to_do_and_somebody_is_asked(cast: Cast, sandbox: Sandbox) -> None:
    a_platform(sandbox)
    invoice = a_proven_invoice()
    jobs.hand_over()
    sandbox.says(str(invoice.number), "213", "DEST_INC", "SIREN 443061841 not found")
    jobs.look()
    assert again(invoice).einvoice == EinvoiceState.REJECTED
    reason = db.session.query(DocumentStatus).filter_by(state=EinvoiceState.REJECTED).one().reason
    assert "n'est pas dans l'annuaire" in reason.replace("’", "'")
    assert "SIREN 443061841 not found" in reason
    assert str(invoice.number) in db.session.query(Task).one().label
    with transaction():
        outgoing.hand_over(db.session.get_one(SalesDocument, invoice.id))
    jobs.hand_over()
    jobs.look()
    assert again(invoice).einvoice == EinvoiceState.SENT
    assert [flow.round for flow in flows() if flow.tracking_id] == [1, 2]


def test_wrong_codes_wait_for_the_manager_and_nothing_is_lost(cast: Cast, sandbox: Sandbox) -> None:
    account = a_platform(sandbox, client_secret="faux")
    invoice = a_proven_invoice()
    jobs.hand_over()
    assert flows()[0].state == FlowState.TO_SEND
    assert "identifiants" in db.session.get_one(PartnerAccount, account.id).last_error
    with transaction():
        db.session.get_one(PartnerAccount, account.id).secrets = {"client_secret": credentials.AFNOR_CLIENT_SECRET}
    forget_tokens()
    hurry()
    jobs.hand_over()
    jobs.look()
    assert deposited(sandbox) == [f"{invoice.number}.pdf"]


def test_calls_are_kept_without_secrets_nor_files(cast: Cast, sandbox: Sandbox) -> None:
    a_platform(sandbox)
    a_proven_invoice()
    jobs.hand_over()
    jobs.look()
    kept = " ".join(call.request + call.response for call in db.session.query(PartnerCall))
    assert "trackingId" in kept
    assert "octets" in kept
    assert credentials.AFNOR_CLIENT_SECRET not in kept
    assert "%PDF" not in kept
    assert "\x00" not in kept


def test_statuses_out_of_order_and_unknown_ones(cast: Cast, sandbox: Sandbox) -> None:
    a_platform(sandbox)
    invoice = a_proven_invoice()
    jobs.hand_over()
    for code in ("205", "204", "299"):
        sandbox.says(str(invoice.number), code)
    jobs.look()
    jobs.look()
    assert again(invoice).einvoice == EinvoiceState.APPROVED
    assert db.session.query(DocumentStatus).count() == 4


def test_the_platform_that_fails_while_it_is_read_is_read_on_later(cast: Cast, sandbox: Sandbox) -> None:
    a_platform(sandbox)
    invoice = a_proven_invoice()
    jobs.hand_over()
    sandbox.says(str(invoice.number), "205")
    sandbox.fail("afnor", "500", path="/v1/flows/fl-")
    with pytest.raises(Exception, match="en panne"):
        jobs.look()
    assert db.session.query(PartnerAccount).one().last_error
    jobs.look()
    assert again(invoice).einvoice == EinvoiceState.APPROVED
    assert db.session.query(PartnerAccount).one().last_error == ""
