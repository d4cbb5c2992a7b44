"""Money paid at the intake of a repair: a payment on account of its client, kept for that ticket alone (A8, C6).

It credits 4191 « avances reçues » (french-rules §4: « 4191 deposits received ») against cash or bank the day it comes; it leaves
4191 for the client's invoice (411) when that is issued, or for the sale when a till deducts it. It is no sale yet: the till,
which records and chains sales (french-rules §3: CGI 286 I 3° bis), knows nothing of it until its own ticket bears « Versé au
dépôt ». So cash of the intake is like cash of « Encaisser »: kept beside the till's drawer, never counted in it, and entered
once. Its VAT is due as soon as the work and its price are agreed upon: until then neither base nor rate are known (CJUE C-419/02,
BUPA); from the accepted quote on, it is that of a deposit on a service (CGI art. 269, 2 c): see `ledger.services.advances`.
`Ticket.paid_at_intake` is always the sum of the ticket's payments: what was brought less what went back.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import TypeVar, Unpack

from sqlalchemy import select

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import euros
from app.payments.models import Payment
from app.payments.queries import INVOICES, left_of_intake, movements_of
from app.payments.services.money_in import Particulars, already, receive, written
from app.payments.services.money_out import check_way_back, reverse
from app.payments.services.parts import Part, locked_contact, locked_intake, spread, tell_ticket, unallocated, write
from app.payments.states import Method, PaymentState
from app.sales.models import SalesDocument
from app.sales.services.facturx.shape import already as already_told
from app.sales.states import DocumentState
from app.tickets.models import Ticket
from app.tickets.services import locked as locked_ticket

Row = TypeVar("Row")

#: What the desk may say of it, as tickets write it.
MEANS = {"carte": Method.CARD, "espèces": Method.CASH, "chèque": Method.CHEQUE, "virement": Method.TRANSFER}


def keep_paid_in(ticket: Ticket) -> None:
    """Told of a ticket whose `paid_at_intake` (cents) or `paid_by` was written: its payment follows, a wrong one is reversed.

    Raises DomainError without a client, with an archived one or without the means; Conflict once some of it was used.
    """
    require_transaction()
    wanted, method = ticket.paid_at_intake or 0, MEANS.get(ticket.paid_by)
    rows = locked_intake(ticket.id)
    live = [row for row in rows if row.amount > 0 and row.state == PaymentState.RECEIVED]
    if sum(row.amount for row in rows) == wanted and (not wanted or all(row.method == method for row in live)):
        return
    contact_id = _payer(ticket)
    if wanted and method is None:
        words = _(
            "Dites comment le client a versé %(amount)s : carte, espèces, chèque ou virement.", amount=euros(wanted)
        )
        raise DomainError(words, field="paid_by")
    _take_back(ticket, rows, live)
    if wanted and method is not None:
        receive(
            contact_id, method, wanted, clock.today(), ticket_id=ticket.id,
            note=_("Versé au dépôt de %(number)s", number=ticket.number),
        )  # fmt: skip
    tell_ticket(ticket.id)
    for document in _open_invoices(ticket.id):
        settle_from_intake(document)


def _payer(ticket: Ticket) -> int:
    contact = db.session.get(Contact, ticket.contact_id) if ticket.contact_id else None
    if contact is None:
        words = _("Ce dossier n'a pas de client : un versement doit avoir un payeur. Videz « Versé au dépôt ».")
        raise DomainError(words, field="paid_at_intake")
    if contact.archived_at is not None:
        words = _(
            "%(name)s est dans les archives. Remettez sa fiche en service, puis notez le versement.", name=contact.name
        )
        raise DomainError(words, field="paid_at_intake")
    return contact.id


def _take_back(ticket: Ticket, rows: Sequence[Payment], live: Sequence[Payment]) -> None:
    """Undo what was noted, while none of it was used, given back or handed to the bank."""
    before = sum(row.amount for row in live)
    if sum(row.amount for row in rows) != before or left_of_intake(ticket.id) != before:
        words = _("Ce versement est déjà utilisé ou rendu : il ne se corrige plus. Passez par « Règlements ».")
        raise Conflict(words, field="paid_at_intake")
    if any(row.remittance_id for row in live):
        words = _("Ce versement est déjà remis en banque : il ne se corrige plus ici. Passez par « Règlements ».")
        raise Conflict(words, field="paid_at_intake")
    for row in live:
        reverse(row, _("Versement au dépôt corrigé"), wrong=True)


def _open_invoices(ticket_id: int) -> Sequence[SalesDocument]:
    query = select(SalesDocument).where(
        SalesDocument.ticket_id == ticket_id, SalesDocument.kind.in_(INVOICES), SalesDocument.state == DocumentState.ISSUED,
        SalesDocument.settled.is_(False),
    )  # fmt: skip
    return db.session.scalars(query.order_by(SalesDocument.id)).all()


def settle_from_intake(document: SalesDocument) -> None:
    """An invoice made of a repair settles itself with what was paid at the intake, never beyond itself."""
    if document.ticket_id is None or document.kind not in INVOICES or document.left <= 0:
        return
    for payment, part in _shares(document.ticket_id, document.left):
        spread(payment, [Part(document.id, part)])


def paid_before(document: SalesDocument) -> list[dict[str, object]]:
    """What of an invoice about to be issued was paid at the intake of its repair, as it prints: [{label, cents, on}]."""
    if document.ticket_id is None:
        return []
    rows = [
        (row, row.amount - int(row.spent))
        for row in movements_of(document.ticket_id)
        if row.amount > 0 and row.state == PaymentState.RECEIVED
    ]
    return [
        {
            "label": _("Déjà réglé : %(means)s, %(day)s", means=row.method.label.lower(), day=clock.table_date(row.received_on)),
            "cents": part, "on": row.received_on.isoformat(),
        }
        for row, part in _spread(rows, min(document.due, left_of_intake(document.ticket_id)))
    ]  # fmt: skip


def settle_at_issue(document: SalesDocument) -> None:
    """Told of each issued document: what it says to be paid already settles it. Raises Conflict when somebody used it meanwhile."""
    if document.ticket_id is None:
        return
    before = document.paid
    settle_from_intake(document)
    if document.paid - before != already_told(document.content):
        raise Conflict(_("Ce qui a été versé au dépôt vient de changer. Relisez la facture, puis émettez-la."))


def spend_at_till(ticket_id: int, amount: int, till_sale_id: int) -> None:
    """A till's ticket deducts so many cents of it. Raises Conflict when there is not so much left."""
    require_transaction()
    left = amount
    for payment, part in _shares(ticket_id, amount):
        write(payment, part, till_sale_id=till_sale_id)
        left -= part
    if left:
        raise Conflict(
            _("Il ne reste que %(there)s de ce qui a été versé au dépôt. Retirez le dossier du ticket, puis reprenez-le.",
              there=euros(amount - left))
        )  # fmt: skip


def _shares(ticket_id: int, amount: int) -> Iterator[tuple[Payment, int]]:
    """The payments of a ticket, locked, with what each gives to make that amount up, the oldest first."""
    rows = [row for row in locked_intake(ticket_id) if row.amount > 0 and row.state == PaymentState.RECEIVED]
    yield from _spread([(row, unallocated(row)) for row in rows], min(amount, left_of_intake(ticket_id)))


def _spread(rows: Iterable[tuple[Row, int]], amount: int) -> Iterator[tuple[Row, int]]:
    """What each row gives, of what is free of it, to make an amount up, the first first."""
    for row, free in rows:
        part = min(amount, free)
        if part > 0:
            yield row, part
            amount -= part


def give_back(ticket: Ticket, method: Method, amount: int, on: date, **particulars: Unpack[Particulars]) -> Payment:
    """Give back money paid at the intake: a device that leaves without repair. `amount` above zero, in cents.

    Once per `form_key`. Raises Conflict when there is not so much left.
    """
    require_transaction()
    check_way_back(method)
    fresh = locked_ticket(ticket)
    rows = locked_intake(fresh.id)
    done = already(method, particulars)
    if done is not None:
        return done
    most = left_of_intake(fresh.id)
    if not 0 < amount <= most:
        raise Conflict(
            _("On peut rendre %(most)s au plus. Corrigez le montant.", most=euros(max(0, most))), field="amount"
        )
    payer_id = next((row.contact_id for row in rows if row.contact_id), fresh.contact_id)
    if payer_id is not None:
        locked_contact(payer_id)
    particulars["ticket_id"] = fresh.id
    payment = written(payer_id, method, -amount, on, particulars)
    for subject in (payment, fresh):
        record(subject, "payment.refunded", amount=amount, method=method.value)
    tell_ticket(fresh.id)
    return payment
