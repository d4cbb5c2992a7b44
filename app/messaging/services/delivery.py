"""Delivering a message in three units: claim it, call the partner outside any transaction, record what happened.

A message is sent at most once by the house itself. One that was being sent when its worker died, or whose partner went
silent after taking it, is « incertain »: the provider's look-up by our reference settles it, else a person does.
"""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import select

from app.accounts.queries import organisation
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.jobs import current_run, later
from app.core.outbox import DELIVER, Channel, MessageState, OutboxMessage
from app.core.partners import Route, note_outcome
from app.core.subject import Subject
from app.documents.models import StoredFile
from app.messaging.services.accounts import BLAMED, ask_to_mend, route_for, worked_since
from app.messaging.services.gateways import Outcome, Parcel
from app.messaging.services.quiet import next_allowed
from app.messaging.services.tasks import add_task, finish_tasks_about, open_task_about
from app.messaging.states import MESSAGES

SETTLE = "app.messaging.jobs.settle"
FOLLOW = "app.messaging.jobs.follow_sms"

#: Seconds before each new try of a message that its partner could not take: about sixteen hours in all.
WAITS = (60, 300, 900, 1800, 3600, 7200, 14_400, 28_800)
#: A message still « en cours » after this long belongs to nobody any more.
ABANDONED_AFTER = timedelta(minutes=3)
LOOK_UP_AFTER = timedelta(seconds=60)
FIRST_FOLLOW = timedelta(seconds=30)


class Busy(Exception):
    """Another worker is sending this message now."""

    def __init__(self, seconds: int) -> None:
        super().__init__(_("Un autre envoi de ce message est en cours."))
        self.seconds = seconds


def locked(message_id: int) -> OutboxMessage | None:
    """The message, locked until the end of the transaction."""
    require_transaction()
    return db.session.scalar(
        select(OutboxMessage)
        .where(OutboxMessage.id == message_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def claim(message_id: int) -> Parcel | None:
    """Take the message for sending; None when there is nothing to send now. Raises Busy."""
    message = locked(message_id)
    if message is None:
        return None
    if message.state == MessageState.SENDING:
        _take_over(message)
        return None
    if message.state != MessageState.QUEUED or _too_early(message):
        return None
    try:
        route = route_for(message.channel)
    except DomainError as fault:
        _hold(message, fault.message)
        return None
    if route is None:
        _hold(message, _("Aucun compte d'envoi n'est en service."))
        return None
    return _parcel(message, route)


def _too_early(message: OutboxMessage) -> bool:
    """True when it must wait for its moment; another job is then there for it."""
    due = message.due_at
    if message.facts.get("quiet"):
        due = max(due, next_allowed(clock.now()))
    if due <= clock.now():
        return False
    if due != message.due_at:
        message.due_at = due
        later(DELIVER, message.id, at=due)
    return True


def _take_over(message: OutboxMessage) -> None:
    """The message was being sent when this job began: by a live worker, or by one that was killed."""
    since = datetime.fromisoformat(message.facts["claimed_at"])
    run = current_run()
    same_run = run is not None and run == message.facts.get("run")
    if not same_run and clock.now() - since < ABANDONED_AFTER:
        raise Busy(int((since + ABANDONED_AFTER - clock.now()).total_seconds()) + 1)
    doubt(message, _("L'envoi a été interrompu : le message est peut-être parti."))


def _hold(message: OutboxMessage, reason: str) -> None:
    MESSAGES.move(message, MessageState.HELD, reason=reason)
    message.error = reason


def _parcel(message: OutboxMessage, route: Route) -> Parcel:
    claimed = secrets.token_hex(6)
    MESSAGES.move(message, MessageState.SENDING, account=route.kind)
    message.facts = {
        **message.facts, "claim": claimed, "run": current_run(), "claimed_at": clock.now().isoformat(), "route": route.id,
    }  # fmt: skip
    message.provider = route.kind
    who = organisation()
    sender = route.settings.get("sender") or (who.email if who else "")
    files = db.session.scalars(select(StoredFile).where(StoredFile.id.in_(message.attachments))).all()
    return Parcel(
        id=message.id,
        claim=claimed,
        route=route,
        recipient=message.recipient,
        recipient_name=_name_of(message),
        subject=message.subject,
        text=message.text,
        html=message.html,
        reference=message.reference,
        sender=sender,
        sender_name=route.settings.get("sender_name") or (who.name if who else ""),
        reply_to=_reply_address(route, sender, message.reference),
        files=files,
        extra=message.facts,
    )


def _reply_address(route: Route, sender: str, reference: str) -> str:
    address = route.settings.get("reply_to") or sender
    local, at, domain = address.partition("@")
    if route.settings.get("tagged_replies") and at:
        return f"{local}+{reference}@{domain}"
    return address if address != sender else ""


def _name_of(message: OutboxMessage) -> str:
    if message.contact_id is None:
        return ""
    return db.session.scalar(select(Contact.name).where(Contact.id == message.contact_id)) or ""


def record_outcome(parcel: Parcel, outcome: Outcome) -> None:
    """Write what happened. A message settled by somebody in the meantime only learns that it did leave."""
    message = locked(parcel.id)
    refusal = outcome.reason if outcome.account_at_fault else ""
    note_outcome(parcel.route.id, parcel.route.kind, outcome.calls, refusal)
    if message is None:
        return
    mine = message.state == MessageState.SENDING and message.facts.get("claim") == parcel.claim
    if not mine and not (outcome.result == "sent" and message.state == MessageState.UNCERTAIN):
        return
    message.error = outcome.reason
    if outcome.result == "sent":
        mark_sent(message, outcome.provider_ref, outcome)
    elif outcome.result == "retry":
        _try_again(message, outcome, parcel.route)
    elif outcome.result == "refused":
        _fail(message, outcome, parcel.route)
    else:
        doubt(message, outcome.reason)


def mark_sent(message: OutboxMessage, provider_ref: str, outcome: Outcome | None = None) -> None:
    """The partner took it."""
    MESSAGES.move(message, MessageState.SENT)
    message.sent_at, message.provider_ref, message.error = clock.now(), provider_ref, ""
    if outcome and outcome.parts:
        message.facts = {**message.facts, "parts": outcome.parts, "price": outcome.price}
    finish_tasks_about(Subject("message", message.id))
    if message.channel == Channel.SMS and provider_ref:
        later(FOLLOW, message.id, at=clock.now() + FIRST_FOLLOW)


def _try_again(message: OutboxMessage, outcome: Outcome, route: Route) -> None:
    tries = int(message.facts.get("tries", 0))
    if tries >= len(WAITS):
        _fail(message, outcome, route)
        return
    message.facts = {**message.facts, "tries": tries + 1}
    MESSAGES.move(message, MessageState.QUEUED, reason=outcome.reason)
    message.due_at = clock.now() + timedelta(seconds=max(WAITS[tries], outcome.wait or 0))
    later(DELIVER, message.id, at=message.due_at)


def _fail(message: OutboxMessage, outcome: Outcome, route: Route) -> None:
    """It was not sent. When the account is what does not work, one task says so for all its messages."""
    if not outcome.account_at_fault or worked_since(route.id, message.created_at):
        lose(message, MessageState.FAILED, outcome.reason)
        return
    message.facts = {**message.facts, BLAMED: route.id or 0}
    MESSAGES.move(message, MessageState.FAILED, reason=outcome.reason)
    message.error = outcome.reason
    ask_to_mend(route.id, outcome.reason)
    _remember_loss(message)


def doubt(message: OutboxMessage, reason: str) -> None:
    """It may have left: ask the provider in a moment, or a person now."""
    MESSAGES.move(message, MessageState.UNCERTAIN, reason=reason)
    message.error = reason
    if message.channel == Channel.SMS:
        later(SETTLE, message.id, at=clock.now() + LOOK_UP_AFTER)
    else:
        ask_somebody(message)


def lose(message: OutboxMessage, state: MessageState, reason: str) -> None:
    """It did not arrive: somebody is told, on the task list and on the record's time-line."""
    MESSAGES.move(message, state, reason=reason)
    message.error = reason
    ask_somebody(message)


def ask_somebody(message: OutboxMessage) -> None:
    """A task about this message, for today; one at a time."""
    about = Subject("message", message.id)
    if open_task_about(about) is not None:
        return
    name = _name_of(message) or message.recipient
    words = {
        (Channel.EMAIL, MessageState.UNCERTAIN): _(
            "Courriel incertain à %(name)s : vérifiez s'il est parti", name=name
        ),
        (Channel.SMS, MessageState.UNCERTAIN): _("SMS incertain à %(name)s : vérifiez s'il est parti", name=name),
        (Channel.EMAIL, MessageState.BOUNCED): _("Courriel revenu de chez %(name)s : corrigez l'adresse", name=name),
    }
    lost = (
        _("SMS non remis à %(name)s", name=name)
        if message.channel == Channel.SMS
        else _("Courriel non remis à %(name)s", name=name)
    )
    add_task(
        words.get((message.channel, message.state), lost),
        call=message.state != MessageState.UNCERTAIN,
        due_on=clock.today(),
        about=about,
        contact_id=message.contact_id,
        notes=f"{message.error}\n{message.subject}".strip(),
    )
    _remember_loss(message)


def _remember_loss(message: OutboxMessage) -> None:
    """On the time-line of the record it is about."""
    if message.about_kind and message.about_id:
        record(
            Subject(message.about_kind, message.about_id), "message.lost", message=message.id,
            channel=message.channel.value, to=_name_of(message) or message.recipient, reason=message.error,
            state=message.state.value,
        )  # fmt: skip
