"""What a repairer answers: yes, no, how much, later than said."""

from datetime import date

from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import euros
from app.core.subject import subject_of
from app.messaging.services import add_task
from app.repairers.models import RepairJob
from app.repairers.queries.profiles import repairer_by_id
from app.repairers.services.notices import tell_quote_answered
from app.repairers.services.sharing import entrust, free, suggest
from app.repairers.states import HELD, JOBS, NOT_BEGUN, WORKING, JobState, QuoteState
from app.tickets import services as tickets
from app.tickets.models import Ticket
from app.tickets.states import TicketKind


def accept(job: RepairJob, ticket: Ticket, day: date | None = None) -> None:
    """He takes it, for the day expected or the one he gives; our own thing is off the planning until then, and
    whoever it displaces is told. Raises DomainError, Conflict when it is not his to accept or somebody has the thing by then."""
    if job.state != JobState.PROPOSED:
        raise Conflict(_("Cette réparation ne vous est plus proposée. Rechargez la page."))
    day = day or max(job.expected_on or clock.today(), clock.today())
    if day < clock.today():
        raise DomainError(_("Cette date est passée. Choisissez-en une autre."), field="day")
    JOBS.move(job, JobState.ACCEPTED)
    job.answered_at, job.agreed_on, job.expected_on = clock.now(), day, day
    record(ticket, "repair.accepted", who=_name(job), day=clock.long_date(day))
    if ticket.kind == TicketKind.FLEET:
        tickets.change_details(ticket, promised_on=day)
        tickets.follow_promise(ticket)
    db.session.flush()


def _name(job: RepairJob) -> str:
    holder = repairer_by_id(job.repairer_id)
    return holder.contact.name if holder else ""


def refuse(job: RepairJob, ticket: Ticket, reason: str, *, silent: bool = False) -> bool:
    """He does not take it (or did not answer: `silent`): it goes to the next one, else the desk has a task.

    True when somebody else was asked. Raises DomainError without a reason, or once the work has begun.
    """
    if not reason.strip():
        raise DomainError(_("Dites pourquoi vous refusez : l'accueil saura quoi faire."), field="reason")
    if job.state not in HELD:
        raise Conflict(_("Cette réparation ne vous est plus proposée. Rechargez la page."))
    if job.state == JobState.ACCEPTED and ticket.state not in NOT_BEGUN:
        raise DomainError(_("Le travail est commencé : annoncez plutôt un retard, ou appelez l'accueil."))
    who = _name(job)
    job.refused = [*job.refused, {"repairer_id": job.repairer_id, "name": who, "reason": reason.strip()[:300]}]
    record(ticket, "repair.unanswered" if silent else "repair.refused", who=who, reason=reason.strip()[:300])
    free(job, ticket)
    return _to_next(job, ticket, who)


def _to_next(job: RepairJob, ticket: Ticket, who: str) -> bool:
    suggest(job, ticket)
    if job.suggested_id is not None:
        entrust(job, ticket, job.suggested_id, by_itself=True)
        return True
    add_task(
        _(
            "Réparation %(number)s : %(who)s ne la prend pas, choisissez à qui la confier.",
            number=ticket.number,
            who=who,
        ),
        about=subject_of(ticket),
    )
    return False


def announce_delay(job: RepairJob, ticket: Ticket, day: date, reason: str) -> None:
    """He will be late: the new day and why. On a thing of ours, those who wait for it are told by the ticket's own delay;
    else the desk has a task, for it is the desk that speaks to the client. Raises DomainError."""
    if job.state != JobState.ACCEPTED or ticket.state not in WORKING:
        raise Conflict(_("Cette réparation n'est plus en cours chez vous. Rechargez la page."))
    if not reason.strip():
        raise DomainError(_("Dites la raison du retard : l'école en a besoin pour prévenir."), field="reason")
    before = job.expected_on
    if day < clock.today() or (before is not None and day <= before):
        raise DomainError(_("La nouvelle date doit venir après celle qui était prévue."), field="day")
    job.expected_on = day
    record(ticket, "repair.delayed", who=_name(job), day=clock.long_date(day), reason=reason.strip()[:300])
    if (
        ticket.kind == TicketKind.FLEET
        and day > clock.today()
        and (ticket.promised_on is None or day > ticket.promised_on)
    ):
        tickets.announce_delay(ticket, day, reason.strip()[:300])
    elif ticket.kind != TicketKind.FLEET:
        add_task(
            _("%(number)s : fin reportée au %(day)s, prévenez le client.", number=ticket.number, day=clock.card_date(day)),
            about=subject_of(ticket), contact_id=ticket.contact_id,
        )  # fmt: skip
    db.session.flush()


def send_quote(job: RepairJob, ticket: Ticket, amount: int, note: str) -> None:
    """What he asks for it, in cents with tax: the desk agrees or not. Raises DomainError."""
    if job.state not in HELD or ticket.state not in WORKING:
        raise Conflict(_("Cette réparation n'est plus entre vos mains. Rechargez la page."))
    if amount <= 0:
        raise DomainError(_("Saisissez le montant de votre devis."), field="amount")
    job.quote, job.quote_note, job.quote_state = amount, note.strip()[:500], QuoteState.SENT
    record(ticket, "repair.quoted", who=_name(job), amount=euros(amount), note=job.quote_note)
    add_task(
        _("%(number)s : devis de %(amount)s à accepter ou refuser.", number=ticket.number, amount=euros(amount)),
        about=subject_of(ticket),
    )
    db.session.flush()


def answer_quote(job: RepairJob, ticket: Ticket, *, agreed: bool) -> None:
    """The desk answers his quote; he is told. Raises Conflict when there is none to answer."""
    holder = repairer_by_id(job.repairer_id)
    if job.quote_state != QuoteState.SENT or holder is None:
        raise Conflict(_("Ce devis a déjà sa réponse, ou n'existe plus. Rechargez la page."))
    job.quote_state = QuoteState.AGREED if agreed else QuoteState.REFUSED
    record(ticket, "repair.quote_answered", state=job.quote_state.label, amount=euros(job.quote or 0))
    tell_quote_answered(holder, job, ticket)
    db.session.flush()
