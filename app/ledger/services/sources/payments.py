"""Payments: what came at the debit of its means, what it settles at the credit of who owed it.

Each allocation is a line of its own, so that it is known which were written with the payment; `allocations` does the later ones.
What is paid at a till is here when it settles an invoice; all the rest of a ticket is in the closing of its day.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select
from sqlalchemy.orm import aliased

from app.contacts.models import Contact
from app.core.db import db
from app.core.i18n import _
from app.ledger.services.chart import MEANS
from app.ledger.services.drafts import NOBODY, Draft, Key, Third, client, owner, payer
from app.ledger.services.missing import unwritten
from app.ledger.states import Journal
from app.payments.models import Allocation, Payment, SecurityDeposit
from app.payments.states import Method, PaymentState
from app.sales.models import SalesDocument, ThirdPartyShare

KIND = "payment"
ORDER = 50


def came() -> ColumnElement[bool]:
    """Money that did come: received, even if it went back since (its opposite then has its own entry)."""
    back = aliased(Payment)
    undone = select(back.id).where(back.reverses_id == Payment.id).exists()
    return and_(or_(Payment.state == PaymentState.RECEIVED, undone), Payment.method.in_(MEANS), Payment.amount != 0)


def missing() -> Sequence[Key]:
    """Payments without an entry."""
    query = select(Payment.received_on, Payment.id).where(came(), unwritten(KIND, Payment.id))
    return [Key(day, ORDER, KIND, number, "") for day, number in db.session.execute(query)]


def drafts(keys: Sequence[Key]) -> Iterator[Draft]:
    """Their entries."""
    by_id, undone = {key.id: key for key in keys}, aliased(Payment)
    query = (
        select(Payment.id, Payment.method, Payment.amount, Payment.received_on, Payment.reference, Payment.reverses_id,
               Payment.ticket_id,
               undone.remittance_id.label("handed"), Contact.id.label("client_id"), Contact.name)
        .outerjoin(Contact, Contact.id == Payment.contact_id)
        .outerjoin(undone, undone.id == Payment.reverses_id)
        .where(Payment.id.in_(by_id))
        .order_by(Payment.id)
    )  # fmt: skip
    settled = targets(Allocation.payment_id.in_(by_id))
    for row in db.session.execute(query):
        yield _draft(by_id[row.id], row, settled.get(row.id, []))


Target = tuple[int, str, Third, int]


def targets(condition: ColumnElement[bool]) -> dict[int, list[Target]]:
    """(allocation, role, whose account, cents) by payment: the share's payer, a voucher sold, who gave a security deposit (165: not
    income), else who owes the document; the payer himself for what a till's ticket deducted."""
    who, third, giver = aliased(Contact), aliased(Contact), aliased(Contact)
    query = (
        select(Allocation.id, Allocation.payment_id, Allocation.amount, Allocation.voucher_id, who.id.label("who_id"),
               who.name.label("who"), third.id.label("third_id"), third.name.label("third"), giver.id.label("giver_id"),
               giver.name.label("giver"))
        .outerjoin(SalesDocument, SalesDocument.id == Allocation.document_id)
        .join(Payment, Payment.id == Allocation.payment_id)
        .outerjoin(who, who.id == func.coalesce(SalesDocument.payer_id, SalesDocument.contact_id, Payment.contact_id))
        .outerjoin(ThirdPartyShare, ThirdPartyShare.id == Allocation.share_id)
        .outerjoin(third, third.id == ThirdPartyShare.payer_id)
        .outerjoin(SecurityDeposit, SecurityDeposit.id == Allocation.deposit_id)
        .outerjoin(giver, giver.id == SecurityDeposit.contact_id)
        .where(condition)
        .order_by(Allocation.id)
    )  # fmt: skip
    found: dict[int, list[Target]] = defaultdict(list)
    for row in db.session.execute(query):
        found[row.payment_id].append((row.id, *_account(row), row.amount))
    return found


def _account(row: Row[*tuple[Any, ...]]) -> tuple[str, Third]:
    if row.third_id is not None:
        return "third_party", payer(row.third_id, row.third)
    if row.voucher_id is not None:
        return "vouchers", Third()
    if row.giver_id is not None:
        return "caution", client(row.giver_id, row.giver)
    return "client", client(row.who_id, row.who)


def _draft(key: Key, row: Row[*tuple[Any, ...]], settled: Sequence[Target]) -> Draft:
    journal = Journal.CASH if row.method == Method.CASH else Journal.BANK
    if row.method in (Method.VOUCHER, Method.RETAINED):
        journal = Journal.MISC
    words = _("Remboursement") if row.amount < 0 else row.method.label
    if row.reverses_id is not None:
        words = _("Annulation du règlement %(number)s", number=row.reverses_id)
    piece = f"RG-{row.id:06d}"
    draft = Draft(key, journal, piece, " ".join(filter(None, (words, row.name, row.reference))), row.received_on)
    # A cheque that comes back after it was handed to the bank leaves the bank, not the cheques that wait.
    held = owner(row.client_id, row.name) if row.method == Method.RETAINED else NOBODY
    draft.put("bank" if row.handed else MEANS[row.method], row.amount, held)
    if row.ticket_id is not None:
        # Of the intake of a repair: an advance (4191), whatever it settled since, which `allocations` moves.
        draft.put("deposits", -row.amount, client(row.client_id, row.name))
        return draft
    for allocation_id, role, third, amount in settled:
        draft.put(role, -amount, third, allocation_id)
    draft.put("client", sum(amount for *_rest, amount in settled) - row.amount, client(row.client_id, row.name))
    return draft
