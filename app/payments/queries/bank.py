"""Reads for matching: lines of statements, and what they could be the money of."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, false, func, literal, null, select, union_all
from sqlalchemy.orm import aliased

from app.contacts.models import Contact
from app.core.db import db
from app.documents.models import StoredFile
from app.payments.models import BankLine, BankStatement, Debit, DebitBatch, Payment, Remittance
from app.payments.queries.balances import owed_share, share_dates, share_number, unpaid
from app.payments.queries.debits import waits
from app.payments.states import BankLineState, BatchState, DebitState, Method, PaymentState, RemittanceState
from app.sales.models import SalesDocument, ThirdPartyShare
from app.sales.queries.parts import next_left, next_on


class Open(NamedTuple):
    """Something to be paid: an invoice, or (`share_id`) a third party's share of one, or of a till's ticket (no document). `asked`:
    what its next date asks for."""

    document_id: int | None
    share_id: int | None
    number: str
    left: int
    due_on: date | None
    payer_id: int
    payer: str
    asked: int


def open_items() -> list[Open]:
    """All that is to be paid and that no debit on its way will pay, the oldest due date first. One query."""
    payer = func.coalesce(SalesDocument.payer_id, SalesDocument.contact_id)
    own = (
        select(
            SalesDocument.id, null(), SalesDocument.number, SalesDocument.due - SalesDocument.paid, next_on(), Contact.id,
            Contact.name, next_left(),
        )
        .join(Contact, Contact.id == payer)
        .where(unpaid(), ~waits())
    )  # fmt: skip
    shares = (
        select(
            SalesDocument.id, ThirdPartyShare.id, share_number(), ThirdPartyShare.amount - ThirdPartyShare.paid,
            share_dates()[1], Contact.id, Contact.name, ThirdPartyShare.amount - ThirdPartyShare.paid,
        )
        .outerjoin(SalesDocument, SalesDocument.id == ThirdPartyShare.document_id)
        .join(Contact, Contact.id == ThirdPartyShare.payer_id)
        .where(owed_share())
    )  # fmt: skip
    found: list[Any] = list(db.session.execute(union_all(own, shares)))
    rows = [Open(*row) for row in found]
    return sorted(rows, key=lambda row: (row.due_on or date.max, row.document_id or 0, row.share_id or 0))


class Written(NamedTuple):
    """A transfer already written by hand, that no line of the bank shows yet."""

    id: int
    amount: int
    on: date
    reference: str
    payer: str


def written_payments(amounts: Collection[int]) -> list[Written]:
    """Transfers of these amounts, in or out, without a bank line."""
    seen = select(BankLine.id).where(BankLine.payment_id == Payment.id)
    query = (
        select(Payment.id, Payment.amount, Payment.received_on, Payment.reference, func.coalesce(Contact.name, ""))
        .outerjoin(Contact, Contact.id == Payment.contact_id)
        .where(
            Payment.method == Method.TRANSFER, Payment.amount.in_(amounts), Payment.state == PaymentState.RECEIVED, ~seen.exists(),
        )
        .order_by(Payment.received_on, Payment.id)
    )  # fmt: skip
    return [Written(*row) for row in db.session.execute(query)]


class Grouped(NamedTuple):
    """Several payments that the bank credits as one: a remittance, or a batch of debits."""

    id: int
    name: str
    method: Method
    on: date
    total: int


def waiting_remittances() -> list[Grouped]:
    """Handed to the bank, and not credited yet."""
    query = select(
        Remittance.id, Remittance.number, Remittance.method, Remittance.deposited_on, Remittance.total
    ).where(Remittance.state == RemittanceState.DEPOSITED)
    return [Grouped(*row) for row in db.session.execute(query.order_by(Remittance.id))]


def waiting_batches() -> list[Grouped]:
    """Batches of debits at the bank, or paid, that no line shows; for what was not given back before the day."""
    seen = select(BankLine.id).where(BankLine.batch_id == DebitBatch.id)
    total = (
        select(func.coalesce(func.sum(Debit.amount), 0))
        .where(Debit.batch_id == DebitBatch.id, Debit.state != DebitState.REMOVED)
        .where((Debit.state != DebitState.REJECTED) | Debit.payment_id.is_not(None))
        .scalar_subquery()
    )
    query = select(
        DebitBatch.id, DebitBatch.message_id, literal(Method.DEBIT.value), DebitBatch.collected_on, total
    ).where(DebitBatch.state.in_((BatchState.SENT, BatchState.SETTLED)), ~seen.exists())
    return [Grouped(row[0], row[1], Method.DEBIT, row[3], int(row[4])) for row in db.session.execute(query)]


class Collected(NamedTuple):
    """A debit that the bank may give back."""

    id: int
    end_to_end: str
    amount: int
    number: str
    payer: str


def returnable_debits(amounts: Collection[int]) -> list[Collected]:
    """Debits of these amounts, at the bank or paid."""
    payer = func.coalesce(SalesDocument.payer_id, SalesDocument.contact_id)
    query = (
        select(Debit.id, Debit.end_to_end, Debit.amount, SalesDocument.number, Contact.name)
        .join(SalesDocument, SalesDocument.id == Debit.document_id)
        .join(Contact, Contact.id == payer)
        .where(Debit.amount.in_(amounts), Debit.state.in_((DebitState.SENT, DebitState.SETTLED)))
        .order_by(Debit.id.desc())
    )
    return [Collected(*tuple[Any, ...](row)) for row in db.session.execute(query)]


def lines(state: str, text: str = "") -> Select[*tuple[Any, ...]]:
    """The lines of a state, the newest first, with what they were matched with."""
    twin = aliased(BankLine)
    query: Select[*tuple[Any, ...]] = (
        select(
            BankLine.id, BankLine.booked_on, BankLine.label, BankLine.reference, BankLine.amount, BankLine.state, BankLine.account,
            BankLine.payment_id, BankLine.remittance_id, BankLine.batch_id, BankLine.debit_id, BankLine.note,
            Contact.name.label("payer"), Remittance.number.label("remittance"), DebitBatch.message_id.label("batch"),
            twin.id.label("twin_id"), twin.label.label("twin"), twin.booked_on.label("twin_on"),
        )
        .outerjoin(Payment, Payment.id == BankLine.payment_id)
        .outerjoin(Contact, Contact.id == Payment.contact_id)
        .outerjoin(Remittance, Remittance.id == BankLine.remittance_id)
        .outerjoin(DebitBatch, DebitBatch.id == BankLine.batch_id)
        .outerjoin(twin, twin.id == BankLine.twin_id)
        .order_by(BankLine.booked_on.desc(), BankLine.id.desc())
    )  # fmt: skip
    query = (
        query.where(BankLine.state == BankLineState(state))
        if state in BankLineState._value2member_map_
        else query.where(false())
    )
    if text:
        query = query.where(
            BankLine.label.icontains(text, autoescape=True) | Contact.name.icontains(text, autoescape=True)
        )
    return query


def counts() -> dict[str, int]:
    """How many lines of each state."""
    found = db.session.execute(select(BankLine.state, func.count()).group_by(BankLine.state))
    return {state.value: count for state, count in found}


def line_by_id(line_id: int) -> BankLine | None:
    """The line."""
    return db.session.get(BankLine, line_id)


def statements() -> list[Any]:
    """The last files read, the newest first, each with the days of its lines."""
    query = (
        select(
            BankStatement.id, BankStatement.account, BankStatement.state, BankStatement.added, BankStatement.known, BankStatement.doubtful, BankStatement.faults,
            BankStatement.by, BankStatement.created_at, StoredFile.name,
        )
        .join(StoredFile, StoredFile.id == BankStatement.file_id)
        .order_by(BankStatement.id.desc())
        .limit(6)
    )  # fmt: skip
    return list(db.session.execute(query))


def statement_by_id(statement_id: int) -> BankStatement | None:
    """The file."""
    return db.session.get(BankStatement, statement_id)
