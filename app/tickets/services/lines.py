"""Parts and labour of a ticket: free lines, or articles of the catalogue whose stock is reserved with the line."""

from dataclasses import dataclass

from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.tickets.models import Ticket, TicketLine
from app.tickets.services.parts import give_back_part, reserve_part
from app.tickets.services.work import touch
from app.tickets.states import LineKind

MAX_LINES = 200


@dataclass(frozen=True, slots=True)
class LineInput:
    """What was typed: quantity in thousandths, unit price in cents without tax, rate in basis points; `place_id` and `lot_id`,
    where its part is taken, when that was chosen."""

    kind: LineKind
    label: str
    quantity: int
    unit_price: int
    vat_rate: int
    reference: str = ""
    unit: str = ""
    origin: str = ""
    article_id: int | None = None
    lot_id: int | None = None
    place_id: int | None = None


def _check(line: LineInput) -> None:
    if not line.label.strip():
        raise DomainError(_("Saisissez la désignation de la ligne."), field="label")
    if line.quantity == 0:
        raise DomainError(_("La quantité est nulle. Supprimez plutôt la ligne."), field="quantity")
    if abs(line.quantity) > 1_000_000_000:
        raise DomainError(_("Cette quantité est trop grande. Vérifiez la virgule."), field="quantity")


def _fill(row: TicketLine, line: LineInput) -> None:
    row.kind, row.label, row.reference = line.kind, line.label.strip()[:500], line.reference.strip()[:80]
    row.quantity, row.unit_price, row.vat_rate = line.quantity, line.unit_price, line.vat_rate
    row.unit = line.unit.strip()[:20] or ("heure" if line.kind == LineKind.LABOUR else "pièce")
    row.origin = line.origin[:40]
    if row.article_id != line.article_id or line.lot_id is not None or line.place_id is not None:
        row.lot_id = line.lot_id
    row.article_id = line.article_id


def add_line(ticket: Ticket, line: LineInput) -> TicketLine:
    """Add a line at the end. Raises DomainError."""
    require_transaction()
    _check(line)
    if len(ticket.lines) >= MAX_LINES:
        raise DomainError(_("Un dossier tient 200 lignes au plus. Regroupez-en quelques-unes."))
    row = TicketLine(ticket_id=ticket.id, position=max((other.position for other in ticket.lines), default=0) + 1)
    _fill(row, line)
    ticket.lines.append(row)
    db.session.flush()
    if row.article_id is not None:
        reserve_part(ticket, row, line.place_id)
    record(ticket, "ticket.line_added", label=row.label)
    touch(ticket)
    return row


def change_line(ticket: Ticket, line_id: int, line: LineInput) -> TicketLine:
    """Change a line of this ticket. Raises DomainError."""
    _check(line)
    row = _line(ticket, line_id)
    _fill(row, line)
    reserve_part(ticket, row, line.place_id)
    record(ticket, "ticket.line_changed", label=row.label)
    touch(ticket)
    return row


def remove_line(ticket: Ticket, line_id: int) -> None:
    """Take a line away. Raises DomainError when a colleague already did."""
    row = _line(ticket, line_id)
    give_back_part(row)
    ticket.lines.remove(row)
    record(ticket, "ticket.line_removed", label=row.label)
    touch(ticket)


def _line(ticket: Ticket, line_id: int) -> TicketLine:
    for row in ticket.lines:
        if row.id == line_id:
            return row
    raise DomainError(_("Cette ligne n'est plus là : un collègue l'a peut-être supprimée. Relisez le dossier."))
