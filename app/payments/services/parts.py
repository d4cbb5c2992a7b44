"""What a payment settles: locks taken in one order, parts written for good, `paid` and `settled` kept with them."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.contacts.models import Contact
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import euros
from app.payments.models import Allocation, Payment
from app.payments.queries import INVOICES
from app.sales.models import SalesDocument, ThirdPartyShare
from app.sales.states import DocumentKind, DocumentState
from app.tickets.models import Ticket
from app.tickets.services import put_paid_in

#: Called with a document whose `paid` was just set, in its transaction: how a higher floor follows what it asked for.
_after_paid: list[Callable[[SalesDocument], None]] = []


def after_paid(hook: Callable[[SalesDocument], None]) -> None:
    """Start-up: have a higher feature told of each document of which something was paid, or taken back."""
    if hook not in _after_paid:
        _after_paid.append(hook)


class Part(NamedTuple):
    """So many cents for a document; for a third party's share of it when `share_id` is given (`document_id` then unread); held for a
    security deposit (`deposit_id`)."""

    document_id: int | None
    amount: int
    share_id: int | None = None
    deposit_id: int | None = None


def locked_contact(contact_id: int) -> Contact:
    """The contact, locked: what two people do for one payer waits its turn. Raises DomainError when there is none."""
    query = select(Contact).where(Contact.id == contact_id).execution_options(populate_existing=True)
    contact = db.session.scalar(query.with_for_update(key_share=True))
    if contact is None:
        raise DomainError(_("Ce contact n'existe plus. Choisissez-en un autre."), field="contact_id")
    return contact


def locked_documents(ids: Iterable[int]) -> dict[int, SalesDocument]:
    """These documents, locked by id in ascending order, as they now are, with their schedules."""
    wanted = sorted(set(ids))
    query = select(SalesDocument).where(SalesDocument.id.in_(wanted)).order_by(SalesDocument.id)
    query = query.options(selectinload(SalesDocument.instalments)).execution_options(populate_existing=True)
    found = {row.id: row for row in db.session.scalars(query.with_for_update(key_share=True))}
    if len(found) != len(wanted):
        raise DomainError(_("Un de ces documents n'existe plus. Rechargez la page."))
    return found


def locked_shares(ids: Iterable[int]) -> dict[int, ThirdPartyShare]:
    """These third parties' shares, locked by id in ascending order."""
    wanted = sorted(set(ids))
    query = select(ThirdPartyShare).where(ThirdPartyShare.id.in_(wanted)).order_by(ThirdPartyShare.id)
    rows = db.session.scalars(query.with_for_update(key_share=True).execution_options(populate_existing=True))
    found = {row.id: row for row in rows}
    if len(found) != len(wanted):
        raise DomainError(_("Cette part n'existe plus. Rechargez la page."))
    return found


def locked_intake(ticket_id: int) -> list[Payment]:
    """What was paid and given back for a repair since its intake, locked, the oldest first: whoever uses it waits his turn."""
    query = select(Payment).where(Payment.ticket_id == ticket_id).order_by(Payment.id)
    return list(db.session.scalars(query.with_for_update(key_share=True).execution_options(populate_existing=True)))


def tell_ticket(ticket_id: int) -> None:
    """Have a ticket say what is held for it: the sum of its payments."""
    held = db.session.scalar(select(func.sum(Payment.amount)).where(Payment.ticket_id == ticket_id))
    put_paid_in(db.session.get_one(Ticket, ticket_id), int(held or 0))
    db.session.flush()


def spread(payment: Payment, parts: Sequence[Part]) -> None:
    """Write the parts of a payment. Raises Conflict when one is more than what is left to pay: somebody paid meanwhile."""
    wanted = [part for part in parts if part.amount]
    documents = locked_documents(part.document_id for part in wanted if part.share_id is None and part.document_id)
    shares = locked_shares(part.share_id for part in wanted if part.share_id)
    for part in wanted:
        if part.share_id:
            _check_share(shares[part.share_id], part.amount)
            write(payment, part.amount, share=shares[part.share_id])
        elif part.document_id:
            _check(documents[part.document_id], part.amount)
            write(payment, part.amount, document=documents[part.document_id])
        elif part.deposit_id:
            write(payment, part.amount, deposit_id=part.deposit_id)


def write(
    payment: Payment | None,
    amount: int,
    *,
    document: SalesDocument | None = None,
    share: ThirdPartyShare | None = None,
    credit: SalesDocument | None = None,
    voucher_id: int | None = None,
    till_sale_id: int | None = None,
    deposit_id: int | None = None,
) -> Allocation:
    """One allocation, and what it changes on what it settles. Unchecked: the caller has locked and looked."""
    row = Allocation(
        payment_id=payment.id if payment else None, document_id=document.id if document else None,
        share_id=share.id if share else None, credit_id=credit.id if credit else None, voucher_id=voucher_id,
        till_sale_id=till_sale_id, deposit_id=deposit_id, amount=amount,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    for touched in (document, credit):
        if touched is not None:
            keep_paid(touched)
    if share is not None:
        share.paid = _sum(Allocation.share_id == share.id)
    if document is not None:
        words = {"amount": amount, "method": payment.method.value if payment else "compensation"}
        record(document, "document.paid" if amount > 0 else "document.unpaid", **words, left=document.left)
    return row


def keep_paid(document: SalesDocument) -> None:
    """Set `paid` and `settled` from the allocations: the one writer of both.

    A credit note is spent by compensation and by refunds; `paid` has the sign of its own `due`.
    """
    received = _sum(Allocation.document_id == document.id)
    if document.kind == DocumentKind.CREDIT:
        spent = _sum(Allocation.credit_id == document.id) - received
        document.paid = spent if document.due >= 0 else -spent
        document.settled = spent >= abs(document.due)
    else:
        document.paid = received
        document.settled = received >= document.due
    db.session.flush()
    for hook in _after_paid:
        hook(document)


def _sum(condition: object) -> int:
    return int(db.session.scalar(select(func.coalesce(func.sum(Allocation.amount), 0)).where(condition)) or 0)  # type: ignore[arg-type]


def credit_left(credit: SalesDocument) -> int:
    """Cents of a credit note that are still the client's."""
    return abs(credit.due) - abs(credit.paid)


def _check(document: SalesDocument, amount: int) -> None:
    if document.kind not in INVOICES or document.state != DocumentState.ISSUED:
        raise DomainError(_("Seule une facture émise s'encaisse. Émettez d'abord ce document."))
    if amount < 0:
        raise DomainError(_("Un remboursement ne se fait pas sur une facture : établissez un avoir."))
    if amount > document.left:
        raise Conflict(_too_much(document.number or "", document.left), field="amount")


def _check_share(share: ThirdPartyShare, amount: int) -> None:
    if not 0 < amount <= share.amount - share.paid:
        raise Conflict(_too_much(share.label, share.amount - share.paid), field="amount")


def _too_much(name: str, left: int) -> str:
    if left <= 0:
        return _("« %(name)s » vient d'être réglé : il ne reste rien à payer. Rien n'a été encaissé ici.", name=name)
    return _(
        "Il ne reste que %(left)s à payer sur « %(name)s ». Rien n'a été encaissé : corrigez le montant.",
        left=euros(left), name=name,
    )  # fmt: skip


def unallocated(payment: Payment) -> int:
    """What a payment has not settled yet, in cents: the client's credit when above zero."""
    return payment.amount - _sum(Allocation.payment_id == payment.id)
