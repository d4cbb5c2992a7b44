"""Security deposits: asked for, held, then given back, or kept in part. Not income, not a payment of an invoice (account 165).

Given at the desk, a deposit is all there is; paid online, its money is a payment, and an allocation says that it is held for it.

A cheque is good for a year and eight days after it was drawn (art. L131-32 and L131-59 of the code monétaire et financier):
it is asked for again at eleven months.
"""

from datetime import date

from sqlalchemy import select

from app.contacts.models import Contact
from app.core import clock, links
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import euros
from app.core.settings import setting
from app.core.subject import Subject, subject_of
from app.core.urls import absolute
from app.messaging.services import add_task, finish_tasks_about
from app.payments.models import SecurityDeposit
from app.payments.queries.deposits import available, brought_for
from app.payments.states import DEPOSITS, DepositState, Method

#: The link of the page where a deposit is paid.
LINK, LINK_DAYS = "deposit", 400


def ask(contact: Contact, amount: int, method: Method, *, about: Subject | None = None) -> SecurityDeposit:
    """A deposit that is to be given. Raises DomainError for no amount."""
    require_transaction()
    if amount <= 0:
        raise DomainError(_("Écrivez le montant du dépôt, par exemple 300,00."), field="amount")
    row = SecurityDeposit(
        contact_id=contact.id, amount=amount, method=method, about_kind=about.kind if about else None,
        about_id=about.id if about else None,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(row, "deposit.asked", amount=amount)
    return row


def hold(deposit: SecurityDeposit, on: date, reference: str = "", *, by: Method | None = None) -> None:
    """It was given, by the means asked for or `by` another. Raises DomainError for a day to come, IllegalMove when it is already held."""
    require_transaction()
    if on > clock.today():
        raise DomainError(_("Cette date est à venir. Donnez le jour où vous avez reçu le dépôt."), field="received_on")
    deposit = locked(deposit.id)
    DEPOSITS.move(deposit, DepositState.HELD, amount=deposit.amount)
    deposit.received_on, deposit.reference = on, reference.strip()
    deposit.method = by or deposit.method
    if deposit.method == Method.CHEQUE:
        deposit.renew_on = clock.months_after(on, int(setting("payments.deposit_months")))


def close(deposit: SecurityDeposit, kept: int = 0, reason: str = "") -> None:
    """It is no longer held: given back, or `kept` cents of it kept for a reason; the money is `deposit_ends`'. Raises DomainError,
    IllegalMove."""
    require_transaction()
    deposit = locked(deposit.id)
    if not 0 <= kept <= (most := available(deposit)):
        raise DomainError(_("On peut conserver %(most)s au plus. Corrigez le montant.", most=euros(most)), field="kept")
    if kept and not reason.strip():
        raise DomainError(_("Dites pourquoi une part est conservée : le client peut le demander."), field="reason")
    DEPOSITS.move(deposit, DepositState.KEPT if kept else DepositState.RETURNED, kept=kept, reason=reason.strip())
    deposit.kept_amount, deposit.reason, deposit.closed_on = kept, reason.strip(), clock.today()
    finish_tasks_about(subject_of(deposit))


def gone(deposit_id: int) -> None:
    """The partner gave back money of a deposit that is still held, which was not asked from here: it is given back once all of it went."""
    deposit = locked(deposit_id)
    if deposit.state == DepositState.HELD and not brought_for(deposit_id):
        close(deposit)


def check_undoable(deposit_id: int) -> None:
    """Raises Conflict when a payment may not be undone any more: its deposit is no longer held."""
    if locked(deposit_id).state != DepositState.HELD:
        raise Conflict(_("La caution que ce règlement apportait est déjà rendue ou conservée : il ne s'annule plus."))


def undone(deposit_id: int) -> None:
    """The payment of a held deposit was undone: it is asked for again."""
    deposit = locked(deposit_id)
    DEPOSITS.move(deposit, DepositState.ASKED)
    deposit.received_on, deposit.reference = None, ""


def drop_asked(about: Subject) -> None:
    """What was asked for and not given is not asked for any more: what it was about is over."""
    require_transaction()
    query = select(SecurityDeposit).where(
        SecurityDeposit.about_kind == about.kind, SecurityDeposit.about_id == about.id,
        SecurityDeposit.state == DepositState.ASKED,
    )  # fmt: skip
    for deposit in db.session.scalars(query.order_by(SecurityDeposit.id)).all():
        drop(deposit)


def drop(deposit: SecurityDeposit) -> None:
    """It is not asked for any more. Raises IllegalMove once it was given."""
    require_transaction()
    deposit = locked(deposit.id)
    DEPOSITS.move(deposit, DepositState.DROPPED)
    finish_tasks_about(subject_of(deposit))


def pay_link(deposit: SecurityDeposit) -> str:
    """The address of the page where it is paid online; made when there is none."""
    require_transaction()
    about = subject_of(deposit)
    token = links.token_of(LINK, about)
    if token is None:
        token = links.issue(LINK, about, days=LINK_DAYS)
        db.session.flush()
    return absolute("payments.pay_deposit", token=token)


def renew(deposit: SecurityDeposit, on: date, reference: str) -> None:
    """Another cheque in the place of the first. Raises Conflict when it is no longer held."""
    require_transaction()
    deposit = locked(deposit.id)
    if deposit.state != DepositState.HELD:
        raise Conflict(_("Ce dépôt n'est plus détenu : il n'y a pas de chèque à renouveler."))
    deposit.received_on, deposit.reference, deposit.alerted_on = on, reference.strip(), None
    deposit.renew_on = clock.months_after(on, int(setting("payments.deposit_months")))
    record(deposit, "deposit.renewed", reference=deposit.reference)
    finish_tasks_about(subject_of(deposit))


def locked(deposit_id: int) -> SecurityDeposit:
    """The deposit under its lock."""
    return db.session.get_one(SecurityDeposit, deposit_id, with_for_update=True, populate_existing=True)


def alert_renewals() -> int:
    """A task for each cheque that is to be renewed, once: the day of the alert is kept. Returns how many."""
    require_transaction()
    query = select(SecurityDeposit).where(
        SecurityDeposit.state == DepositState.HELD,
        SecurityDeposit.renew_on <= clock.today(),
        SecurityDeposit.alerted_on.is_(None),
    )
    rows = list(db.session.scalars(query.order_by(SecurityDeposit.id).with_for_update(skip_locked=True)))
    for row in rows:
        contact = db.session.get_one(Contact, row.contact_id)
        add_task(
            _("Chèque de caution de %(name)s, %(amount)s : demandez-en un nouveau", name=contact.name, amount=euros(row.amount)),
            call=True, due_on=clock.today(), about=subject_of(row), contact_id=contact.id,
            notes=_("Chèque n° %(n)s reçu le %(day)s. Passé un an et huit jours, il ne vaut plus rien.",
                    n=row.reference or "?", day=clock.table_date(row.received_on) if row.received_on else ""),
        )  # fmt: skip
        row.alerted_on = clock.today()
    return len(rows)
