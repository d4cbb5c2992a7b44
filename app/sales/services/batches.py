"""Many documents at once: issued when they are drafts, then made and checked, by two jobs that meet in the middle.

What is left to do is in the database (a draft, or a check that waits), so a batch that was stopped, or whose worker was killed,
is taken up again where it was, and nothing is done twice: the number is given under a lock, the outcome written under a guard.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, func, or_, select, update

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, require_transaction, transaction
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.jobs import JobRun, later
from app.core.queue import HEAVY
from app.sales.models import SalesDocument
from app.sales.services.documents.drafting import locked
from app.sales.services.documents.issuing import issue
from app.sales.services.facturx import prove, publish, waiting_document
from app.sales.states.documents import ISSUED, CheckState, DocumentState

BATCH, HELP = "app.sales.jobs.do_batch", "app.sales.jobs.help_batch"
MOST = 5000
FORGOTTEN = timedelta(hours=1)
CANCELLED = "cancelled"


def start_batch(ids: Sequence[int], label: str = "") -> JobRun:
    """Have these documents issued (the drafts), made and checked. Returns the job whose progress is shown.

    Two jobs share the work, so that two workers take half the time. Raises DomainError for none, or too many.
    """
    require_transaction()
    wanted = list(dict.fromkeys(ids))
    if not 0 < len(wanted) <= MOST:
        raise DomainError(_("Choisissez de 1 à %(most)s documents.", most=MOST))
    label = label or _("Factures : %(count)s documents", count=len(wanted))
    run = later(BATCH, wanted, label=label, queue_name=HEAVY)
    later(HELP, run.id, label=label, queue_name=HEAVY)
    return run


def cancel_batch(run: JobRun) -> None:
    """Stop a batch after the document being made; what is issued stays issued. Raises Conflict when it is over."""
    require_transaction()
    if run.finished:
        raise Conflict(_("Ce lot est déjà terminé."))
    db.session.execute(update(JobRun).where(JobRun.id == run.id).values(result={CANCELLED: True}))


def resume_batch(run: JobRun) -> JobRun:
    """Take a stopped batch up again: only what is left is done. Raises Conflict while it runs."""
    require_transaction()
    if run.function != BATCH or not run.finished:
        raise Conflict(_("Ce lot est encore en cours."))
    return start_batch(run.arguments[0], run.label)


def cancelled(run_id: int | None) -> bool:
    """Whether somebody asked to stop it."""
    if run_id is None:
        return False
    found = db.session.execute(select(JobRun.result).where(JobRun.id == run_id)).scalar_one_or_none()
    return bool((found or {}).get(CANCELLED))


def batch_of(run_id: int) -> tuple[list[int], bool]:
    """(documents of a batch, whether it is over)."""
    run = db.session.get_one(JobRun, run_id, populate_existing=True)
    return list(run.arguments[0]), run.finished


def left_of(ids: Sequence[int]) -> int:
    """How many documents of a batch are still to do."""
    query = select(func.count()).select_from(SalesDocument).where(SalesDocument.id.in_(ids), _to_do())
    return db.session.scalar(query) or 0


def work(ids: Sequence[int], run_id: int | None) -> Iterator[str]:
    """Do what is left of these documents, one after the other, until somebody cancels; yields the sentence of a refusal or ""."""
    for document_id in ids:
        stopped = cancelled(run_id)
        waits = db.session.scalar(select(SalesDocument.id).where(SalesDocument.id == document_id, _to_do()))
        db.session.rollback()
        if stopped:
            return
        if waits is not None:
            why = _one(document_id)
            yield refusal(document_id, why) if why else ""


def _to_do() -> ColumnElement[bool]:
    draft = (SalesDocument.state == DocumentState.DRAFT) & SalesDocument.kind.in_(ISSUED)
    return or_(draft, SalesDocument.check == CheckState.WAITING)


def _one(document_id: int) -> str:
    try:
        with transaction():
            document = locked(document_id)
            if document.state == DocumentState.DRAFT:
                issue(document, render=False)
    except DomainError as error:
        return error.message
    return finish_one(document_id)


def refusal(document_id: int, why: str) -> str:
    """« C-2026-0012 : … », « Brouillon de Karim Benyahia : … »: which document a batch left aside, and why."""
    which = select(SalesDocument.number, Contact.name).join(Contact, Contact.id == SalesDocument.contact_id)
    number, name = db.session.execute(which.where(SalesDocument.id == document_id)).one()
    return f"{number or _('Brouillon de %(name)s', name=name)} : {why}"


def finish_one(document_id: int) -> str:
    """Prove and publish one document that waits for it; "" or why it was refused."""
    document = waiting_document(document_id)
    if document is None:
        db.session.rollback()
        return ""
    outcome = prove(document)
    db.session.rollback()
    with transaction():
        publish(document_id, outcome)
    return " ".join(outcome.faults)


def forgotten_ids() -> list[int]:
    """Documents issued an hour ago and still not proven: their job stopped on an anomaly, or was lost."""
    since = clock.now() - FORGOTTEN
    query = select(SalesDocument.id).where(SalesDocument.check == CheckState.WAITING, SalesDocument.issued_at < since)
    return list(db.session.scalars(query.order_by(SalesDocument.id).limit(MOST)))
