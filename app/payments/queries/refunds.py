"""Online payments given back: what was asked of the partner and what is left to give back. Cents."""

from typing import Any, NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from app.core.db import db
from app.core.i18n import _
from app.core.money import euros
from app.payments.models import Allocation, Checkout, OnlineRefund, Payment, SecurityDeposit
from app.payments.queries.balances import credit_of, open_credits
from app.payments.queries.deposits import to_give_back
from app.payments.states import ONLINE, PaymentState, RefundState
from app.sales.models import SalesDocument
from app.sales.states import DocumentKind

#: Of what the partner has, or may have, given back.
LIVE = (RefundState.ASKED, RefundState.BY_HAND, RefundState.PENDING, RefundState.DONE)
WAITING = (RefundState.ASKED, RefundState.BY_HAND)


class Source(NamedTuple):
    """What a refund may take from: a credit note (`key` is its id), « credit », what was paid too much, « due », what the
    payment settled and that is then owed again, or « deposit », the deposit that it is held for; `most` of it."""

    key: str
    label: str
    most: int


class Settled(NamedTuple):
    """What a payment still settles, its refunds taken off: of a document, of a third party's share, or what it holds for a deposit."""

    document_id: int | None
    share_id: int | None
    amount: int
    number: str
    deposit_id: int | None = None


def checkout_of_payment(payment_id: int) -> Checkout | None:
    """The page by which a payment was made online."""
    query = select(Checkout).where(Checkout.payment_id == payment_id, Checkout.provider_ref != "")
    return db.session.scalar(query.limit(1))


def refunds_of(payment_id: int) -> list[OnlineRefund]:
    """All that was asked, or done on the partner's site, the oldest first."""
    query = select(OnlineRefund).where(OnlineRefund.payment_id == payment_id).order_by(OnlineRefund.id)
    return list(db.session.scalars(query, execution_options={"populate_existing": True}))


def refundable(payment: Payment) -> int:
    """What the partner can still give back of a payment; 0 when it was not made online, or was undone."""
    if payment.method not in ONLINE or payment.amount <= 0 or payment.state != PaymentState.RECEIVED:
        return 0
    given = select(func.coalesce(func.sum(OnlineRefund.amount), 0)).where(
        OnlineRefund.payment_id == payment.id, OnlineRefund.state.in_(LIVE)
    )
    return payment.amount - int(db.session.scalar(given) or 0)


def still_settled(payment_id: int) -> list[Settled]:
    """What a payment and the movements of its refunds settle together, the latest first: what may be owed again."""
    back, moved = aliased(OnlineRefund), aliased(Payment)
    backs = select(back.back_id).where(back.payment_id == payment_id, back.back_id.is_not(None))
    mine = select(moved.id).where(or_(moved.id == payment_id, moved.id.in_(backs), moved.reverses_id.in_(backs)))
    query = (
        select(Allocation.document_id, Allocation.share_id, func.sum(Allocation.amount), func.max(SalesDocument.number), Allocation.deposit_id)
        .outerjoin(SalesDocument, SalesDocument.id == Allocation.document_id)
        .where(Allocation.payment_id.in_(mine), or_(SalesDocument.id.is_(None), SalesDocument.kind != DocumentKind.CREDIT))
        .group_by(Allocation.document_id, Allocation.share_id, Allocation.deposit_id)
        .having(func.sum(Allocation.amount) > 0)
        .order_by(func.max(Allocation.id).desc())
    )  # fmt: skip
    rows = [Settled(row[0], row[1], int(row[2]), row[3] or "", row[4]) for row in db.session.execute(query)]
    return [row._replace(amount=_of_deposit(row)) if row.deposit_id else row for row in rows]


def _of_deposit(row: Settled) -> int:
    """What of a deposit was not kept, nor given back otherwise."""
    return min(row.amount, to_give_back(db.session.get_one(SecurityDeposit, row.deposit_id)))


def spare_of(payment: Payment) -> int:
    """What of a payment is its payer's credit, not used nor given back since."""
    used = select(func.coalesce(func.sum(Allocation.amount), 0)).where(Allocation.payment_id == payment.id)
    spare = payment.amount - int(db.session.scalar(used) or 0)
    return max(0, min(spare, credit_of(payment.contact_id))) if payment.contact_id is not None else 0


def sources(payment: Payment) -> list[Source]:
    """What a refund of this payment may take from, as a person chooses it."""
    most, notes = refundable(payment), open_credits(payment.contact_id) if payment.contact_id is not None else []
    found = [
        Source(str(row.document_id), _("Avoir %(number)s", number=row.number), min(most, row.left)) for row in notes
    ]
    if spare := spare_of(payment):
        found.append(Source("credit", _("Trop-perçu"), min(most, spare)))
    held = still_settled(payment.id)
    found.append(Source("deposit", _("Caution"), min(most, sum(row.amount for row in held if row.deposit_id))))
    if settled := [row for row in held if not row.deposit_id]:
        numbers = ", ".join(dict.fromkeys(row.number for row in settled if row.number))
        words = _("%(numbers)s : de nouveau à payer", numbers=numbers) if numbers else _("De nouveau à payer")
        found.append(Source("due", words, min(most, sum(row.amount for row in settled))))
    return [row for row in found if row.most > 0]


def words_of(source: Source) -> str:
    """A source and how much of it, for a choice."""
    return f"{source.label} ({_('au plus %(most)s', most=euros(source.most))})"


def original_of(back_id: int) -> int | None:
    """The payment that a movement gives back."""
    return db.session.scalar(select(OnlineRefund.payment_id).where(OnlineRefund.back_id == back_id).limit(1))


def waiting_refund_ids(state: RefundState, before: Any) -> list[int]:
    """Refunds in a state that nothing has changed since a moment."""
    query = select(OnlineRefund.id).where(OnlineRefund.state == state, OnlineRefund.updated_at < before)
    return list(db.session.scalars(query.order_by(OnlineRefund.id).limit(200)))
