"""One document of the chain, what belongs to it, and what comes before and after it."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, false, func, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import User
from app.accounts.queries import allowed
from app.contacts.models import Contact
from app.core.db import db
from app.sales.models import DocumentLine, Instalment, SalesDocument, ThirdPartyShare
from app.sales.states import ISSUED, DocumentKind, DocumentState
from app.stock.models import StockReservation
from app.stock.states import ReservationState

D = SalesDocument
INVOICES = (DocumentKind.DEPOSIT, DocumentKind.PROGRESS, DocumentKind.INVOICE)
LOADED = (
    joinedload(D.contact).joinedload(Contact.company),
    joinedload(D.payer),
    joinedload(D.order),
    joinedload(D.origin),
    joinedload(D.quote),
    joinedload(D.ticket),
    joinedload(D.file),
    selectinload(D.lines),
    selectinload(D.instalments).joinedload(Instalment.invoice).load_only(D.number),
)
SCOPES: dict[str, ColumnElement[bool]] = {
    "all": true(),
    "client": D.issued_at.is_not(None)
    & or_(
        D.contact_id.in_(select(Contact.id).where(Contact.user_id == bindparam("me"))),
        D.payer_id.in_(select(Contact.id).where(Contact.user_id == bindparam("me"))),
    ),
    "none": false(),
}


def scope_of(user: User) -> str:
    """Which documents a person sees: the team all, a client those issued to him."""
    if user.is_client:
        return "client"
    return "all" if allowed(user, "invoice.view") else "none"


@cache
def _one(scope: str, by: str) -> Select[SalesDocument]:
    return select(D).where(getattr(D, by) == bindparam("which"), SCOPES[scope]).options(*LOADED)


def document_for(user: User, which: str | int) -> SalesDocument | None:
    """The document of that number (or id), with its lines, when this person may see it."""
    text = str(which)
    whole = text.isascii() and text.isdigit()
    if whole and len(text) > 18:
        return None
    statement = _one(scope_of(user), "id" if whole else "number")
    return db.session.scalars(statement, {"which": int(text) if whole else text, "me": user.id}).one_or_none()


def document_by_id(document_id: int) -> SalesDocument | None:
    """The document with its lines: for signed links and jobs, which carry their own right."""
    return db.session.scalars(_one("all", "id"), {"which": document_id}).one_or_none()


def document_numbered(number: str) -> SalesDocument | None:
    """The document of that number: for commands and other features, which carry their own right."""
    return db.session.scalars(_one("all", "number"), {"which": number}).one_or_none()


def third_parties_of(document_id: int) -> Sequence[ThirdPartyShare]:
    """What others pay of an invoice."""
    query = select(ThirdPartyShare).where(ThirdPartyShare.document_id == document_id)
    return db.session.scalars(query.options(joinedload(ThirdPartyShare.payer)).order_by(ThirdPartyShare.id)).all()


def credits_of(document_id: int) -> Sequence[SalesDocument]:
    """The issued credit notes of an invoice, with their lines, oldest first."""
    query = select(D).where(D.origin_id == document_id, D.kind == DocumentKind.CREDIT, D.issued_at.is_not(None))
    return db.session.scalars(query.options(selectinload(D.lines)).order_by(D.id)).all()


def _credited(document_id: int) -> int:
    query = select(func.coalesce(func.sum(D.gross), 0)).where(
        D.origin_id == document_id, D.kind == DocumentKind.CREDIT, D.issued_at.is_not(None)
    )
    return int(db.session.scalar(query) or 0)


def wholly_credited(document: SalesDocument) -> bool:
    """True when credit notes took back all of an issued invoice."""
    return document.gross > 0 and _credited(document.id) >= document.gross


def _live_invoice(*which: ColumnElement[bool]) -> SalesDocument | None:
    query = select(D).where(D.kind.in_(INVOICES), D.state != DocumentState.CANCELLED, *which).order_by(D.id.desc())
    for found in db.session.scalars(query.options(*LOADED)):
        if found.issued_at is None or not wholly_credited(found):
            return found
    return None


def invoice_of_ticket(ticket_id: int) -> SalesDocument | None:
    """The invoice of a ticket that stands: a draft, or issued and not taken back."""
    return _live_invoice(D.ticket_id == ticket_id)


def invoice_of_quote(quote_id: int) -> SalesDocument | None:
    """The invoice of a quote that stands."""
    return _live_invoice(D.quote_id == quote_id)


def order_of_quote(quote_id: int) -> SalesDocument | None:
    """The order made of a quote, unless it was cancelled."""
    query = select(D).where(D.quote_id == quote_id, D.kind == DocumentKind.ORDER, D.state != DocumentState.CANCELLED)
    return db.session.scalars(query.options(*LOADED).order_by(D.id.desc()).limit(1)).one_or_none()


def of_order(order_id: int, *kinds: DocumentKind) -> Sequence[SalesDocument]:
    """What was made of an order, cancelled drafts aside, with the lines, oldest first."""
    query = select(D).where(D.order_id == order_id, D.state != DocumentState.CANCELLED)
    if kinds:
        query = query.where(D.kind.in_(kinds))
    return db.session.scalars(query.options(selectinload(D.lines)).order_by(D.id)).all()


def returns_of(delivery_id: int) -> Sequence[SalesDocument]:
    """What came back of a delivery, with the lines."""
    query = select(D).where(D.origin_id == delivery_id, D.kind == DocumentKind.DELIVERY)
    return db.session.scalars(query.options(selectinload(D.lines)).order_by(D.id)).all()


def names_of(user: User, ids: Collection[int]) -> dict[int, tuple[str, str, str]]:
    """(kind, number, contact) by id of the documents that this person may see, in one query."""
    query = (
        select(D.id, D.kind, D.number, Contact.name)
        .join(Contact, Contact.id == D.contact_id)
        .where(D.id.in_(ids), SCOPES[scope_of(user)])
    )
    return {row[0]: (row[1].label, row[2] or "", row[3]) for row in db.session.execute(query, {"me": user.id})}


class Kept(NamedTuple):
    """Thousandths kept for a line of an order, and awaited; `parts`: of what a bundle is made of, not of the line's article."""

    held: int = 0
    waits: int = 0
    parts: bool = False


def kept_for(order_id: int) -> dict[int, Kept]:
    """What is kept for each line of an order, by line."""
    parts = StockReservation.article_id != DocumentLine.article_id
    query = (
        select(DocumentLine.id, StockReservation.state, parts, func.sum(StockReservation.quantity))
        .join(DocumentLine, DocumentLine.id == StockReservation.line_id)
        .where(
            StockReservation.about_kind == "sales_document", StockReservation.about_id == order_id,
            StockReservation.state.in_((ReservationState.HELD, ReservationState.WAITING)),
        )
        .group_by(DocumentLine.id, StockReservation.state, parts)
    )  # fmt: skip
    found: dict[int, Kept] = {}
    for line_id, state, of_parts, count in db.session.execute(query):
        known = found.get(line_id, Kept())
        held, waits = (int(count), 0) if state == ReservationState.HELD else (0, int(count))
        found[line_id] = Kept(known.held + held, known.waits + waits, known.parts or bool(of_parts))
    return found


def instalments_of(document_id: int) -> Sequence[Instalment]:
    """The payment schedule of an order or of an invoice, as it now is."""
    query = select(Instalment).where(Instalment.document_id == document_id).order_by(Instalment.position, Instalment.id)
    return db.session.scalars(query).all()


_RELATED = (
    select(D.id, D.number, D.kind, D.state, D.gross, D.due, D.issued_on, D.origin_id)
    .where(D.state != DocumentState.CANCELLED)
    .where(
        or_(
            D.id.in_(bindparam("above", expanding=True)),
            D.order_id.in_(bindparam("orders", expanding=True)),
            D.origin_id == bindparam("self"),
        ),
        D.id != bindparam("self"),
    )
    .order_by(D.id)
    .limit(100)
)


def related_to(document: SalesDocument) -> list[Any]:
    """(id, number, kind, state, gross, due, issued_on, origin_id) of the other documents of its chain, oldest first."""
    above = [found for found in (document.order_id, document.origin_id) if found]
    orders = [document.order_id or 0, document.id if document.kind == DocumentKind.ORDER else 0]
    return list(db.session.execute(_RELATED, {"above": above or [0], "orders": orders, "self": document.id}))


_PANEL = (D.id, D.number, D.kind, D.state, D.gross, D.due, D.paid, D.settled, D.due_on, D.issued_on, D.title, D.check)


_OF_TICKET = (
    select(*_PANEL)
    .where(D.ticket_id == bindparam("ticket"), D.state != DocumentState.CANCELLED)
    .order_by(D.id.desc())
    .limit(20)
)


def of_ticket(ticket_id: int) -> list[Any]:
    """The documents of a ticket as its panel shows them, the newest first."""
    return list(db.session.execute(_OF_TICKET, {"ticket": ticket_id}))


def of_contact(contact_id: int, limit: int = 8) -> list[Any]:
    """The documents of a contact as its panel shows them, the newest first."""
    query = select(*_PANEL).where(
        D.contact_id == contact_id, D.state != DocumentState.CANCELLED, D.kind.in_((*ISSUED, DocumentKind.ORDER))
    )
    return list(db.session.execute(query.order_by(D.id.desc()).limit(limit)))
