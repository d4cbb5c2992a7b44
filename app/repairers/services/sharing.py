"""A repair is sent out: who should have it and why, whom it is entrusted to. Everything is on the ticket's history."""

from datetime import date
from typing import Any

from sqlalchemy import select

from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.dispatch.services import place, plan_as_json
from app.repairers.models import Repairer, RepairJob
from app.repairers.queries import active
from app.repairers.queries.jobs import job_of
from app.repairers.queries.problem import problem
from app.repairers.queries.profiles import repairer_by_id
from app.repairers.services.notices import tell_proposed, tell_withdrawn
from app.repairers.states import HELD, JOBS, WORKING, JobState, Level
from app.tickets import services as tickets
from app.tickets.models import Ticket
from app.tickets.states import TicketKind


def locked(job: RepairJob) -> tuple[RepairJob, Ticket]:
    """The repair and its ticket, fresh and locked until the end of the transaction."""
    require_transaction()
    query = select(RepairJob).where(RepairJob.id == job.id).with_for_update(of=RepairJob)
    fresh = db.session.scalars(query.execution_options(populate_existing=True)).one()
    return fresh, tickets.locked(db.session.get_one(Ticket, fresh.ticket_id))


def taken_in(ticket: Ticket) -> None:
    """A ticket came in: one on a thing of ours is to be shared, where repairs are sent out."""
    if ticket.kind == TicketKind.FLEET and ticket.assignee_id is None and active():
        send_out(ticket)


def send_out(ticket: Ticket) -> RepairJob:
    """A ticket's work is to be sent out; somebody is suggested at once. Raises DomainError once the work is done."""
    require_transaction()
    if ticket.state not in WORKING:
        raise DomainError(_("Le travail est fini : il n'y a plus rien à confier."))
    job = job_of(ticket.id)
    if job is None:
        job = RepairJob(ticket_id=ticket.id, why={}, refused=[])
        db.session.add(job)
        db.session.flush()
        record(ticket, "repair.to_share")
    elif job.state == JobState.KEPT:
        JOBS.move(job, JobState.TO_SHARE)
        record(ticket, "repair.to_share")
    suggest(job, ticket)
    return job


def suggest(job: RepairJob, ticket: Ticket) -> None:
    """Ask the sharing to whom it should go, and keep its reasons."""
    db.session.flush()
    plan = plan_as_json(place(problem(), ticket.number))
    keep_reasons(job, next(one for one in plan["assignments"] if one["repair"] == ticket.number))
    name = repairer_by_id(job.suggested_id).contact.name if job.suggested_id else ""  # type: ignore[union-attr]
    record(ticket, "repair.suggested", who=name, why="" if name else job.why["reason"])


def keep_reasons(job: RepairJob, told: dict[str, Any]) -> None:
    """What the sharing said of it."""
    job.why, job.suggested_id = told, int(told["repairer"]) if told["repairer"] else None
    db.session.flush()


def finish_of(why: dict[str, Any], repairer_id: int) -> date | None:
    """The day the sharing expects it from this repairer; None when he was not looked at."""
    told = [(why.get("repairer"), why.get("finish"))]
    told += [(one["repairer"], one["finish"]) for one in (why.get("second"), *why.get("others", ())) if one]
    return next((date.fromisoformat(day) for who, day in told if who == str(repairer_id) and day), None)


def entrust(
    job: RepairJob, ticket: Ticket, repairer_id: int | None, reason: str = "", *, by_itself: bool = False
) -> None:
    """Propose it to a repairer: he gets the ticket and a message; who had it is told that it is his no more.

    Another one than who was suggested asks for a reason, unless the sharing moves it `by_itself`. Raises DomainError.
    """
    repairer = repairer_by_id(repairer_id)
    if repairer is None or repairer.archived_at is not None:
        raise DomainError(_("Choisissez un réparateur dans la liste."), field="repairer_id")
    if ticket.state not in WORKING:
        raise DomainError(_("Le travail est fini : il n'y a plus rien à confier."))
    if not by_itself and repairer.id != job.suggested_id and not reason.strip():
        raise DomainError(
            _("Dites pourquoi vous choisissez quelqu'un d'autre : l'historique en garde la trace."), field="reason"
        )
    former = job.repairer_id
    if job.state in HELD and former == repairer.id:
        return
    JOBS.move(job, JobState.PROPOSED, to_id=repairer.id)
    job.repairer_id, job.repairer, job.asked_at = repairer.id, repairer, clock.now()
    _forget_answer(job)
    job.expected_on = finish_of(job.why, repairer.id)
    by_hand = not by_itself and repairer.id != job.suggested_id
    record(ticket, "repair.proposed", who=repairer.contact.name, reason=reason.strip()[:300], by_hand=by_hand)
    tickets.assign(ticket, repairer.user_id)
    _tell_former(former, job, ticket)
    tell_proposed(repairer, job, ticket)
    db.session.flush()


def _forget_answer(job: RepairJob) -> None:
    job.answered_at = job.reminded_at = job.escalated_at = None
    job.agreed_on = job.expected_on = job.quote = job.quote_state = None
    job.quote_note = ""


def _tell_former(former: int | None, job: RepairJob, ticket: Ticket) -> None:
    who = repairer_by_id(former)
    if who is not None:
        record(ticket, "repair.withdrawn", who=who.contact.name)
        tell_withdrawn(who, job, ticket)


def free(job: RepairJob, ticket: Ticket, to: JobState = JobState.TO_SHARE) -> None:
    """Nobody has it any more."""
    JOBS.move(job, to)
    job.repairer_id = job.repairer = job.asked_at = None
    _forget_answer(job)
    db.session.flush()
    tickets.assign(ticket, None)


def withdraw(job: RepairJob, ticket: Ticket, reason: str) -> None:
    """Take it back from who has it; somebody is suggested again. Raises DomainError without a reason."""
    _asked(reason)
    former = job.repairer_id
    free(job, ticket)
    record(ticket, "repair.taken_back", reason=reason.strip()[:300])
    _tell_former(former, job, ticket)
    if ticket.state in WORKING:
        suggest(job, ticket)


def keep_here(job: RepairJob, ticket: Ticket, reason: str) -> None:
    """It is not sent out after all. Raises DomainError without a reason."""
    _asked(reason)
    former = job.repairer_id
    free(job, ticket, JobState.KEPT)
    record(ticket, "repair.kept", reason=reason.strip()[:300])
    _tell_former(former, job, ticket)


def _asked(reason: str) -> None:
    if not reason.strip():
        raise DomainError(_("Dites pourquoi : l'historique en garde la trace."), field="reason")


def changed_hands(ticket: Ticket) -> None:
    """Somebody gave the ticket to another person by hand: who had the repair is told, and the sharing lets go of it."""
    job = job_of(ticket.id)
    if job is None or job.state not in HELD:
        return
    holder: Repairer | None = repairer_by_id(job.repairer_id)
    if holder is None or holder.user_id == ticket.assignee_id:
        return
    JOBS.move(job, JobState.KEPT if ticket.assignee_id else JobState.TO_SHARE)
    job.repairer_id = job.repairer = job.asked_at = None
    _forget_answer(job)
    _tell_former(holder.id, job, ticket)
    if job.state == JobState.TO_SHARE and ticket.state in WORKING:
        suggest(job, ticket)


def set_terms(job: RepairJob, ticket: Ticket, *, minutes: int | None, level: Level, earliest: date | None) -> None:
    """How long it takes, how hard it is, when it may begin; who should have it is asked again while nobody has it."""
    job.level, job.earliest = level, earliest
    tickets.change_details(ticket, estimated_minutes=minutes)
    if job.state == JobState.TO_SHARE:
        suggest(job, ticket)
    db.session.flush()
