"""Stocked parts of a ticket: reserved with their line, taken when the work is done, awaited when there is none."""

from collections.abc import Sequence

from sqlalchemy import select

from app.catalog.models import Article
from app.contacts.queries import consents_of
from app.contacts.states import Purpose
from app.core import clock
from app.core.db import db
from app.core.history import record
from app.core.i18n import _
from app.core.subject import subject_of
from app.messaging.services import add_task
from app.stock import services as stock
from app.stock.models import StockLot, StockReservation
from app.stock.queries import awaited_of
from app.tickets.models import Ticket, TicketLine
from app.tickets.services.locking import locked
from app.tickets.services.notices import tell_parts_arrived
from app.tickets.services.work import set_waiting, touch
from app.tickets.states import Outcome, Waiting


def reserve_part(ticket: Ticket, line: TicketLine, place_id: int | None = None) -> None:
    """Keep the part of a line, where the line is of an article in stock; of that place first. Raises DomainError without the client's consent to
    a used or refurbished part (D8)."""
    if line.id is None or (line.article_id is None and not _was_stocked(line)):
        return
    found = stock.reserve_line(subject_of(ticket), line.id, line.article_id, line.quantity, line.lot_id, place_id)
    lots = {row.lot_id for row in found if row.article_id == line.article_id}
    lot = db.session.get(StockLot, lots.pop()) if len(lots) == 1 and None not in lots else None
    if lot is not None:
        line.lot_id, line.origin = lot.id, lot.origin.value
    elif line.article_id is not None and not line.origin:
        line.origin = db.session.get_one(Article, line.article_id).origin.value


def _was_stocked(line: TicketLine) -> bool:
    kept = select(StockReservation.id).where(
        StockReservation.line_id == line.id, StockReservation.about_kind == Ticket.__kind__
    )
    return db.session.scalar(kept.limit(1)) is not None


def give_back_part(line: TicketLine) -> None:
    """The line is going: what it reserved is free again, what it took is back on its shelf."""
    if line.article_id is not None:
        stock.release_line(Ticket.__kind__, line.id)


def settle_parts(ticket: Ticket) -> None:
    """The work is over: the parts of a repair leave the stock, those of any other outcome are given back.

    Raises DomainError naming the part that has not come.
    """
    wanted = (TicketLine.ticket_id == ticket.id, TicketLine.article_id.is_not(None))
    lines = db.session.scalars(select(TicketLine).where(*wanted).order_by(TicketLine.position, TicketLine.id)).all()
    if not lines:
        return
    if ticket.outcome != Outcome.REPAIRED:
        stock.release_about(subject_of(ticket))
        return
    for line in lines:  # those that an earlier outcome gave back are wanted again
        reserve_part(ticket, line)
    stock.take_about(subject_of(ticket))


def used_parts_allowed(ticket_id: int) -> bool:
    """Whether the client of a ticket consented to used or refurbished parts; our own things need nobody's consent."""
    contact_id = db.session.scalar(select(Ticket.contact_id).where(Ticket.id == ticket_id))
    if contact_id is None:
        return True
    consent = consents_of(contact_id).get(Purpose.USED_PARTS)
    return consent is not None and consent.given


def parts_arrived(ticket_id: int, rows: Sequence[StockReservation]) -> None:
    """Parts that a ticket waited for are held for it. When all are: the work may go on, somebody is told, the client too (D11)."""
    ticket = locked(db.session.get_one(Ticket, ticket_id))
    ids = {row.article_id for row in rows}
    labels = ", ".join(db.session.scalars(select(Article.label).where(Article.id.in_(ids)).order_by(Article.label)))
    record(ticket, "ticket.parts_arrived", parts=labels)
    touch(ticket)
    if awaited_of(subject_of(ticket)) or ticket.finished:
        return
    waited = ticket.waiting == Waiting.PART
    if waited:
        set_waiting(ticket, Waiting.NONE)
    add_task(
        _("Pièces arrivées : reprendre %(number)s", number=ticket.number),
        about=subject_of(ticket),
        contact_id=ticket.contact_id,
        assignee_id=ticket.assignee_id,
        due_on=clock.today(),
        notes=labels,
    )
    if waited:
        tell_parts_arrived(ticket)
