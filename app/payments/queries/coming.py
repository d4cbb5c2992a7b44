"""What is on its way to settle an invoice, and the mandates that may: on the pages of a contact and of a document."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Date, Select, String, cast, func, literal, null, select, type_coerce, union_all

from app.core import clock
from app.core.db import db
from app.core.labels import LabelEnum
from app.payments.models import Checkout, Debit, DebitBatch, Mandate, Payment
from app.payments.queries.balances import spare_cents
from app.payments.queries.debits import WAITING
from app.payments.states import CheckoutState, DebitState, MandateState, Method
from app.sales.models import SalesDocument

#: A page of payment that was left open for so long is not on its way any more.
LATELY = timedelta(days=2)
MOST = 6


DEBIT, CHECKOUT, MANDATE, PAID_IN, HELD = range(5)


class Coming(NamedTuple):
    """A debit (of the batch `about`) or an online payment (`about`: its own number) of an invoice, in cents; `on`: the day of a
    debit; `code`: why the bank gave it back."""

    debit: bool
    about: int
    number: str
    amount: int
    method: Method
    state: LabelEnum
    on: date | None
    code: str


class Signed(NamedTuple):
    """A mandate of a payer."""

    id: int
    rum: str
    iban_end: str
    state: MandateState


class PaidIn(NamedTuple):
    """What a payer brought: cents that settle nothing yet (credit notes aside), those kept for his repairs since their intake, and
    whether anything was ever paid."""

    credit: int
    held: int
    ever: bool


class Around(NamedTuple):
    """What is on its way, the soonest first; the mandates, those in force first; what the payer brought already."""

    coming: list[Coming]
    mandates: list[Signed]
    paid_in: PaidIn


def around_payer(contact_id: int) -> Around:
    """What is on its way from a payer, his mandates, what he brought. One query."""
    return _read(
        _debits(Debit.state.in_(WAITING), Mandate.contact_id == contact_id), _checkouts(Checkout.contact_id == contact_id),
        _mandates(Mandate.contact_id == contact_id), _brought(PAID_IN, spare_cents(), contact_id),
        _brought(HELD, spare_cents(of_intake=True), contact_id),
    )  # fmt: skip


def _brought(what: int, cents: ColumnElement[int], contact_id: int) -> Select[*tuple[Any, ...]]:
    return select(
        literal(what), func.count(), literal(""), cents, literal(""), literal(""), cast(null(), Date), literal("")
    ).where(Payment.contact_id == contact_id)


def around_document(document_id: int, payer_id: int) -> Around:
    """What is on its way for an invoice, the debits that the bank gave back, and the payer's mandates in force. One query."""
    shown = Debit.state.in_((*WAITING, DebitState.REJECTED))
    return _read(
        _debits(shown, Debit.document_id == document_id), _checkouts(Checkout.document_id == document_id),
        _mandates(Mandate.contact_id == payer_id, Mandate.state == MandateState.ACTIVE),
    )  # fmt: skip


def _read(*queries: Select[*tuple[Any, ...]]) -> Around:
    coming, mandates, paid_in = list[Coming](), list[Signed](), PaidIn(0, 0, False)
    for what, about, number, amount, method, state, on, code in db.session.execute(union_all(*queries)):
        if what == PAID_IN:
            paid_in = paid_in._replace(credit=int(amount), ever=about > 0)
        elif what == HELD:
            paid_in = paid_in._replace(held=int(amount))
        elif what == MANDATE:
            mandates.append(Signed(about, number, code, MandateState(state)))
        else:
            known: LabelEnum = DebitState(state) if what == DEBIT else CheckoutState(state)
            coming.append(Coming(what == DEBIT, about, number, int(amount), Method(method), known, on, code))
    return Around(
        sorted(coming, key=lambda row: (row.on or date.max, row.number)),
        sorted(mandates, key=lambda row: (row.state != MandateState.ACTIVE, -row.id))[:MOST],
        paid_in,
    )


def _debits(*which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(
            literal(DEBIT), Debit.batch_id, SalesDocument.number, Debit.amount, literal(Method.DEBIT.value), _plain(Debit.state),
            DebitBatch.collected_on, Debit.code,
        )
        .join(SalesDocument, SalesDocument.id == Debit.document_id)
        .join(DebitBatch, DebitBatch.id == Debit.batch_id)
        .join(Mandate, Mandate.id == Debit.mandate_id)
        .where(*which)
    )  # fmt: skip


def _checkouts(*which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    """Pages of payment opened lately and not paid yet, or in doubt: those that were abandoned are not shown."""
    lately = (
        (Checkout.state == CheckoutState.OPEN) & (Checkout.url != "") & (Checkout.created_at > clock.now() - LATELY)
    )
    return (
        select(
            literal(CHECKOUT), Checkout.id, SalesDocument.number, Checkout.amount, _plain(Checkout.method), _plain(Checkout.state),
            cast(null(), Date), literal(""),
        )
        .join(SalesDocument, SalesDocument.id == Checkout.document_id)
        .where(lately | (Checkout.state == CheckoutState.DISPUTED), *which)
    )  # fmt: skip


def _mandates(*which: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return select(
        literal(MANDATE),
        Mandate.id,
        Mandate.rum,
        literal(0),
        literal(""),
        _plain(Mandate.state),
        Mandate.signed_on,
        Mandate.iban_end,
    ).where(*which)


def _plain(column: Any) -> ColumnElement[str]:
    """A label as it is stored: several kinds of states stand in one column of a union."""
    return type_coerce(column, String)
