"""Jobs of payments. Each is done twice without harm: what they find to do is in the database."""

from datetime import date

from app.connectors.errors import PartnerError
from app.contacts.models import Contact
from app.core.db import db, transaction
from app.documents.services import prepare
from app.documents.states import FileKind
from app.payments.services import debits, deposits, mandates, online, papers, reminders
from app.payments.states import CheckoutState


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
