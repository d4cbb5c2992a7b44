"""By what messages leave: the account in service of each channel; and release what waited for one."""

from dataclasses import replace
from datetime import datetime

from flask import current_app
from sqlalchemy import select

from app.connectors.mail.account import parse_smtp_url
from app.core import clock
from app.core.config import Settings
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.jobs import later
from app.core.outbox import DELIVER, Channel, MessageState, OutboxMessage
from app.core.partner_kinds import declare_kinds
from app.core.partners import PartnerAccount, Route, account_for, route_of
from app.core.subject import Subject
from app.messaging.services.kinds import ACCOUNTS, CARRIERS
from app.messaging.services.tasks import add_task, finish_tasks_about, open_task_about
from app.messaging.states import MESSAGES

#: Fact of a message that an account refused through its own fault: the account's id.
BLAMED = "blamed"


def declare() -> None:
    """Start-up: the accounts that carry messages."""
    declare_kinds(*(replace(kind, ready=_ready) for kind in ACCOUNTS))


def _ready(account_id: int, mended: bool) -> None:
    """What waited for an account leaves; so does what this one refused, once it was changed or tried with success."""
    release_held()
    if mended:
        send_refused_again(account_id)


def route_for(channel: Channel) -> Route | None:
    """What carries this channel: the account in service, else MAIL_URL for mails; None when there is none."""
    account = account_for(*CARRIERS[channel])
    if account is not None:
        return route_of(account)
    return _environment_route() if channel == Channel.EMAIL else None


def _environment_route() -> Route | None:
    settings: Settings = current_app.extensions["etabli_settings"]
    if not settings.mail_url:
        return None
    try:
        found = parse_smtp_url(settings.mail_url)
    except ValueError as error:
        raise DomainError(_("MAIL_URL : %(fault)s", fault=error)) from None
    sender = found.user if "@" in found.user else ""
    values = {"host": found.host, "port": found.port, "security": found.security, "user": found.user, "sender": sender}
    return Route(None, "smtp", values, {"password": found.password})


def release_held() -> int:
    """Queue what waits for an account, for the channels that have one now. Returns how many."""
    require_transaction()
    channels = [channel for channel in Channel if route_exists(channel)]
    held = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.state == MessageState.HELD, OutboxMessage.channel.in_(channels))
        .order_by(OutboxMessage.id)
        .with_for_update(skip_locked=True)
    ).all()
    for message in held:
        _queue(message)
    return len(held)


def ask_to_mend(account_id: int | None, reason: str) -> None:
    """One task about an account that does not work, however many messages it refuses. No id: MAIL_URL."""
    about = _account_subject(account_id)
    if open_task_about(about) is not None:
        return
    account = db.session.get(PartnerAccount, account_id) if account_id else None
    label = account.label if account else "MAIL_URL"
    promise = _("Ceux qu'il a refusés repartiront dès qu'il sera corrigé ou que son essai réussira.")
    add_task(
        _("Les messages ne partent plus par « %(label)s » : corrigez ce compte", label=label),
        due_on=clock.today(), about=about, notes=f"{reason}\n{promise}",
    )  # fmt: skip


def send_refused_again(account_id: int) -> int:
    """Queue what this account refused through its own fault, and settle the task about it. Returns how many."""
    require_transaction()
    failed = db.session.scalars(
        select(OutboxMessage)
        .where(OutboxMessage.state == MessageState.FAILED)
        .order_by(OutboxMessage.id)
        .with_for_update(skip_locked=True)
    ).all()
    refused = [message for message in failed if message.facts.get(BLAMED) == account_id]
    for message in refused:
        message.facts = {name: value for name, value in message.facts.items() if name not in (BLAMED, "tries")}
        _queue(message)
    finish_tasks_about(_account_subject(account_id))
    return len(refused)


def worked_since(account_id: int | None, moment: datetime) -> bool:
    """True when the account carried something after this moment: a refusal is then not its fault."""
    account = db.session.get(PartnerAccount, account_id) if account_id else None
    return account is not None and account.last_ok_at is not None and account.last_ok_at > moment


def _account_subject(account_id: int | None) -> Subject:
    return Subject(PartnerAccount.__kind__, account_id or 0)


def _queue(message: OutboxMessage) -> None:
    MESSAGES.move(message, MessageState.QUEUED)
    message.due_at, message.error = clock.now(), ""
    later(DELIVER, message.id)


def route_exists(channel: Channel) -> bool:
    """True when something carries this channel."""
    if account_for(*CARRIERS[channel]) is not None:
        return True
    settings: Settings = current_app.extensions["etabli_settings"]
    return channel == Channel.EMAIL and bool(settings.mail_url)
