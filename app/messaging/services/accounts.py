"""Accounts that carry messages: enter, change, try; and release what waited for one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import select

from app.connectors.calls import CallRecord
from app.connectors.errors import PartnerError
from app.connectors.mail.account import parse_smtp_url
from app.core import clock
from app.core.config import Settings
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.jobs import later
from app.core.outbox import DELIVER, Channel, MessageState, OutboxMessage
from app.core.partners import PartnerAccount, account_for, record_calls
from app.core.subject import Subject
from app.messaging.services.kinds import CARRIERS, KINDS, AccountKind
from app.messaging.services.tasks import add_task, finish_tasks_about, open_task_about
from app.messaging.states import MESSAGES

#: Fact of a message that an account refused through its own fault: the account's id.
BLAMED = "blamed"


@dataclass(frozen=True, slots=True)
class Route:
    """By what a message leaves: plain data, so that the call is made outside any transaction. `id` None: MAIL_URL."""

    id: int | None
    kind: str
    settings: Mapping[str, Any]
    secrets: Mapping[str, str] = field(repr=False)


def kind_named(code: str) -> AccountKind:
    """Raises DomainError when there is no such kind."""
    if code not in KINDS:
        raise DomainError(_("Ce type de compte n'existe pas. Choisissez-en un dans la liste."))
    return KINDS[code]


def add_account(kind: str, label: str, settings: Mapping[str, Any], secrets: Mapping[str, str]) -> PartnerAccount:
    """Enter an account; what waited for one leaves at once. Raises DomainError for an unknown kind or a missing field."""
    require_transaction()
    account = PartnerAccount(kind=kind_named(kind).code, label=label.strip() or kind_named(kind).label)
    db.session.add(account)
    _fill(account, settings, secrets)
    db.session.flush()
    record(account, "partner_account.added", kind=kind, label=account.label)
    release_held()
    return account


def change_account(
    account: PartnerAccount, label: str, settings: Mapping[str, Any], secrets: Mapping[str, str]
) -> None:
    """Change an account; a secret left empty is kept. A new mailbox is read anew."""
    require_transaction()
    where = [account.settings.get(name) for name in ("host", "user", "mailbox")]
    account.label = label.strip() or kind_named(account.kind).label
    _fill(account, settings, secrets)
    if where != [account.settings.get(name) for name in ("host", "user", "mailbox")]:
        account.cursor = {}
    record(account, "partner_account.changed", kind=account.kind, label=account.label)
    release_held()
    send_refused_again(account.id)


def switch_account(account: PartnerAccount, active: bool) -> None:
    """Put an account in or out of service."""
    require_transaction()
    if account.active != active:
        account.active = active
        record(account, "partner_account.switched", active=active, label=account.label)
        db.session.flush()
        release_held()


def archive_account(account: PartnerAccount) -> None:
    """Remove an account; its calls stay readable. Its secrets are forgotten."""
    require_transaction()
    account.archived_at, account.active, account.secrets = clock.now(), False, {}
    record(account, "partner_account.archived", label=account.label)


def _fill(account: PartnerAccount, settings: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
    kind = kind_named(account.kind)
    kept = {} if account.id is None else _readable_secrets(account)
    open_fields = [item for item in kind.fields if item.kind != "secret"]
    account.settings = {item.name: settings.get(item.name, item.default) for item in open_fields}
    account.secrets = {name: secrets.get(name) or kept.get(name, "") for name in kind.secret_names}
    for item in kind.fields:
        values: Mapping[str, Any] = account.secrets if item.kind == "secret" else account.settings
        if item.required and values.get(item.name) in (None, ""):
            raise DomainError(_("Il manque « %(label)s ».", label=_(item.label)), field=item.name)


def _readable_secrets(account: PartnerAccount) -> dict[str, str]:
    """Those kept; none when the server's key changed, for that is when they are typed again."""
    try:
        return account.secrets
    except DomainError:
        return {}


def route_of(account: PartnerAccount) -> Route:
    """The account as plain data. Raises DomainError when its secrets cannot be read."""
    return Route(account.id, account.kind, dict(account.settings), account.secrets)


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


def note_outcome(account_id: int | None, kind: str, calls: Iterable[CallRecord], refusal: str = "") -> None:
    """Keep the calls made to a partner, and when its account last worked or was refused."""
    require_transaction()
    account = db.session.get(PartnerAccount, account_id) if account_id else None
    record_calls(account, kind, list(calls))
    if account is not None and refusal:
        account.last_error = f"{clock.full(clock.now())} : {refusal}"[:500]
    elif account is not None:
        account.last_ok_at, account.last_error = clock.now(), ""


@dataclass(frozen=True, slots=True)
class Trial:
    """The result of « Essayer », in one sentence."""

    works: bool
    sentence: str
    calls: tuple[CallRecord, ...] = ()


def try_route(route: Route) -> Trial:
    """Call the partner with these values. Outside any transaction; `note_outcome` keeps the result."""
    calls: list[CallRecord] = []
    try:
        sentence = kind_named(route.kind).trial(route.settings, route.secrets, calls.append)
    except PartnerError as error:
        return Trial(False, error.message_fr.removesuffix(" Nouvel essai automatique."), tuple(calls))
    return Trial(True, sentence, tuple(calls))
