"""The part of a price that somebody else pays: eco bonus, town, insurance, guarantee. One mechanism for quotes, orders, invoices, tills.

It is a payment by a third party and no discount: the total and its tax stay whole, the part comes after it, its payer owes it apart.
It follows the client's agreement, copied from the quote to the order and to what bills it, never above what is left to pay there.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import joinedload

from app.contacts.models import Contact
from app.core.db import db
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.money import euros
from app.sales.models import Quote, SalesDocument, ThirdPartyShare
from app.sales.queries.documents import third_parties_of
from app.sales.states import DocumentKind, DocumentState, QuoteState

Share = ThirdPartyShare


class Third(NamedTuple):
    """So many cents with tax that a contact pays, under a mention."""

    payer_id: int
    label: str
    amount: int
    reference: str = ""


def third_of(payer: Contact, client_id: int | None, label: str, amount: int, most: int, reference: str = "") -> Third:
    """What was typed, checked: `most` is what is left to pay, in cents. Raises DomainError, with the field at fault."""
    if payer.id == client_id:
        raise DomainError(_("Ce tiers est déjà le client. Choisissez-en un autre."), field="third_label")
    if amount <= 0:
        raise DomainError(_("Saisissez le montant que paie le tiers."), field="third_amount")
    if amount > most:
        words = _("La part du tiers dépasse ce qui reste à payer, %(most)s. Baissez-la.", most=euros(max(0, most)))
        raise DomainError(words, field="third_amount")
    return Third(payer.id, " ".join(label.split())[:200] or payer.name, amount, reference.strip()[:80])


def put(thirds: Iterable[Third], **owner: Any) -> list[Share]:
    """Their rows, of one owner: `document_id`, `quote_id`, or `till_sale_id` with its `piece` and `owed_on`."""
    rows = [Share(**third._asdict(), **owner) for third in thirds]
    db.session.add_all(rows)
    db.session.flush()
    return rows


def of_quote(quote_id: int | None) -> Sequence[Share]:
    """What others pay of a quote, with their payers."""
    if quote_id is None:
        return []
    query = select(Share).where(Share.quote_id == quote_id).options(joinedload(Share.payer))
    return db.session.scalars(query.order_by(Share.id)).all()


def drop(share_id: int, quote_id: int) -> None:
    """Take one away from a quote; one that is gone already is no fault."""
    db.session.execute(delete(Share).where(Share.id == share_id, Share.quote_id == quote_id))


def drop_all(quote_id: int) -> None:
    """Forget those of a quote that is forgotten."""
    db.session.execute(delete(Share).where(Share.quote_id == quote_id))


def told(shares: Iterable[Share]) -> list[dict[str, Any]]:
    """As a paper prints them after its total: [{label, cents}]."""
    return [{"label": share.words, "cents": share.amount} for share in shares]


def thirds_of(shares: Iterable[Share]) -> list[Third]:
    """The same to be copied to another owner."""
    return [Third(share.payer_id, share.label, share.amount, share.reference) for share in shares]


def agreed_for(ticket_id: int) -> list[Third]:
    """What others pay of a repair, by the newest quote that its client accepted."""
    newest = select(Quote.id).where(Quote.ticket_id == ticket_id, Quote.state == QuoteState.ACCEPTED)
    quote_id = db.session.scalar(newest.order_by(Quote.id.desc()).limit(1))
    return thirds_of(of_quote(quote_id))


def agreed_by_ticket(ticket_ids: Collection[int]) -> dict[int, int]:
    """Cents that others pay of these repairs, by the newest quote of each that its client accepted. One query."""
    newest = (
        select(func.max(Quote.id))
        .where(Quote.ticket_id.in_(ticket_ids), Quote.state == QuoteState.ACCEPTED)
        .group_by(Quote.ticket_id)
    )
    query = (
        select(Quote.ticket_id, func.sum(Share.amount))
        .join(Quote, Quote.id == Share.quote_id)
        .where(Quote.id.in_(newest))
    )
    return {row[0] or 0: int(row[1]) for row in db.session.execute(query.group_by(Quote.ticket_id))}


def fitting(thirds: Sequence[Third], most: int) -> list[Third]:
    """These when their price bears them, else none: there is no bonus above the price of the repair (ecosystem's rules)."""
    return list(thirds) if sum(third.amount for third in thirds) <= most else []


# --- documents ----------------------------------------------------------------------------------------------------


def carry(thirds: Iterable[Third], document: SalesDocument) -> None:
    """Copy them to a draft, whose totals follow."""
    put(thirds, document_id=document.id)
    refresh(document)


def refresh(document: SalesDocument) -> None:
    """What is left to the client once others have paid their parts."""
    document.third_party = sum(share.amount for share in third_parties_of(document.id))
    document.due = document.gross - document.third_party - document.prepaid
    db.session.flush()


def left_of_order(order: SalesDocument, most: int) -> list[Third]:
    """What others pay of an order and that no invoice of it bears yet, what credit notes took back included; `most` cents of it."""
    borne = _borne(SalesDocument.order_id == order.id, SalesDocument.state != DocumentState.CANCELLED)
    found = []
    for third in _less(thirds_of(third_parties_of(order.id)), borne):
        part = min(third.amount, most)
        if part > 0:
            found.append(third._replace(amount=part))
            most -= part
    return found


def left_of_invoice(invoice: SalesDocument) -> list[Third]:
    """What others pay of an invoice, less what its credit notes gave back."""
    back = _borne(SalesDocument.origin_id == invoice.id, SalesDocument.issued_at.is_not(None))
    return _less(thirds_of(third_parties_of(invoice.id)), {key: -amount for key, amount in back.items()})


def going_back(thirds: Sequence[Third], left: int) -> list[Third]:
    """What of these parts goes back when `left` cents of the price stay: what exceeds it, the last part first. The client's own
    money goes back before."""
    over = sum(third.amount for third in thirds) - max(0, left)
    found = []
    for third in reversed(thirds):
        part = min(third.amount, over)
        if part > 0:
            found.append(third._replace(amount=part))
            over -= part
    return found


Borne = dict[tuple[int, str], int]


def _borne(*which: ColumnElement[bool]) -> Borne:
    """Cents by payer and mention on these documents; below zero on credit notes."""
    query = select(Share.payer_id, Share.label, Share.amount, SalesDocument.kind).join(
        SalesDocument, SalesDocument.id == Share.document_id
    )
    found: Borne = {}
    for payer_id, label, amount, kind in db.session.execute(query.where(*which)):
        sign = -1 if kind == DocumentKind.CREDIT else 1
        found[payer_id, label] = found.get((payer_id, label), 0) + sign * amount
    return found


def _less(thirds: Iterable[Third], borne: Borne) -> list[Third]:
    found = []
    for third in thirds:
        key = (third.payer_id, third.label)
        there = min(borne.get(key, 0), third.amount)
        borne[key] = borne.get(key, 0) - there
        if third.amount > there:
            found.append(third._replace(amount=third.amount - there))
    return found
