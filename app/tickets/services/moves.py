"""Moves of a ticket: the one way its state changes, with what each arrival asks for."""

from dataclasses import dataclass
from typing import Any

from app.assets.services import change_asset
from app.assets.states import AssetState
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.subject import subject_of
from app.planning import services as planning
from app.questionnaires.states import Use
from app.tickets.models import Ticket
from app.tickets.queries.checks import missing_points, missing_reports
from app.tickets.services.notices import tell_ready, tell_shipped
from app.tickets.services.parts import settle_parts
from app.tickets.services.work import touch
from app.tickets.states import MACHINES, Outcome, TicketKind, TicketState, Waiting

NEEDS_CHECK = (Outcome.REPAIRED,)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What comes with a move: the outcome for « prêt », who took the thing for « sorti », a reason for the history."""

    outcome: Outcome | None = None
    reason: str = ""
    signed_name: str = ""
    signature_file_id: int | None = None


def move(ticket: Ticket, to: TicketState, arrival: Arrival | None = None) -> None:
    """Bring a ticket to a state, by hand. Raises IllegalMove, or DomainError with what is still missing."""
    arrival = arrival or Arrival()
    if to == TicketState.QUOTED:
        raise DomainError(_("Envoyez le devis depuis le dossier : il passera de lui-même à « Devis à accepter »."))
    if to == TicketState.READY:
        _prepare_ready(ticket, arrival)
    if to in (TicketState.OUT, TicketState.CLOSED):
        _prepare_out(ticket, arrival)
    _apply(ticket, to, reason=arrival.reason)
    if to == TicketState.READY:
        tell_ready(ticket)
    if to == TicketState.SHIPPING:
        tell_shipped(ticket)


def move_by_itself(ticket: Ticket, to: TicketState, reason: str, outcome: Outcome | None = None) -> None:
    """A move caused by an event (a quote sent, accepted, refused, expired), without what a hand must give."""
    if outcome is not None:
        ticket.outcome = outcome
    _apply(ticket, to, reason=reason)
    if to == TicketState.READY:
        tell_ready(ticket)


def _apply(ticket: Ticket, to: TicketState, **facts: Any) -> None:
    MACHINES[ticket.kind].move(ticket, to, **{key: value for key, value in facts.items() if value})
    ticket.state_since = clock.now()
    ticket.waiting, ticket.waiting_note = Waiting.NONE, ""
    if to == TicketState.READY:
        ticket.ready_at = clock.now()
        settle_parts(ticket)
    elif to not in (TicketState.SHIPPING, TicketState.OUT, TicketState.CLOSED):
        ticket.ready_at, ticket.outcome = None, None
    if to in (TicketState.OUT, TicketState.CLOSED):
        ticket.out_at = clock.now()
        _release(ticket)
    touch(ticket)
    db.session.flush()


def _prepare_ready(ticket: Ticket, arrival: Arrival) -> None:
    if ticket.state == TicketState.SHIPPING:
        return
    if arrival.outcome is None:
        raise DomainError(_("Dites l'issue : réparé, sans panne, non réparable…"), field="outcome")
    if arrival.outcome == Outcome.RETIRED and ticket.kind != TicketKind.FLEET:
        raise DomainError(_("Seul un matériel de l'organisation se retire du parc."), field="outcome")
    if arrival.outcome in NEEDS_CHECK:
        missing = missing_points(ticket, Use.CHECK_OUT)
        if missing:
            raise DomainError(
                _("Avant « prêt », remplissez au contrôle de sortie : %(points)s.", points=", ".join(missing)),
                field="check_out",
            )
        reports = missing_reports(ticket)
        if reports:
            raise DomainError(
                _(
                    "Avant « prêt », remplissez ce que demandent les prestations : %(points)s.",
                    points=", ".join(reports),
                ),
                field="check_out",
            )
    ticket.outcome = arrival.outcome


def _prepare_out(ticket: Ticket, arrival: Arrival) -> None:
    loans = planning.out_for(subject_of(ticket))
    if loans:
        raise DomainError(
            _("Reprenez d'abord l'appareil prêté : %(label)s.", label=", ".join(loan.label for loan in loans))
        )
    ticket.exit_signed_name = arrival.signed_name.strip()[:120]
    ticket.exit_signature_file_id = arrival.signature_file_id


def _release(ticket: Ticket) -> None:
    """Our own thing is back in the fleet, or retired."""
    if ticket.kind != TicketKind.FLEET or ticket.asset is None:
        return
    if ticket.outcome == Outcome.RETIRED:
        change_asset(ticket.asset, state=AssetState.OUT_OF_USE)
        planning.withdraw(ticket.asset)
    planning.end_maintenance(subject_of(ticket))


def record_shipping(ticket: Ticket, *, carrier: str, tracking: str, return_tracking: str, ship_to: str) -> None:
    """Write with whom and under which number the thing travels."""
    if not carrier.strip():
        raise DomainError(_("Saisissez le transporteur."), field="carrier")
    ticket.carrier, ticket.tracking = carrier.strip()[:80], tracking.strip()[:80]
    ticket.return_tracking, ticket.ship_to = return_tracking.strip()[:80], ship_to.strip()[:500]
    record(ticket, "ticket.shipping", carrier=ticket.carrier, tracking=ticket.tracking)
    touch(ticket)
