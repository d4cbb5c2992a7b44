"""« Où en est ma réparation »: the steps in plain words, with their dates."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.history import HistoryEntry
from app.core.i18n import _, _l, _n
from app.sales.models import Quote
from app.tickets.models import Ticket
from app.tickets.queries.steps import client_steps
from app.tickets.states import Outcome, TicketKind, TicketState, Waiting

T = TicketState
RECEIVED, DIAGNOSIS, AGREEMENT, REPAIR, READY = range(5)
POSITION = {
    T.RECEIVED: DIAGNOSIS, T.DIAGNOSING: DIAGNOSIS, T.QUOTED: AGREEMENT, T.REPAIRING: REPAIR, T.CHECKING: REPAIR,
    T.READY: READY, T.SHIPPING: READY, T.OUT: READY + 1, T.OPENED: 1, T.IN_PROGRESS: 1, T.SOLVED: 3, T.CLOSED: 3,
}  # fmt: skip
#: What the client reads at the present step; the time of a repair, when it is known, says more.
NOW = {
    T.RECEIVED: _l("votre appareil attend son tour"),
    T.DIAGNOSING: _l("nous cherchons la panne"),
    T.QUOTED: _l("nous attendons votre réponse"),
    T.REPAIRING: _l("réparation en cours"),
    T.CHECKING: _l("derniers contrôles"),
    T.READY: _l("nous vous attendons"),
    T.SHIPPING: _l("votre colis est en route"),
    T.OPENED: _l("votre demande attend son tour"),
    T.IN_PROGRESS: _l("nous y travaillons"),
    T.SOLVED: _l("c'est résolu"),
}
UNREPAIRED = (Outcome.NO_FAULT, Outcome.NOT_REPAIRABLE, Outcome.QUOTE_REFUSED, Outcome.ABANDONED)
WAITING_WORDS = {
    Waiting.PART: "nous attendons une pièce",
    Waiting.LABOUR: "en attente d'un réparateur",
    Waiting.CLIENT: "nous attendons votre réponse",
    Waiting.MAKER: "nous attendons le fabricant",
}


class Journey(NamedTuple):
    """(title, detail) of each step, the rank of the present one (their number when all is done), and its icon."""

    steps: list[tuple[str, str]]
    current: int
    icon: str


def journey_of(ticket: Ticket, quote: Quote | None) -> Journey:
    """The steps of a ticket; `quote` is the newest that the client was sent."""
    labels, position = _labels(ticket), POSITION[ticket.state]
    reached = _reached(ticket.id)
    software = ticket.kind == TicketKind.SOFTWARE
    skipped = set() if software else _skipped(ticket, quote, position)
    steps, current = [], 0
    for rank, label in enumerate(labels):
        if rank in skipped:
            continue
        if rank < position:
            moment = ticket.received_at if rank == 0 else _first_beyond(reached, rank)
            steps.append((label, _when(moment)))
            current += 1
        else:
            steps.append((label, _now(ticket) if rank == position else _later(ticket, rank)))
    return Journey(steps, current, _icon(ticket))


def _labels(ticket: Ticket) -> list[str]:
    """The words of the steps, those that the answer or the way home changed included."""
    labels = client_steps(ticket)
    if ticket.kind == TicketKind.SOFTWARE:
        return labels
    if ticket.outcome == Outcome.QUOTE_REFUSED:
        labels[AGREEMENT], labels[READY] = _("Devis refusé"), _("À reprendre")
    if ticket.state == T.SHIPPING or ticket.carrier:
        labels[READY] = _("Expédié")
    return labels


def _reached(ticket_id: int) -> dict[str, datetime]:
    """When each state was last reached."""
    query = (
        select(HistoryEntry.facts, HistoryEntry.at)
        .where(
            HistoryEntry.subject_kind == "ticket",
            HistoryEntry.subject_id == ticket_id,
            HistoryEntry.verb == "ticket.moved",
        )
        .order_by(HistoryEntry.id)
    )
    return {str(facts["to"]): at for facts, at in db.session.execute(query)}


def _skipped(ticket: Ticket, quote: Quote | None, position: int) -> set[int]:
    found = {AGREEMENT} if quote is None and position > AGREEMENT else set()
    return found | {REPAIR} if ticket.outcome in UNREPAIRED else found


def _first_beyond(reached: dict[str, datetime], rank: int) -> datetime | None:
    """When the ticket came to the nearest state beyond a step: the step was done then."""
    beyond = sorted((state for state in TicketState if POSITION[state] > rank), key=POSITION.__getitem__)
    return next((reached[state.value] for state in beyond if state.value in reached), None)


def _when(moment: datetime | None) -> str:
    return f"{clock.long_date(clock.local(moment).date())}, {clock.hour(moment)}" if moment else ""


def _now(ticket: Ticket) -> str:
    if ticket.waiting != Waiting.NONE:
        return _(WAITING_WORDS[ticket.waiting])
    if ticket.state == T.REPAIRING and (time := _repair_time(ticket)):
        return time
    return str(NOW.get(ticket.state, ""))


def _later(ticket: Ticket, rank: int) -> str:
    if ticket.kind == TicketKind.SOFTWARE:
        return ""
    if rank == REPAIR:
        return _repair_time(ticket)
    if rank == READY and ticket.promised_on is not None and not ticket.late:
        return _("prévu %(day)s", day=clock.long_date(ticket.promised_on))
    return ""


def _repair_time(ticket: Ticket) -> str:
    """« environ 45 minutes de travail », « environ 2 h 30 de travail »."""
    hours, minutes = divmod(ticket.estimated_minutes or 0, 60)
    if hours:
        words = f"{hours} h {minutes:02}" if minutes else f"{hours} h"
        return _("environ %(hours)s de travail", hours=words)
    return _n("environ %(num)s minute de travail", "environ %(num)s minutes de travail", minutes) if minutes else ""


def _icon(ticket: Ticket) -> str:
    return "hourglass" if ticket.waiting != Waiting.NONE else ticket.state.icon
