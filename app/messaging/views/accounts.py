"""Settings: the accounts that carry messages, entered in the browser and tried at once. Secrets are written, never shown."""

from typing import Any

from flask import Response, request, url_for
from flask_wtf import FlaskForm
from sqlalchemy import select

from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.outbox import Channel
from app.core.partners import PartnerAccount, PartnerCall
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.messaging.forms import account_form
from app.messaging.services import accounts as services
from app.messaging.services.kinds import KINDS, AccountKind
from app.messaging.views.blueprint import bp

CALLS_SHOWN = 20


@bp.get("/reglages/comptes")
@requires("message.accounts")
def accounts() -> Response:
    """The accounts, what they carry, and when they last worked."""
    rows = db.session.scalars(
        select(PartnerAccount)
        .where(PartnerAccount.kind.in_(KINDS), PartnerAccount.archived_at.is_(None))
        .order_by(PartnerAccount.kind, PartnerAccount.id)
    ).all()
    missing = [channel for channel in Channel if not services.route_exists(channel)]
    return page("messaging/accounts.html", rows=rows, kinds=KINDS, missing=missing)


def _account(account_id: int) -> PartnerAccount:
    found = db.session.get(PartnerAccount, account_id)
    return or_404(found if found and found.kind in KINDS and found.archived_at is None else None)


def _values(kind: AccountKind, form: FlaskForm) -> tuple[str, dict[str, Any], dict[str, str]]:
    """(label, settings, secrets) of the form."""
    settings = {item.name: _stripped(form[item.name].data) for item in kind.fields if item.kind != "secret"}
    secrets = {name: form[name].data or "" for name in kind.secret_names}
    return form["label"].data or "", settings, secrets


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


@bp.route("/reglages/comptes/nouveau/<kind>", methods=["GET", "POST"])
@requires("message.accounts")
def account_new(kind: str) -> Response:
    """Enter an account."""
    found = or_404(KINDS.get(kind))
    form = account_form(found, known=False)
    if form.validate_on_submit():
        try:
            with transaction():
                account = services.add_account(kind, *_values(found, form))
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Compte enregistré. Essayez-le : l'essai n'envoie rien."))
            return go(url_for("messaging.account", account_id=account.id))
    return page(
        "messaging/account.html",
        kind=found,
        account=None,
        form=form,
        calls=[],
        trial=None,
        status=422 if form.errors else 200,
    )


@bp.route("/reglages/comptes/<int:account_id>", methods=["GET", "POST"])
@requires("message.accounts")
def account(account_id: int) -> Response:
    """Change an account, and see its last calls."""
    row = _account(account_id)
    kind = KINDS[row.kind]
    form = account_form(kind, known=True, settings={"label": row.label, **row.settings})
    if form.validate_on_submit():
        try:
            with transaction():
                services.change_account(_account(account_id), *_values(kind, form))
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Compte « %(label)s » enregistré.", label=row.label))
            return go(url_for("messaging.account", account_id=account_id))
    return page(
        "messaging/account.html", kind=kind, account=row, form=form, calls=_calls(account_id), trial=None,
        status=422 if form.errors else 200,
    )  # fmt: skip


def _calls(account_id: int) -> list[PartnerCall]:
    query = (
        select(PartnerCall)
        .where(PartnerCall.account_id == account_id)
        .order_by(PartnerCall.id.desc())
        .limit(CALLS_SHOWN)
    )
    return list(db.session.scalars(query))


@bp.post("/reglages/comptes/<int:account_id>/essayer")
@requires("message.accounts")
def account_try(account_id: int) -> Response:
    """Call the partner with what is saved; nothing is sent to anybody."""
    route = services.route_of(_account(account_id))
    db.session.rollback()
    trial = services.try_route(route)
    with transaction():
        services.note_outcome(account_id, route.kind, trial.calls, "" if trial.works else trial.sentence)
        if trial.works:
            services.send_refused_again(account_id)
    row = _account(account_id)
    kind = KINDS[row.kind]
    form = account_form(kind, known=True, settings={"label": row.label, **row.settings}, formdata=None)
    return page(
        "messaging/account.html", block="essai", oob=("appels",), kind=kind, account=row, form=form, trial=trial,
        calls=_calls(account_id),
    )  # fmt: skip


@bp.post("/reglages/comptes/<int:account_id>/service")
@requires("message.accounts")
def account_switch(account_id: int) -> Response:
    """Put in or out of service."""
    active = request.form.get("active") == "1"
    with transaction():
        row = _account(account_id)
        services.switch_account(row, active)
    say(
        _("« %(label)s » est en service.", label=row.label)
        if active
        else _("« %(label)s » est arrêté.", label=row.label)
    )
    return go(url_for("messaging.accounts"))


@bp.post("/reglages/comptes/<int:account_id>/retirer")
@requires("message.accounts")
def account_archive(account_id: int) -> Response:
    """Remove the account and forget its secrets."""
    with transaction():
        row = _account(account_id)
        services.archive_account(row)
    say(_("« %(label)s » est retiré ; ses mots de passe sont effacés.", label=row.label))
    return go(url_for("messaging.accounts"))
