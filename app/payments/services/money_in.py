"""Money received: by any means but online, which `online` writes when the partner has confirmed it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypedDict, Unpack

from sqlalchemy import select

from app.core import clock
from app.core.actor import current_actor
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.payments.models import Payment
from app.payments.queries import open_documents
from app.payments.services import vouchers
from app.payments.services.parts import Part, locked_contact, locked_documents, spread
from app.payments.states import ONLINE, Method
from app.sales.queries.withdrawal import held_documents

#: Not money that comes in: a sale put on the account, an invoice lowered by a credit note, or taken from the rents held for its client.
NO_MONEY = frozenset({Method.ACCOUNT, Method.COMPENSATION, Method.RETAINED})
#: A transfer is written down when it has come: refusing it would not send it back.
COMES_BY_ITSELF = frozenset({Method.TRANSFER})
RECEIVABLE = tuple(method for method in Method if method not in ONLINE | NO_MONEY)


class Particulars(TypedDict, total=False):
    """What may be said of a payment. `reference_key` is unique per means: a transfer is never written twice."""

    reference: str
    reference_key: str | None
    note: str
    form_key: str | None
    till_sale_id: int | None
    ticket_id: int | None
    by: str


def receive(
    contact_id: int | None,
    method: Method,
    amount: int,
    on: date,
    *,
    allocations: Sequence[Part | tuple[int | None, int]] | None = (),
    **particulars: Unpack[Particulars],
) -> Payment:
    """Money received from a payer, who need not be the client. Cents; at most once per `form_key` (a double click).

    `allocations`: (document id, cents) or `Part`s; None spreads over what the payer owes, oldest first. What settles nothing
    stays the payer's credit. A voucher is given by its code in `reference`. Raises DomainError, or Conflict when an invoice
    was paid meanwhile.
    """
    require_transaction()
    if method not in RECEIVABLE:
        raise DomainError(_("« %(means)s » ne s'encaisse pas ici.", means=method.label), field="method")
    if amount <= 0:
        raise DomainError(_("Écrivez le montant reçu, par exemple 120,00."), field="amount")
    if on > clock.today():
        raise DomainError(
            _("Cette date est à venir. Donnez le jour où vous avez reçu le règlement."), field="received_on"
        )
    parts = [Part(*part) for part in allocations] if allocations is not None else oldest_first(contact_id, amount)
    if method not in COMES_BY_ITSELF:
        check_may_be_taken(part.document_id for part in parts if part.document_id and part.share_id is None)
    return take(contact_id, method, amount, on, allocations=allocations, **particulars)


def check_may_be_taken(ids: Iterable[int]) -> None:
    """Raises DomainError for what was agreed off premises less than seven days ago (C. conso. art. L221-10, urgent repairs aside)."""
    held = held_documents(list(ids))
    if held:
        raise DomainError(
            _(
                "Ce contrat est conclu hors de vos locaux : la loi n'y permet aucun paiement avant le %(day)s (art. L221-10 du code de la consommation). Encaissez à partir de ce jour.",
                day=clock.long_date(max(held.values())),
            ),
            field="method",
        )


def take(
    contact_id: int | None,
    method: Method,
    amount: int,
    on: date,
    *,
    allocations: Sequence[Part | tuple[int | None, int]] | None,
    **particulars: Unpack[Particulars],
) -> Payment:
    """What `receive` does, for every means: also called by online payments, debits and bank lines."""
    require_transaction()
    if contact_id is not None:
        locked_contact(contact_id)
    parts = [Part(*part) for part in allocations] if allocations is not None else oldest_first(contact_id, amount)
    locked_documents(part.document_id for part in parts if part.document_id and part.share_id is None)
    done = already(method, particulars)
    if done is not None:
        return done
    if sum(part.amount for part in parts) > amount:
        raise DomainError(_("Vous répartissez plus que le montant reçu. Corrigez l'un ou l'autre."), field="amount")
    payment = written(contact_id, method, amount, on, particulars)
    record(payment, "payment.received", amount=amount, method=method.value)
    if method == Method.VOUCHER:
        vouchers.spend(payment.reference, amount)
    spread(payment, parts)
    return payment


def written(
    contact_id: int | None, method: Method, amount: int, on: date, said: Particulars, reverses_id: int | None = None
) -> Payment:
    """The row of a payment; nothing else."""
    payment = Payment(
        contact_id=contact_id, method=method, amount=amount, received_on=on, reference=said.get("reference", "").strip(),
        reference_key=said.get("reference_key"), note=said.get("note", "").strip(), form_key=said.get("form_key") or None,
        till_sale_id=said.get("till_sale_id"), ticket_id=said.get("ticket_id"), by=said.get("by", "") or current_actor().name, reverses_id=reverses_id,
    )  # fmt: skip
    db.session.add(payment)
    db.session.flush()
    return payment


def already(method: Method, said: Particulars) -> Payment | None:
    """The payment of that form or of that reference, when it is written."""
    form_key, reference_key = said.get("form_key"), said.get("reference_key")
    found = db.session.scalar(select(Payment).where(Payment.form_key == form_key)) if form_key else None
    if found is None and reference_key:
        known = (Payment.method == method, Payment.reference_key == reference_key)
        found = db.session.scalar(select(Payment).where(*known))
    return found


def oldest_first(contact_id: int | None, amount: int) -> list[Part]:
    """The parts of an amount over what a payer owes, the oldest due date first."""
    parts: list[Part] = []
    for owed in open_documents(contact_id) if contact_id is not None else []:
        part = min(amount, owed.left)
        if part <= 0:
            continue
        parts.append(Part(owed.document_id, part, owed.share_id))
        amount -= part
    return parts
