"""Proposals without an answer: a reminder, then a task for the desk or the next repairer. Each is done once."""

from datetime import timedelta

from app.core import clock
from app.core.db import db, transaction
from app.core.history import record
from app.core.i18n import _
from app.core.settings import setting
from app.core.subject import subject_of
from app.messaging.services import add_task
from app.repairers.models import RepairJob
from app.repairers.queries import active, job_by_number
from app.repairers.queries.jobs import silent
from app.repairers.queries.profiles import repairer_by_id
from app.repairers.services.answering import refuse
from app.repairers.services.notices import tell_reminder
from app.repairers.services.sharing import locked
from app.repairers.states import JobState, Silence
from app.tickets.models import Ticket


def watch() -> dict[str, int]:
    """Look at what nobody answered; each repair in its own transaction. How many were reminded, how many were given up."""
    if not active():
        return {"reminded": 0, "given_up": 0}
    reminder, limit = (timedelta(hours=setting(f"repairers.{name}_hours")) for name in ("reminder", "answer"))
    given_up = [number for number in silent(clock.now() - limit, escalated=True) if _give_up(number, limit)]
    reminded = [number for number in silent(clock.now() - reminder, escalated=False) if _remind(number, reminder)]
    return {"reminded": len(reminded), "given_up": len(given_up)}


def _waiting(number: str, since: timedelta) -> tuple[RepairJob, Ticket] | None:
    job = job_by_number(number)
    if job is None:
        return None
    fresh, ticket = locked(job)
    still = fresh.state == JobState.PROPOSED and fresh.asked_at is not None and fresh.asked_at <= clock.now() - since
    return (fresh, ticket) if still else None


def _remind(number: str, since: timedelta) -> bool:
    with transaction():
        found = _waiting(number, since)
        if found is None or found[0].reminded_at is not None:
            return False
        job, ticket = found
        who = repairer_by_id(job.repairer_id)
        job.reminded_at = clock.now()
        if who is not None:
            record(ticket, "repair.reminded", who=who.contact.name)
            tell_reminder(who, job, ticket)
        db.session.flush()
    return True


def _give_up(number: str, since: timedelta) -> bool:
    with transaction():
        found = _waiting(number, since)
        if found is None or found[0].escalated_at is not None:
            return False
        job, ticket = found
        if setting("repairers.silence") == Silence.NEXT:
            refuse(job, ticket, _("Sans réponse dans le délai"), silent=True)
            return True
        job.escalated_at = clock.now()
        who = repairer_by_id(job.repairer_id)
        add_task(
            _("%(number)s : %(who)s n'a pas répondu, appelez ou confiez à un autre.", number=number, who=who.contact.name if who else ""),
            call=True, about=subject_of(ticket), contact_id=who.contact_id if who else None,
        )  # fmt: skip
        record(ticket, "repair.silent", who=who.contact.name if who else "")
        db.session.flush()
    return True
