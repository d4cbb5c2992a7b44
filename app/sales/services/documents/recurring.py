"""Recurring invoices: a model's lines again every so many months, as drafts or issued and sent."""

from datetime import date, timedelta

from sqlalchemy import or_, select

from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.jobs import later
from app.core.subject import Subject, subject_of
from app.messaging.services import add_task
from app.sales.models import Recurrence, SalesDocument
from app.sales.services.documents.counter import leaving
from app.sales.services.documents.drafting import draft, locked
from app.sales.services.documents.issuing import faults, issue
from app.sales.services.documents.lines import data_of
from app.sales.states import DocumentKind

SEND = "app.sales.jobs.send_document"
MAX_MONTHS = 60


def repeat(
    document: SalesDocument,
    *,
    label: str,
    months: int,
    next_on: date,
    until: date | None = None,
    issue_it: bool = False,
) -> Recurrence:
    """Make an invoice again every so many months from a day on. Raises DomainError, with the field at fault."""
    model = locked(document)
    if model.kind != DocumentKind.INVOICE or model.order_id:
        raise DomainError(_("Seule une facture sans commande peut se répéter."))
    if not 1 <= months <= MAX_MONTHS:
        raise DomainError(_("Donnez un nombre de mois entre 1 et 60."), field="months")
    if next_on < clock.today():
        raise DomainError(_("La prochaine date est passée. Choisissez-en une à venir."), field="next_on")
    if until is not None and until < next_on:
        raise DomainError(_("La fin vient avant la prochaine facture."), field="until")
    row = Recurrence(
        label=label.strip()[:200] or model.title or model.contact.name, model_id=model.id, months=months, next_on=next_on,
        until=until, issue=issue_it,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(model, "document.repeated", label=row.label)
    return row


def stop(recurrence: Recurrence) -> None:
    """Make no more of them, for good."""
    require_transaction()
    recurrence.active, recurrence.until = False, recurrence.next_on - timedelta(days=1)
    db.session.flush()
    record(_model(recurrence), "document.repeat_ended", label=recurrence.label)


def pause(recurrence: Recurrence) -> None:
    """Make none for a while."""
    require_transaction()
    recurrence.active = False
    db.session.flush()
    record(_model(recurrence), "document.repeat_paused", label=recurrence.label)


def resume(recurrence: Recurrence) -> None:
    """Make them again; those of the pause are not made up for. Raises DomainError for one that is over."""
    require_transaction()
    if recurrence.until is not None and recurrence.until < max(recurrence.next_on, clock.today()):
        raise DomainError(_("Cette récurrence est terminée. Répétez de nouveau la facture."))
    while recurrence.next_on < clock.today():
        recurrence.next_on = clock.months_after(recurrence.next_on, recurrence.months)
    recurrence.active = True
    db.session.flush()
    record(_model(recurrence), "document.repeated", label=recurrence.label)


def _model(recurrence: Recurrence) -> Subject:
    return Subject("sales_document", recurrence.model_id)


def due_ids() -> list[int]:
    """Ids of the recurrences whose day has come."""
    today = clock.today()
    open_ = or_(Recurrence.until.is_(None), Recurrence.until >= Recurrence.next_on)
    query = select(Recurrence.id).where(Recurrence.active, Recurrence.next_on <= today, open_)
    return list(db.session.scalars(query.order_by(Recurrence.id)))


def make_next(recurrence_id: int) -> SalesDocument | None:
    """The next invoice of a recurrence, issued when asked so and nothing is missing; its day moves on. Once a period."""
    require_transaction()
    query = select(Recurrence).where(Recurrence.id == recurrence_id).with_for_update()
    row = db.session.scalars(query.execution_options(populate_existing=True)).one()
    if not row.active or row.next_on > clock.today() or (row.until and row.until < row.next_on):
        return None
    model = locked(row.model_id)
    made = draft(
        DocumentKind.INVOICE, model.contact, [data_of(line) for line in model.lines],
        nature=model.content.get("nature", ""), payer_id=model.payer_id, title=model.title, conditions=model.conditions,
        notes=model.notes, purchase_order=model.purchase_order, delivery_address=model.delivery_address,
    )  # fmt: skip
    row.next_on = clock.months_after(row.next_on, row.months)
    fresh = locked(made)
    if row.issue and not faults(fresh) and not leaving(fresh).short:
        issued = issue(made)
        later(SEND, issued.id, label=_("Envoi de %(number)s", number=issued.number))
        return issued
    add_task(
        _("Facture récurrente à émettre : %(label)s", label=row.label), due_on=clock.today(), about=subject_of(made),
        contact_id=made.contact_id,
    )  # fmt: skip
    return made
