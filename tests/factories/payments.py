"""Invoices as payments see them (issued, so much to pay), and what settles them."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from app.accounts.services import change_organisation
from app.connectors.tokens import forget_tokens
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.core.partners import PartnerAccount
from app.core.reading import Layout
from app.documents.services import Ready, keep, prepare, prepare_as_is
from app.documents.states import FileKind
from app.partners.services import add_account
from app.payments import services
from app.payments.models import BankLine, BankStatement, Checkout, Debit, Mandate, OnlineRefund, Payment
from app.payments.services import debits, deposits, mandates, remittances
from app.payments.services.mandates import MandateInput
from app.payments.services.money_in import take
from app.payments.services.parts import Part
from app.payments.states import CheckoutState, Method, RefundState, SignedHow
from app.sales.models import Instalment, SalesDocument, ThirdPartyShare
from app.sales.states import DocumentKind, DocumentState
from app.sandbox import credentials
from tests.factories.base import serial
from tests.sandbox_process import Sandbox


def owed(
    contact: Contact, due: int, *, days: int = 30, share: tuple[Contact, int] | None = None,
    dated: Sequence[tuple[int, int]] = (), **values: Any,
) -> SalesDocument:  # fmt: skip
    """An issued invoice of so many cents, due in `days` (below zero: late). `share`: who else pays how much of it; `dated`: its
    schedule, (days, cents), the first day being `days`."""
    issued = values.pop("issued_on", clock.today() + timedelta(days=min(0, days - 30)))
    third = share[1] if share else 0
    kind = values.pop("kind", DocumentKind.INVOICE)
    prefix = "A" if kind == DocumentKind.CREDIT else "F"
    with transaction():
        document = SalesDocument(
            kind=kind, number=f"{prefix}-T-{serial():04d}", state=DocumentState.ISSUED, contact_id=contact.id,
            issued_on=issued, due_on=clock.today() + timedelta(days=days), due=due, third_party=third,
            gross=due + third, net=due + third, **values,
        )  # fmt: skip
        db.session.add(document)
        db.session.flush()
        if share:
            label = "Bonus Réparation"
            db.session.add(ThirdPartyShare(document_id=document.id, payer_id=share[0].id, label=label, amount=third))
            db.session.flush()
        for rank, (after, cents) in enumerate(dated, 1):
            day = clock.today() + timedelta(days=after)
            db.session.add(
                Instalment(document_id=document.id, position=rank, label=f"{rank}", amount=cents, due_on=day)
            )
        db.session.flush()
        document.issued_at = clock.now()
    return document


def a_credit_note(contact: Contact, due: int, **values: Any) -> SalesDocument:
    """An issued credit note."""
    return owed(contact, due, kind=DocumentKind.CREDIT, **values)


def paid(contact: Contact, amount: int, *documents: SalesDocument, method: Method = Method.TRANSFER, on: date | None = None,
         **said: Any) -> Payment:  # fmt: skip
    """A payment, each document settled as far as it goes; without documents, a credit."""
    parts, left = [], amount
    for document in documents:
        part = min(left, document.left)
        parts.append((document.id, part))
        left -= part
    with transaction():
        return services.receive(contact.id, method, amount, on or clock.today(), allocations=parts, **said)


def we_collect() -> None:
    """The organisation has an account and a creditor identifier (the example of the standard, and one whose key is right)."""
    with transaction():
        change_organisation(iban="FR7630006000011234567890189", bic="AGRIFRPP", creditor_id="FR72ZZZ123456")


def a_mandate(
    contact: Contact,
    *,
    holder: str = "",
    bic: str = "",
    recurrent: bool = True,
    used: bool = False,
    proof: Ready | None = None,
) -> Mandate:
    """A mandate in force, signed today on paper."""
    typed = MandateInput(holder or contact.name, "FR7630006000011234567890189", bic, None, recurrent)
    with transaction():
        mandate = mandates.add_mandate(contact, typed, SignedHow.PAPER, proof)
        mandate.used = used
    return mandate


def a_bank_line(amount: int, label: str, *, on: date | None = None, reference: str = "") -> BankLine:
    """A line of a statement, to be matched."""
    text = "Date;Libellé;Montant\n01/01/2020;Rien;0,01\n"
    with transaction():
        statement = BankStatement(
            file_id=keep(prepare_as_is(text.encode(), "releve.csv", "text/csv"), by="Claude").id, by="Claude"
        )
        statement.layout, statement.headers = Layout("csv").stored(), ["Date", "Libellé", "Montant"]
        statement.mapping = ["date", "label", "amount"]
        db.session.add(statement)
        db.session.flush()
        row = BankLine(
            statement_id=statement.id, booked_on=on or clock.today(), label=label, amount=amount, reference=reference,
            key=f"test-{serial()}",
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
    return row


def a_checkout_in_doubt(contact: Contact, document: SalesDocument | None = None, amount: int = 5_000) -> Checkout:
    """An online payment whose partner says another amount."""
    with transaction():
        account = add_account("helloasso", f"HelloAsso {serial()}", HELLOASSO, {"client_secret": "secret"})
        row = Checkout(
            document_id=document.id if document else None, contact_id=contact.id, account_id=account.id, method=Method.HELLOASSO,
            amount=amount, reference=f"T-{serial()}", provider_ref="HA-1", state=CheckoutState.DISPUTED, error="Payé : 12,00 €",
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
    return row


def an_online_refund(contact: Contact, state: RefundState = RefundState.BY_HAND) -> OnlineRefund:
    """A payment of HelloAsso that a person is to give back on its site; with its page."""
    invoice = owed(contact, 4_200)
    with transaction():
        account = add_account("helloasso", f"HelloAsso {serial()}", HELLOASSO, {"client_secret": "secret"})
        payment = take(contact.id, Method.HELLOASSO, 4_200, clock.today(), allocations=[Part(invoice.id, 4_200)],
                       reference_key=f"9{serial():05d}")  # fmt: skip
        db.session.add(
            Checkout(
                document_id=invoice.id, contact_id=contact.id, account_id=account.id, method=Method.HELLOASSO, amount=4_200,
                reference=f"T-{serial()}", provider_ref=f"8{serial():05d}", state=CheckoutState.PAID, payment_id=payment.id,
            )
        )  # fmt: skip
        row = OnlineRefund(
            payment_id=payment.id, account_id=account.id, amount=1_200, source="due", state=state, reference=f"T-{serial()}",
            by="Claude", tries=1,
        )  # fmt: skip
        db.session.add(row)
        db.session.flush()
    return row


HELLOASSO = {"client_id": "id", "slug": "nous", "base_url": "http://127.0.0.1:9"}


def an_online_account(kind: str, sandbox: Sandbox, **codes: str) -> PartnerAccount:
    """The account of "stripe" or "helloasso" at the simulator."""
    forget_tokens()
    base = {"base_url": f"{sandbox.url}/{kind}"}
    with transaction():
        if kind == "stripe":
            known = {"secret_key": credentials.STRIPE_SECRET_KEY, "webhook_secret": credentials.STRIPE_WEBHOOK_SECRET}
            return add_account("stripe", "Stripe", base, {**known, **codes})
        settings = {**base, "client_id": credentials.HELLOASSO_CLIENT_ID, "slug": credentials.HELLOASSO_SLUG}
        known = {
            "client_secret": credentials.HELLOASSO_CLIENT_SECRET, "signature_key": credentials.HELLOASSO_SIGNATURE_KEY,
        }  # fmt: skip
        return add_account("helloasso", "HelloAsso", settings, {**known, **codes})


def a_bank_world(owner: Contact) -> dict[str, object]:
    """One of each thing between us and the bank, for what opens every page."""
    we_collect()
    scan = prepare(b"Mandat de Karim", "mandat.txt", FileKind.DOCUMENT)
    mandate, invoice = a_mandate(owner, proof=scan), owed(owner, 900)
    with transaction():
        batch = debits.prepare([invoice.id], debits.earliest())
        debit = db.session.query(Debit).filter_by(batch_id=batch.id).one()
    cheque = paid(owner, 300, method=Method.CHEQUE)
    with transaction():
        remittance = remittances.remit(Method.CHEQUE, [cheque.id], clock.today())
    line, refund = a_bank_line(123, "VIR"), an_online_refund(owner)
    return {
        "mandate_id": mandate.id, "payments.batch_id": batch.id, "debit_id": debit.id, "remittance_id": remittance.id, "payments.line_id": line.id,
        "payments.statement_id": line.statement_id, "checkout_id": a_checkout_in_doubt(owner).id,
        "payments.refund_online.payment_id": refund.payment_id, "payments.refund_id": refund.id,
    }  # fmt: skip


def a_deposit_asked(owner: Contact) -> dict[str, object]:
    """A deposit to be given, and the page where it is paid online, for what opens every page."""
    with transaction():
        deposit = deposits.ask(owner, 30_000, Method.CHEQUE)
        token = deposits.pay_link(deposit).rpartition("/")[2]
    pages = ("pay_deposit", "pay_deposit_online", "check_deposit")
    return {"deposit_id": deposit.id} | {f"payments.{name}.token": token for name in pages}
