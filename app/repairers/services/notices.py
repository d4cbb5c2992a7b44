"""What a repairer is told: a repair is proposed, taken back, waits for his answer, its quote is answered."""

from app.core import clock
from app.core.i18n import _
from app.core.money import euros
from app.core.subject import subject_of
from app.core.urls import site
from app.messaging.services import tell
from app.repairers.models import Repairer, RepairJob
from app.tickets.models import Ticket

SPACE = "/mes-reparations"


def facts_of(job: RepairJob, ticket: Ticket) -> dict[str, str]:
    """What every message about a repair may say."""
    return {
        "dossier": ticket.number,
        "materiel": ticket.title,
        "panne": " ".join(ticket.fault.split())[:200],
        "fin": clock.long_date(job.expected_on) if job.expected_on else _("à convenir"),
        "lien": site(SPACE),
    }


def _tell(who: Repairer, code: str, job: RepairJob, ticket: Ticket, **more: str) -> None:
    tell(who.contact, code, about=subject_of(ticket), facts={**facts_of(job, ticket), **more})


def tell_proposed(who: Repairer, job: RepairJob, ticket: Ticket) -> None:
    """He is asked whether he takes it."""
    _tell(who, "repair.proposed", job, ticket)


def tell_withdrawn(who: Repairer, job: RepairJob, ticket: Ticket) -> None:
    """It is his no more."""
    _tell(who, "repair.withdrawn", job, ticket)


def tell_reminder(who: Repairer, job: RepairJob, ticket: Ticket) -> None:
    """He has not answered."""
    _tell(who, "repair.reminder", job, ticket)


def tell_quote_answered(who: Repairer, job: RepairJob, ticket: Ticket) -> None:
    """His quote is accepted or refused."""
    answer = job.quote_state.label if job.quote_state else ""
    _tell(who, "repair.quote_answered", job, ticket, reponse=answer, montant=euros(job.quote or 0))
