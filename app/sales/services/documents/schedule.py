"""The payment schedule of an order: shares or amounts, due at a date or by an event, asked for by deposit invoices (C12)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.jobs import later
from app.core.subject import subject_of
from app.messaging.models import Task
from app.messaging.services import add_task, finish_task, finish_tasks_about
from app.sales.models import Instalment, SalesDocument
from app.sales.queries.documents import instalments_of
from app.sales.services.documents.billing import deposit
from app.sales.services.documents.drafting import locked
from app.sales.services.documents.issuing import faults, issue
from app.sales.services.documents.sending import SEND
from app.sales.states import DocumentKind, DocumentState, ScheduleEvent

WHOLE = 10_000
#: An order whose steps are under way.
RUNNING = (DocumentState.CONFIRMED, DocumentState.DELIVERED, DocumentState.DONE)


@dataclass(frozen=True, slots=True)
class Due:
    """One instalment as asked: a share (basis points) or an amount (cents with tax), at a date or by an event."""

    label: str
    share: int = 0
    amount: int = 0
    event: ScheduleEvent = ScheduleEvent.DATE
    due_on: date | None = None


def add_instalment(document: SalesDocument, due: Due) -> Instalment:
    """Add a line to the schedule of an order. Raises DomainError, with the field at fault."""
    order = locked(document)
    if order.kind != DocumentKind.ORDER or order.state in (DocumentState.DONE, DocumentState.CANCELLED):
        raise DomainError(_("L'échéancier se règle sur une commande en cours."))
    if not due.label.strip():
        raise DomainError(_("Nommez cette échéance, par exemple « À la pose »."), field="label")
    if (due.share > 0) == (due.amount > 0) or due.share > WHOLE:
        raise DomainError(_("Donnez une part, entre 0 et 100 %, ou un montant."), field="share")
    if due.event == ScheduleEvent.DATE and due.due_on is None:
        raise DomainError(_("Donnez la date de cette échéance."), field="due_on")
    known = instalments_of(order.id)
    planned = sum(amount_of(order, row) for row in known) + (due.amount or round(order.gross * due.share / WHOLE))
    if planned > order.gross - order.third_party + len(known):
        raise DomainError(_("Les échéances dépassent le total de la commande. Baissez celle-ci."), field="share")
    row = Instalment(
        document_id=order.id, position=len(known) + 1, label=due.label.strip()[:200], share=due.share, amount=due.amount,
        event=due.event, due_on=due.due_on if due.event == ScheduleEvent.DATE else None,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(order, "document.instalment", label=row.label)
    if due.event == ScheduleEvent.SIGNED and order.state != DocumentState.DRAFT:
        ask_for(order, ScheduleEvent.SIGNED)
    await_steps(order)
    return row


def await_steps(order: SalesDocument) -> None:
    """Put each step that asks for a payment on the list of tasks: ticked, it asks (C12). Nothing while the order is a draft."""
    if order.state not in RUNNING:
        return
    for row in instalments_of(order.id):
        if row.event == ScheduleEvent.STEP and row.task_id is None and row.invoice_id is None:
            label = _("Étape de la commande %(number)s : %(label)s", number=order.number, label=row.label)
            notes = _("Terminez cette tâche quand l'étape est faite : son paiement se demande.")
            task = add_task(label, about=subject_of(order), contact_id=order.contact_id, notes=notes)
            row.task_id = task.id
    db.session.flush()


def step_done(task: Task) -> None:
    """The task of a step was ticked: prepare the invoice that waited for it, and tell the desk. Raises DomainError."""
    row = db.session.scalar(select(Instalment).where(Instalment.task_id == task.id, Instalment.invoice_id.is_(None)))
    order = locked(row.document_id) if row is not None else None
    if row is not None and order is not None and order.state in RUNNING:
        _tell(order, _invoice(order, row))


def _finish(task_id: int | None) -> None:
    task = db.session.get(Task, task_id) if task_id else None
    if task is not None:
        finish_task(task)


def amount_of(order: SalesDocument, row: Instalment) -> int:
    """Cents with tax of an instalment."""
    return row.amount or round(order.gross * row.share / WHOLE)


def remove_instalment(document: SalesDocument, instalment_id: int) -> None:
    """Take a line away while nothing was asked for. Raises DomainError."""
    order = locked(document)
    row = _row(order, instalment_id)
    if row.invoice_id is not None:
        raise DomainError(_("Cette échéance est déjà facturée."))
    task_id = row.task_id
    db.session.delete(row)
    db.session.flush()
    _finish(task_id)


def _row(order: SalesDocument, instalment_id: int) -> Instalment:
    row = db.session.get(Instalment, instalment_id)
    if row is None or row.document_id != order.id:
        raise DomainError(_("Cette échéance n'est plus là. Rechargez la page."))
    return row


def ask(document: SalesDocument, instalment_id: int) -> SalesDocument:
    """The draft deposit invoice of an instalment whose step is done; the task of the step is done too. Raises DomainError."""
    order = locked(document)
    row = _row(order, instalment_id)
    if row.invoice_id is not None:
        raise DomainError(_("Cette échéance est déjà facturée."))
    made = _invoice(order, row)
    _finish(row.task_id)
    return made


def _invoice(order: SalesDocument, row: Instalment) -> SalesDocument:
    made = deposit(
        order,
        share=row.share,
        amount=row.amount,
        label=_("%(label)s, commande %(number)s", label=row.label, number=order.number),
    )
    row.invoice_id = made.id
    db.session.flush()
    return made


def ask_for(order: SalesDocument, event: ScheduleEvent) -> Sequence[SalesDocument]:
    """An event came: prepare the invoice of each instalment that waited for it, and tell the desk."""
    require_transaction()
    made = [_invoice(order, row) for row in instalments_of(order.id) if row.event == event and row.invoice_id is None]
    for invoice in made:
        _tell(order, invoice)
    return made


def _tell(order: SalesDocument, invoice: SalesDocument) -> None:
    label = _("Acompte à émettre pour la commande %(number)s", number=order.number)
    add_task(label, due_on=clock.today(), about=subject_of(invoice), contact_id=order.contact_id)


def ask_deposit(order: SalesDocument, *, share: int = 0, amount: int = 0) -> SalesDocument:
    """The deposit agreed with the quote: its invoice is issued and leaves at once, so that the client may pay it. When something
    is missing it stays a draft, and the desk is told."""
    due = Due(_("Acompte à la commande"), share=share, amount=amount, event=ScheduleEvent.SIGNED)
    row = add_instalment(order, due)
    made = locked(row.invoice_id or 0)
    if faults(made):
        return made
    issued = issue(made)
    finish_tasks_about(subject_of(issued))
    if (issued.payer or issued.contact).email:
        later(SEND, issued.id, label=_("Envoi de %(number)s", number=issued.number))
    return issued


def due_today() -> list[int]:
    """Ids of the instalments whose date has come and that nobody asked for."""
    query = (
        select(Instalment.id)
        .join(SalesDocument, SalesDocument.id == Instalment.document_id)
        .where(
            Instalment.event == ScheduleEvent.DATE, Instalment.invoice_id.is_(None), Instalment.due_on <= clock.today(),
            SalesDocument.state.in_((DocumentState.CONFIRMED, DocumentState.DELIVERED)),
        )
        .order_by(Instalment.id)
    )  # fmt: skip
    return list(db.session.scalars(query))


def ask_by_date(instalment_id: int) -> bool:
    """Prepare the invoice of an instalment whose date has come; done once."""
    require_transaction()
    row = db.session.get_one(Instalment, instalment_id)
    order = locked(row.document_id)
    db.session.refresh(row)
    if row.invoice_id is not None:
        return False
    _tell(order, _invoice(order, row))
    return True
