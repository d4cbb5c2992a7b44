"""Jobs of payments. Each is done twice without harm: what they find to do is in the database."""

from datetime import date, timedelta

from app.connectors.errors import PartnerError
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.core.jobs import RetryLater
from app.documents.services import prepare
from app.documents.states import FileKind
from app.payments.models import OnlineRefund
from app.payments.queries.refunds import waiting_refund_ids
from app.payments.services import debits, deposits, mandates, online, papers, refunds, reminders
from app.payments.states import CheckoutState, RefundState

#: A refund that its job gave up is tried again this much later; the end of one under way is asked for as often.
LOOK_AGAIN = timedelta(hours=1)


def remind_unpaid() -> int:
    """Every morning: ask again for what is not paid. Returns how many."""
    ids = [due.document_id for due in reminders.due_reminders()]
    db.session.rollback()
    return sum(_one(document_id) for document_id in ids)


def _one(document_id: int) -> bool:
    with transaction():
        return reminders.remind(document_id)


def watch_deposits() -> int:
    """Every morning: a task for each cheque of a deposit that is about to be void. Returns how many."""
    with transaction():
        return deposits.alert_renewals()


def look_at_checkouts() -> int:
    """Every few minutes: pages that were paid without our being told (a lost notification). Returns how many."""
    ids = online.open_ids()
    db.session.rollback()
    return sum(_confirmed(checkout_id) for checkout_id in ids)


def _confirmed(checkout_id: int) -> bool:
    try:
        return online.confirm(checkout_id) == CheckoutState.PAID
    except PartnerError:
        return False  # the next turn asks again


def give_back_online(refund_id: int) -> None:
    """Have the partner make a refund."""
    try:
        refunds.send(refund_id)
    except PartnerError as error:
        raise RetryLater(error.message_fr, error.retry_after) from error


def look_at_refunds() -> int:
    """Every hour: refunds whose job gave up, and those whose end nobody told us. Returns how many ended."""
    before = clock.now() - LOOK_AGAIN
    ids = [number for state in (RefundState.ASKED, RefundState.PENDING) for number in waiting_refund_ids(state, before)]
    db.session.rollback()
    return sum(_looked(refund_id) for refund_id in ids)


def _looked(refund_id: int) -> bool:
    row = db.session.get_one(OnlineRefund, refund_id, populate_existing=True)
    try:
        if row.state == RefundState.ASKED:
            return refunds.send(refund_id) == RefundState.DONE
        refunds.look(row.payment_id)
    except PartnerError:
        return False  # the next turn asks again
    return db.session.get_one(OnlineRefund, refund_id, populate_existing=True).state != RefundState.PENDING


def collect_debits() -> int:
    """Every morning: clients told of the debits to come, those of the day paid, mandates not used for too long ended.

    Returns how many debits were paid.
    """
    to_tell, to_settle = debits.ids_to_notify(), debits.ids_to_settle()
    db.session.rollback()
    for batch_id in to_tell:
        with transaction():
            debits.notify(debits.locked_batch(batch_id))
    with transaction():
        mandates.lapse_unused()
    return sum(_settled(batch_id) for batch_id in to_settle)


def _settled(batch_id: int) -> int:
    with transaction():
        return debits.settle(batch_id)


def send_statement(contact_id: int, since: str, until: str) -> None:
    """Make a payer's statement and mail it. A second run sends it again: a person asked for it twice."""
    contact, days = db.session.get_one(Contact, contact_id), (date.fromisoformat(since), date.fromisoformat(until))
    made = prepare(papers.statement_paper(contact, *days), f"releve-{until}.pdf", FileKind.DOCUMENT)
    db.session.rollback()
    with transaction():
        papers.send_statement(db.session.get_one(Contact, contact_id), *days, made)
