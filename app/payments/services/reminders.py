"""Unpaid invoices are asked for again in three tones, one at a time, by a job of the morning. A missed morning does no harm."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.contacts.models import Contact
from app.core import clock, links
from app.core.actor import current_actor
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import euros
from app.core.settings import setting
from app.core.subject import subject_of
from app.core.urls import absolute
from app.messaging.services import tell
from app.payments.models import ReminderStop
from app.payments.queries import unpaid, waits
from app.payments.services.parts import locked_documents
from app.sales.models import SalesDocument
from app.sales.states import CheckState, EinvoiceState

TONES = ("invoice.reminder_1", "invoice.reminder_2", "invoice.reminder_3")
WORDS = ("Rappel aimable", "Relance ferme", "Mise en demeure")
#: Days between two reminders at least, however late the invoice is when the first leaves.
PAUSE = 5
#: The link of the client's page of an invoice (app.sales gives it when it sends one).
LINK, LINK_DAYS = "invoice", 400
#: What the client contests by his platform is not asked for again.
CONTESTED = (EinvoiceState.DISPUTED, EinvoiceState.REFUSED, EinvoiceState.REJECTED)
#: The client has not received it: its proof is still to be made, or found something to complete.
UNSENT = (CheckState.WAITING, CheckState.REFUSED)


def reminder_days(text: str) -> list[int]:
    """« 7, 21, 45 » → [7, 21, 45]: days past the due date, one per tone. Raises ValueError."""
    days = [int(part) for part in text.replace(";", ",").split(",") if part.strip()]
    if len(days) > len(TONES) or days != sorted(set(days)) or any(not 1 <= day <= 365 for day in days):
        raise ValueError(text)
    return days


class Due(NamedTuple):
    """A reminder that would leave now. `left`: what is late; `due_on`, `days`: of its oldest date; `tone`: 1 to 3."""

    document_id: int
    number: str
    payer: Contact
    left: int
    due_on: date
    days: int
    tone: int


def due_reminders() -> list[Due]:
    """Who would be reminded today, the latest invoice first."""
    days, today = reminder_days(setting("payments.reminder_days")), clock.today()
    if not days:
        return []
    query = (
        select(SalesDocument)
        .where(unpaid(), SalesDocument.due_on <= today - timedelta(days=days[0]), ~_stopped(), ~waits())
        .where(or_(SalesDocument.reminders < len(days), SalesDocument.instalments.any()))
        .where(SalesDocument.einvoice.not_in(CONTESTED), SalesDocument.check.not_in(UNSENT))
        .options(joinedload(SalesDocument.contact), joinedload(SalesDocument.payer), selectinload(SalesDocument.instalments))
        .order_by(SalesDocument.due_on, SalesDocument.id)
    )  # fmt: skip
    found = (_due(document, days, today) for document in db.session.scalars(query))
    return [due for due in found if due is not None]


def _stopped() -> ColumnElement[bool]:
    payer = func.coalesce(SalesDocument.payer_id, SalesDocument.contact_id)
    return (
        exists()
        .where(ReminderStop.lifted_at.is_(None))
        .where((ReminderStop.document_id == SalesDocument.id) | (ReminderStop.contact_id == payer))
    )


def _due(document: SalesDocument, days: list[int], today: date) -> Due | None:
    part, already = document.next_part, _reminded(document)
    if part is None or part.due_on is None or already >= len(days):
        return None
    late = (today - part.due_on).days
    if late < days[already]:
        return None
    if document.reminded_at and (today - clock.local(document.reminded_at).date()).days < PAUSE:
        return None
    payer = document.payer or document.contact
    return Due(document.id, document.number or "", payer, document.left_by(today), part.due_on, late, already + 1)


def _reminded(document: SalesDocument) -> int:
    """How many reminders were about what is late now: none of those that left before the oldest date that is not settled."""
    part, last = document.next_part, document.reminded_at
    before = (
        part is not None and part.due_on is not None and last is not None and clock.local(last).date() < part.due_on
    )
    return 0 if before and document.instalments else document.reminders


def remind(document_id: int, *, by_hand: bool = False) -> bool:
    """Ask once more, in the next tone. By itself: only when it is due, so a job that runs twice reminds once.

    By hand: raises DomainError when the invoice is not late yet, not proven or was reminded today, Conflict when it is settled,
    disputed, or its payer is not to be reminded.
    """
    require_transaction()
    document = locked_documents([document_id])[document_id]
    if not by_hand and document_id not in {due.document_id for due in due_reminders()}:
        return False
    if by_hand:
        _check(document)
    document.reminders = min(_reminded(document) + 1, len(TONES))
    document.reminded_at = clock.now()
    record(document, "document.reminded", tone=document.reminders)
    payer = db.session.get_one(Contact, document.payer_id or document.contact_id)
    about = subject_of(document)
    tell(
        payer, TONES[document.reminders - 1], about=about, facts=facts_of(document),
        attachments=[document.file_id] if document.file_id else [],
    )  # fmt: skip
    return True


def _check(document: SalesDocument) -> None:
    if document.settled or document.left <= 0:
        raise Conflict(_("Cette facture est réglée : il n'y a rien à relancer."))
    if document.check in UNSENT:
        raise DomainError(
            _("Cette facture n'a pas passé son contrôle : le client ne l'a pas reçue. Envoyez-la, puis relancez.")
        )
    if not document.late:
        part = document.next_part
        due_on = clock.long_date((part.due_on if part else None) or clock.today())
        raise DomainError(
            _("Cette facture n'est pas en retard : elle est à régler au plus tard le %(jour)s.", jour=due_on)
        )
    if document.reminded_at and clock.local(document.reminded_at).date() == clock.today():
        raise DomainError(_("Cette facture a déjà été relancée aujourd'hui. Laissez au client le temps de répondre."))
    stopped = db.session.scalar(select(SalesDocument.id).where(SalesDocument.id == document.id, _stopped()))
    if stopped or document.einvoice in CONTESTED:
        raise Conflict(_("Les relances de cette facture sont arrêtées. Levez l'arrêt, puis relancez."))


def facts_of(document: SalesDocument) -> dict[str, str]:
    """What the messages about a payment may quote."""
    part = document.next_part
    due_on = (part.due_on if part else document.due_on) or clock.today()
    return {
        "facture": document.number or "", "montant": euros(document.asked), "total": euros(document.due),
        "echeance": clock.long_date(due_on), "jours": str(max(0, (clock.today() - due_on).days)),
        "lien": pay_link(document),
    }  # fmt: skip


def pay_link(document: SalesDocument) -> str:
    """The address of the page where the client sees what he owes and pays; the link is made when there is none."""
    about = subject_of(document)
    token = links.token_of(LINK, about)
    if token is None:
        token = links.issue(LINK, about, days=LINK_DAYS)
        db.session.flush()
    return absolute("payments.pay", token=token)


def stop(reason: str, *, document_id: int | None = None, contact_id: int | None = None) -> ReminderStop:
    """No more reminders: of a disputed document, or of anything this payer owes. Raises DomainError without a reason."""
    require_transaction()
    if not reason.strip():
        raise DomainError(_("Dites pourquoi les relances s'arrêtent."), field="reason")
    row = ReminderStop(document_id=document_id, contact_id=contact_id, reason=reason.strip(), by=current_actor().name)
    db.session.add(row)
    db.session.flush()
    record(row, "reminder_stop.added", reason=row.reason)
    return row


def lift(row: ReminderStop) -> None:
    """Reminders may leave again."""
    require_transaction()
    if row.lifted_at is None:
        row.lifted_at = clock.now()
        record(row, "reminder_stop.lifted")


def stops() -> list[ReminderStop]:
    """Those in force, the newest first."""
    query = select(ReminderStop).where(ReminderStop.lifted_at.is_(None)).order_by(ReminderStop.id.desc())
    return list(db.session.scalars(query))
