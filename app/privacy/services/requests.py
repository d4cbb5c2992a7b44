"""What people ask about their data: noted, put on somebody's list, answered within a month."""

from datetime import date, timedelta

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.jobs import later
from app.core.links import issue, token_of
from app.core.queue import HEAVY
from app.core.subject import subject_of
from app.messaging.services import add_task, finish_tasks_about
from app.privacy.models import PrivacyRequest
from app.privacy.queries import requests_of
from app.privacy.services.exporting import KEPT_DAYS, forget_files
from app.privacy.states import Channel, RequestKind

LINK = "privacy"
EARLY = timedelta(days=7)
JOB = "app.privacy.jobs.make_export"


def deadline(received_on: date) -> date:
    """One month after it was received (GDPR article 12.3)."""
    return clock.months_after(received_on, 1)


def add_request(contact: Contact, kind: RequestKind, channel: Channel, received_on: date) -> PrivacyRequest:
    """Note a request, and put its answer on the list a week before its deadline. Raises DomainError for a day to come."""
    require_transaction()
    if received_on > clock.today():
        raise DomainError(_("Une demande se reçoit aujourd'hui ou avant : corrigez le jour."), field="received_on")
    due = deadline(received_on)
    request = PrivacyRequest(contact_id=contact.id, kind=kind, channel=channel, received_on=received_on, due_on=due)
    db.session.add(request)
    db.session.flush()
    label = _(
        "Données personnelles, répondre avant le %(day)s : %(what)s", day=clock.table_date(due), what=kind.label.lower()
    )
    add_task(label, due_on=max(due - EARLY, clock.today()), about=subject_of(request), contact_id=contact.id)
    record(contact, "privacy.asked", kind=kind.value)
    return request


def answer_request(request: PrivacyRequest, answer: str) -> None:
    """Note that it was answered today, and how; its task is done."""
    require_transaction()
    request.answered_on, request.answer = clock.today(), answer.strip()[:1000]
    finish_tasks_about(subject_of(request))
    record(db.session.get_one(Contact, request.contact_id), "privacy.answered", kind=request.kind.value)


def ask_export(contact: Contact, channel: Channel) -> PrivacyRequest:
    """Have his data gathered by a job. The request without answer is used, else a new one; asked twice, it is made once."""
    require_transaction()
    waiting = [one for one in requests_of(contact.id) if one.kind == RequestKind.ACCESS and one.answered_on is None]
    request = waiting[0] if waiting else add_request(contact, RequestKind.ACCESS, channel, clock.today())
    before, request.file_id, request.ready_at = request.file_id, None, None
    forget_files([before])
    issue(LINK, subject_of(request), days=KEPT_DAYS)
    later(JOB, request.id, label=_("Export de données personnelles"), queue_name=HEAVY)
    return request


def export_token(request: PrivacyRequest) -> str | None:
    """The link that opens his ZIP, while it is kept."""
    return token_of(LINK, subject_of(request)) if request.file_id is not None else None
