"""Jobs of messaging. Each is done twice without harm: what they find to do is in the database."""

import logging
from typing import Any

from sqlalchemy.exc import OperationalError

from app.connectors.errors import PartnerError
from app.connectors.mail import imap
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.jobs import RetryLater
from app.core.partners import PartnerAccount, Route, account_for, note_outcome, route_of
from app.messaging.services import delivery, followup, gateways, incoming
from app.messaging.services.kinds import mail_account

log = logging.getLogger(__name__)

MAILS_AT_ONCE = 100


def deliver(message_id: int) -> dict[str, Any]:
    """Send one message: claim, call, record."""
    try:
        with transaction():
            parcel = delivery.claim(message_id)
    except delivery.Busy as busy:
        raise RetryLater(str(busy), busy.seconds) from None
    if parcel is None:
        return {}
    outcome = gateways.hand_over(parcel)
    with transaction():
        delivery.record_outcome(parcel, outcome)
    return {"result": outcome.result}


def settle(message_id: int) -> None:
    """Ask the provider whether an uncertain SMS ever reached it."""
    with transaction():
        asked = followup.in_doubt(message_id)
    if asked is None:
        return
    route, reference = asked
    answer = gateways.look_up(route, reference)
    with transaction():
        followup.settle(message_id, route, answer)


def follow_sms(message_id: int) -> None:
    """Ask the provider where an SMS is."""
    with transaction():
        asked = followup.on_its_way(message_id)
    if asked is None:
        return
    route, provider_ref = asked
    answer = gateways.where_is(route, provider_ref)
    with transaction():
        followup.note_progress(message_id, route, answer)


def sweep() -> int:
    """Every few minutes: queue what was stranded, release what waited for an account."""
    with transaction():
        return followup.sweep()


def fetch_mail() -> int:
    """Every minute: take the new mails of the mailbox in service. Returns how many."""
    account = account_for("imap")
    if account is None:
        return 0
    try:
        route, cursor = route_of(account), incoming.cursor_of(account)
    except DomainError as fault:
        log.warning("mailbox not read: %s", fault.message)
        return 0
    db.session.rollback()
    count, refusal = 0, ""
    try:
        for mail in imap.fetch(mail_account(route.settings, route.secrets), cursor, limit=MAILS_AT_ONCE):
            _receive(account.id, mail)
            count += 1
    except PartnerError as error:
        refusal = error.message_fr
        log.warning("mailbox not read: %s", error)
    _note_reading(account.id, route, refusal)
    return count


def _receive(account_id: int, mail: imap.Incoming) -> None:
    """One odd mail must not block the mailbox: it is left there and somebody is told."""
    try:
        letter = incoming.unpack(mail)
        with transaction():
            incoming.receive(account_id, letter)
    except OperationalError:
        raise
    except Exception:
        log.exception("a mail could not be taken: %s", mail.message_id)
        with transaction():
            incoming.pass_over(account_id, mail)


def _note_reading(account_id: int, route: Route, refusal: str) -> None:
    with transaction():
        account = db.session.get(PartnerAccount, account_id)
        if account is not None:
            note_outcome(account_id, route.kind, (), refusal)
