"""The movements of ours behind a refund that a partner makes: written once it took it, undone when it fails afterwards."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select

from app.core import clock
from app.core.db import db, require_transaction
from app.core.history import record
from app.payments.models import Allocation, Payment
from app.payments.queries.refunds import Settled, spare_of, still_settled
from app.payments.services import deposits
from app.payments.services.money_in import Particulars, written
from app.payments.services.parts import Part, credit_left, locked_documents, locked_shares, write
from app.payments.states import PAYMENTS, PaymentState
from app.sales.models import SalesDocument
from app.sales.states import DocumentKind, DocumentState


def give_back(payment: Payment, amount: int, on: date, source: str, said: Particulars) -> Payment:
    """So many cents of a locked online payment went back. They are taken from `source` as far as it goes, then from the credit
    notes of what it paid, from what was paid too much, from what it settled, which is owed again, the latest first, from the deposit that it is held for.

    The money is gone whatever we think of it: what nothing covers is owed by the payer.
    """
    require_transaction()
    notes = [int(source)] if source.isdigit() else []
    notes += [number for number in _notes_of(payment.id) if number not in notes]
    spare, settled, left = spare_of(payment), still_settled(payment.id), amount
    documents = locked_documents(
        [*notes, *(row.document_id for row in settled if row.document_id and not row.share_id)]
    )
    shares = locked_shares(row.share_id for row in settled if row.share_id)
    back = written(payment.contact_id, payment.method, -amount, on, said)
    for subject in (back, payment):
        record(subject, "payment.refunded", amount=amount, method=payment.method.value)
    for kind in _order(source):
        if kind == "credit":
            left -= min(left, spare)
            continue
        parts = list(_of_notes(documents, notes, left) if kind == "notes" else _again(settled, left, kind))
        for part in parts:
            document = documents[part.document_id] if part.document_id and not part.share_id else None
            write(
                back, -part.amount, document=document, share=shares.get(part.share_id or 0), deposit_id=part.deposit_id
            )
            left -= part.amount
            if part.deposit_id:
                deposits.gone(part.deposit_id)
    return back


def _order(source: str) -> list[str]:
    usual = ["notes", "credit", "due", "deposit"]
    return sorted(usual, key=lambda kind: kind != source)


def _notes_of(payment_id: int) -> list[int]:
    """Credit notes of what a payment settled, not spent yet."""
    paid = select(Allocation.document_id).where(Allocation.payment_id == payment_id)
    query = select(SalesDocument.id).where(
        SalesDocument.kind == DocumentKind.CREDIT, SalesDocument.state == DocumentState.ISSUED, SalesDocument.origin_id.in_(paid),
        SalesDocument.settled.is_(False),
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(SalesDocument.id)))


def _of_notes(documents: dict[int, SalesDocument], notes: list[int], left: int) -> Iterator[Part]:
    for number in notes:
        part = min(left, credit_left(documents[number]))
        if part > 0:
            left -= part
            yield Part(number, part)


def _again(settled: list[Settled], left: int, kind: str) -> Iterator[Part]:
    for row in settled:
        part = min(left, row.amount) if bool(row.deposit_id) == (kind == "deposit") else 0
        if part > 0:
            left -= part
            yield Part(row.document_id, part, row.share_id, row.deposit_id)


def came_back(back: Payment, reason: str) -> Payment:
    """A refund failed after all: the money is with us again, and settles what it settled, as far as nobody paid it meanwhile."""
    require_transaction()
    rows = list(db.session.scalars(select(Allocation).where(Allocation.payment_id == back.id).order_by(Allocation.id)))
    documents = locked_documents(row.document_id for row in rows if row.document_id)
    shares = locked_shares(row.share_id for row in rows if row.share_id)
    said = Particulars(reference=back.reference, note=reason, by=back.by)
    again = written(back.contact_id, back.method, -back.amount, clock.today(), said, back.id)
    for row in rows:
        document, share = documents.get(row.document_id or 0), shares.get(row.share_id or 0)
        most = -row.amount
        if document is not None and document.kind != DocumentKind.CREDIT:
            most = min(most, max(0, document.left))
        if share is not None:
            most = min(most, max(0, share.amount - share.paid))
        if most:
            write(again, most, document=document, share=share, deposit_id=row.deposit_id)
    PAYMENTS.move(back, PaymentState.REJECTED, reason=reason)
    db.session.flush()
    return again
