"""What a client reads and pays: his invoices and credit notes, those of a ticket or of a quote; how far his order is."""

from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select

from app.accounts.models import User
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.i18n import _
from app.core.money import euros
from app.documents.models import StoredFile
from app.members.queries import wards_of
from app.sales.models import Quote, SalesDocument
from app.sales.queries.parts import next_left, next_on, overdue
from app.sales.queries.withdrawal import held_documents
from app.sales.states import ISSUED, DocumentKind, DocumentState

D = SalesDocument
COLUMNS: tuple[Any, ...] = (
    D.id, D.number, D.kind, D.title, D.issued_on, next_on(), D.due, D.paid, D.settled, D.file_id, next_left(),
)  # fmt: skip
MOST = 100


class Bill(NamedTuple):
    """An issued invoice or credit note, in cents. `due_on`: the next date of its schedule; `next`: what is left to pay that day;
    `overdue`: what is left of the days before today; `held`: the first day on which the law lets us take its money, when it is to come."""

    id: int
    number: str
    kind: DocumentKind
    title: str
    issued_on: date
    due_on: date | None
    due: int
    paid: int
    settled: bool
    file_id: int | None
    next: int
    overdue: int
    held: date | None = None

    @property
    def credit(self) -> bool:
        """True for a credit note: nothing is to be paid."""
        return self.kind == DocumentKind.CREDIT

    @property
    def left(self) -> int:
        """Cents still to pay."""
        return 0 if self.credit or self.settled else max(0, self.due - self.paid)

    @property
    def asked(self) -> int:
        """Cents to pay now: what is late, else what the next date asks for."""
        return min(self.left, max(self.overdue, self.next))

    @property
    def late(self) -> bool:
        """True past its due date."""
        return self.left > 0 and self.due_on is not None and self.due_on < clock.today()


def _bills(*which: ColumnElement[bool]) -> list[Bill]:
    query = (
        select(*COLUMNS, overdue(clock.today()))
        .where(D.issued_at.is_not(None), D.kind.in_(ISSUED), *which)
        .order_by(D.id.desc())
    )
    found = [Bill(*tuple[Any, ...](row)) for row in db.session.execute(query.limit(MOST))]
    held = held_documents([bill.id for bill in found if bill.left])
    return [bill._replace(held=held.get(bill.id)) for bill in found]


def _paid_by(contact_id: int) -> ColumnElement[bool]:
    return func.coalesce(D.payer_id, D.contact_id) == contact_id


def bills_of_quote(quote: Quote) -> list[Bill]:
    """Those of a quote that its own client pays, the newest first."""
    return _bills(D.quote_id == quote.id, _paid_by(quote.contact_id))


def bills_of_ticket(ticket_id: int, contact_id: int | None) -> list[Bill]:
    """Those of a ticket that its own client pays, the newest first."""
    return _bills(D.ticket_id == ticket_id, _paid_by(contact_id)) if contact_id else []


def my_bills(user: User) -> list[Bill]:
    """Those that this client pays, and those of his children that nobody else pays, the newest first."""
    mine = select(Contact.id).where(Contact.user_id == user.id)
    children = [row.id for row in wards_of(user)]
    payer = func.coalesce(D.payer_id, D.contact_id)
    return _bills(or_(payer.in_(mine), payer.in_(children)))


def file_of(bill: Bill) -> StoredFile | None:
    """The PDF that was checked; None while it is being made."""
    return db.session.get(StoredFile, bill.file_id) if bill.file_id else None


class Order(NamedTuple):
    """An order as its client follows it: number, steps (title, detail), the rank of the present one."""

    number: str
    steps: list[tuple[str, str]]
    current: int


def order_of(quote: Quote, bills: list[Bill]) -> Order | None:
    """How far the order made of a quote is; None while there is none."""
    query = select(D.number, D.state, D.gross).where(
        D.quote_id == quote.id, D.kind == DocumentKind.ORDER, D.state != DocumentState.CANCELLED, D.number.is_not(None)
    )
    order = db.session.execute(query.order_by(D.id.desc()).limit(1)).one_or_none()
    if order is None:
        return None
    delivered = order.state in (DocumentState.DELIVERED, DocumentState.DONE)
    deposits = [bill for bill in bills if bill.kind == DocumentKind.DEPOSIT]
    rest = [bill for bill in bills if bill.kind in (DocumentKind.INVOICE, DocumentKind.PROGRESS)]
    found = [
        (_("Devis accepté"), clock.long_date(clock.local(quote.answered_at).date()) if quote.answered_at else "", True)
    ]
    if deposits:
        paid = all(bill.left == 0 for bill in deposits)
        words = _("réglé, merci") if paid else _("à régler : %(left)s", left=euros(sum(bill.left for bill in deposits)))
        found.append((_("Acompte"), words, paid))
    found.append((_("Livraison"), _("faite") if delivered else _("en préparation"), delivered))
    settled = bool(rest) and all(bill.left == 0 for bill in rest) and delivered
    left = sum(bill.left for bill in rest)
    found.append(
        (
            _("Solde"),
            _("réglé, merci") if settled else _("à régler : %(left)s", left=euros(left)) if left else "",
            settled,
        )
    )
    current = next((rank for rank, (_title, _detail, done) in enumerate(found) if not done), len(found))
    return Order(order.number, [(title, detail) for title, detail, _done in found], current)
