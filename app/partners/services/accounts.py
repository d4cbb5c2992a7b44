"""Accounts at partners: enter, change, put in or out of service, remove, try."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.connectors.calls import CallRecord
from app.connectors.errors import PartnerError
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.partner_kinds import KINDS, AccountKind
from app.core.partners import PartnerAccount, Route, note_outcome
from app.core.subject import Subject
from app.messaging.services.tasks import finish_tasks_about
from app.partners.services import runs


def kind_named(code: str) -> AccountKind:
    """Raises DomainError when there is no such kind."""
    if code not in KINDS:
        raise DomainError(_("Ce type de connexion n'existe pas. Choisissez-en un dans la liste."))
    return KINDS[code]


def add_account(kind: str, label: str, settings: Mapping[str, Any], secrets: Mapping[str, str]) -> PartnerAccount:
    """Enter an account; what waited for one goes on. Raises DomainError for an unknown kind or a missing field."""
    require_transaction()
    account = PartnerAccount(kind=kind_named(kind).code, label=label.strip() or kind_named(kind).label)
    db.session.add(account)
    _fill(account, settings, secrets)
    db.session.flush()
    record(account, "partner_account.added", kind=kind, label=account.label)
    _ready(account, mended=False)
    return account


def change_account(
    account: PartnerAccount, label: str, settings: Mapping[str, Any], secrets: Mapping[str, str]
) -> None:
    """Change an account; a secret left empty is kept. When it has become another, it is read from the beginning."""
    require_transaction()
    kind = kind_named(account.kind)
    before = [account.settings.get(name) for name in kind.identity]
    account.label = label.strip() or kind.label
    _fill(account, settings, secrets)
    record(account, "partner_account.changed", kind=account.kind, label=account.label)
    if before != [account.settings.get(name) for name in kind.identity]:
        runs.begin_again(account)
    _ready(account, mended=True)


def switch_account(account: PartnerAccount, active: bool) -> None:
    """Put an account in or out of service; out of it, its runs wait where they are."""
    require_transaction()
    if account.active == active:
        return
    account.active = active
    record(account, "partner_account.switched", active=active, label=account.label)
    db.session.flush()
    if active:
        _ready(account, mended=False)
    else:
        runs.pause(account)


def archive_account(account: PartnerAccount) -> None:
    """Remove an account; its calls stay readable. Its secrets are forgotten."""
    require_transaction()
    account.archived_at, account.active, account.secrets = clock.now(), False, {}
    runs.give_up(account)
    finish_tasks_about(Subject(PartnerAccount.__kind__, account.id))
    record(account, "partner_account.archived", label=account.label)


def _ready(account: PartnerAccount, *, mended: bool) -> None:
    """What waited for this account goes on; `mended`: what it had refused too."""
    ready = kind_named(account.kind).ready
    if ready is not None:
        ready(account.id, mended)
    runs.revive(account)
    if mended:
        finish_tasks_about(Subject(PartnerAccount.__kind__, account.id))


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


@dataclass(frozen=True, slots=True)
class Trial:
    """The result of « Essayer », in one sentence."""

    works: bool
    sentence: str
    calls: tuple[CallRecord, ...] = ()


def try_route(route: Route) -> Trial:
    """Call the partner with these values. Outside any transaction; `note_trial` keeps the result."""
    calls: list[CallRecord] = []
    try:
        sentence = kind_named(route.kind).trial(route.settings, route.secrets, calls.append)
    except PartnerError as error:
        return Trial(False, error.message_fr.removesuffix(" Nouvel essai automatique."), tuple(calls))
    return Trial(True, sentence, tuple(calls))


def note_trial(account: PartnerAccount, trial: Trial) -> None:
    """Keep what a trial told; when it works, what waited or had stopped goes on."""
    require_transaction()
    note_outcome(account.id, account.kind, trial.calls, "" if trial.works else trial.sentence)
    if trial.works:
        _ready(account, mended=True)
