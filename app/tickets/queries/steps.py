"""The steps that a ticket's page and the client's page draw: a straight line through the states."""

from dataclasses import dataclass

from app.core.i18n import _
from app.tickets.models import Ticket
from app.tickets.queries.words import word
from app.tickets.states import Outcome, TicketKind, TicketState

T = TicketState
REPAIR = (T.RECEIVED, T.DIAGNOSING, T.QUOTED, T.REPAIRING, T.CHECKING, T.READY)
SOFTWARE = (T.OPENED, T.IN_PROGRESS, T.SOLVED, T.CLOSED)


@dataclass(frozen=True, slots=True)
class Steps:
    """Labels in order, and the rank of the present one (their number when all is done)."""

    labels: list[str]
    current: int


def steps_of(ticket: Ticket) -> Steps:
    """The line of this ticket."""
    states = SOFTWARE if ticket.kind == TicketKind.SOFTWARE else REPAIR
    labels = [word(state) for state in states]
    if ticket.kind != TicketKind.SOFTWARE:
        labels.append(_("Remise") if ticket.kind == TicketKind.REPAIR else _("Retour"))
    if ticket.state in (T.OUT, T.CLOSED):
        return Steps(labels, len(labels))
    if ticket.state == T.SHIPPING:
        return Steps(labels, len(labels) - 1)
    return Steps(labels, states.index(ticket.state))


def client_steps(ticket: Ticket) -> list[str]:
    """Plain words for the client, without workshop words."""
    if ticket.kind == TicketKind.SOFTWARE:
        return [_("Demande reçue"), _("Prise en charge"), _("Résolue")]
    last = _("Prêt à retirer") if ticket.outcome != Outcome.NOT_REPAIRABLE else _("À reprendre")
    return [_("Appareil reçu"), _("Diagnostic"), _("Votre accord sur le devis"), _("Réparation"), last]
