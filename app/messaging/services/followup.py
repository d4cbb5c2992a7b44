"""After the sending: settle what is uncertain, follow an SMS to its phone, sweep what was left behind."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.jobs import later
from app.core.outbox import DELIVER, Channel, MessageState, OutboxMessage
from app.core.partners import PartnerAccount, Route, note_outcome, route_of
from app.core.subject import Subject
from app.messaging.services.accounts import release_held
from app.messaging.services.delivery import FOLLOW, SETTLE, ask_somebody, locked, lose, mark_sent
from app.messaging.services.gateways import Answer
from app.messaging.services.tasks import finish_tasks_about
from app.messaging.states import LOST, MESSAGES, WAITING

#: A provider may show a message late: its « no » is believed only after this long.
BELIEVED_AFTER = timedelta(minutes=10)
ASK_AGAIN = timedelta(minutes=2)
GIVE_UP_AFTER = timedelta(hours=24)
#: Seconds between two questions about an SMS on its way: three days in all, then it stays « Envoyé ».
FOLLOW_WAITS = (60, 300, 1800, 7200, 21_600, 86_400, 144_000)
STRANDED_AFTER = timedelta(minutes=15)


def _route(message: OutboxMessage) -> Route | None:
    """The account that carried the message, even out of service."""
    account = db.session.get(PartnerAccount, message.facts.get("route") or 0)
    try:
        return route_of(account) if account and account.archived_at is None else None
    except DomainError:
        return None


def in_doubt(message_id: int) -> tuple[Route, str] | None:
    """(account, our reference) of an uncertain SMS; None when there is nothing to ask, and then a person is asked."""
    message = locked(message_id)
    if message is None or message.state != MessageState.UNCERTAIN or message.channel != Channel.SMS:
        return None
    route = _route(message)
    if route is None:
        ask_somebody(message)
        return None
    return route, message.reference


def settle(message_id: int, route: Route, answer: Answer) -> None:
    """Believe the provider: sent, or never arrived there (then it is sent again); else ask later, at last a person."""
    message = locked(message_id)
    note_outcome(route.id, route.kind, answer.calls, answer.detail if answer.silent else "")
    if message is None or message.state != MessageState.UNCERTAIN:
        return
    age = clock.now() - datetime.fromisoformat(message.facts["claimed_at"])
    if answer.found:
        mark_sent(message, answer.found)
    elif not answer.silent and age >= BELIEVED_AFTER:
        requeue(message)
    elif age < GIVE_UP_AFTER:
        later(SETTLE, message.id, at=clock.now() + (ASK_AGAIN if age < BELIEVED_AFTER else 15 * ASK_AGAIN))
    else:
        ask_somebody(message)


def on_its_way(message_id: int) -> tuple[Route, str] | None:
    """(account, provider's id) of an SMS whose fate is not known yet."""
    message = locked(message_id)
    if message is None or message.state != MessageState.SENT or not message.provider_ref:
        return None
    route = _route(message)
    return (route, message.provider_ref) if route else None


def note_progress(message_id: int, route: Route, answer: Answer) -> None:
    """Write where an SMS is, and when to ask again."""
    message = locked(message_id)
    note_outcome(route.id, route.kind, answer.calls, answer.detail if answer.silent else "")
    if message is None or message.state != MessageState.SENT:
        return
    if answer.state == "delivered":
        MESSAGES.move(message, MessageState.DELIVERED)
    elif answer.state == "failed":
        detail = f" ({answer.detail})" if answer.detail else ""
        lose(message, MessageState.FAILED, _("L'opérateur n'a pas pu remettre le SMS%(detail)s.", detail=detail))
    else:
        asked = int(message.facts.get("followed", 0))
        if asked < len(FOLLOW_WAITS):
            message.facts = {**message.facts, "followed": asked + 1}
            later(FOLLOW, message.id, at=clock.now() + timedelta(seconds=FOLLOW_WAITS[asked]))


def note_bounce(reference: str, reason: str) -> OutboxMessage | None:
    """A mail came back; None when we know nothing of it. Said once."""
    require_transaction()
    message = db.session.scalar(select(OutboxMessage).where(OutboxMessage.reference == reference).with_for_update())
    if message is not None and MESSAGES.allows(message.state, MessageState.BOUNCED):
        lose(message, MessageState.BOUNCED, reason or _("Le serveur du destinataire a refusé ce courriel."))
    return message


# --- what a person decides --------------------------------------------------------------------------------------


def requeue(message: OutboxMessage, recipient: str = "") -> None:
    """Send again, to a corrected address when given. Raises IllegalMove when it is not a lost message."""
    require_transaction()
    MESSAGES.move(message, MessageState.QUEUED, **({"recipient": recipient} if recipient else {}))
    if recipient:
        message.recipient = recipient
    message.due_at, message.error = clock.now(), ""
    message.facts = {**message.facts, "tries": 0}
    finish_tasks_about(Subject("message", message.id))
    later(DELIVER, message.id)


def consider_sent(message: OutboxMessage) -> None:
    """A person knows that an uncertain message did leave."""
    require_transaction()
    mark_sent(message, message.provider_ref)


def cancel(message: OutboxMessage) -> None:
    """Do not send, or file away what was lost. Raises IllegalMove for what has left."""
    require_transaction()
    MESSAGES.move(message, MessageState.CANCELLED)
    finish_tasks_about(Subject("message", message.id))


def may_resend(message: OutboxMessage) -> bool:
    """True for what did not arrive, or may not have."""
    return message.state in LOST


def may_cancel(message: OutboxMessage) -> bool:
    """True for what has not left, or was lost."""
    return MESSAGES.allows(message.state, MessageState.CANCELLED)


# --- sweep ------------------------------------------------------------------------------------------------------


def sweep() -> int:
    """Queue again what should have moved and has not, and release what an account can carry now. Returns how many."""
    require_transaction()
    before = clock.now() - STRANDED_AFTER
    stranded = db.session.scalars(
        select(OutboxMessage.id)
        .where(
            OutboxMessage.state.in_([state for state in WAITING if state != MessageState.HELD]),
            OutboxMessage.due_at < before,
        )
        .order_by(OutboxMessage.id)
        .limit(500)
    ).all()
    for message_id in stranded:
        later(DELIVER, message_id)
    return len(stranded) + release_held()
