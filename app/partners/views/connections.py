"""Settings: the connections and their health; enter, change, try, pause, remove. Secrets are written, never shown."""

from typing import Any

from flask import Response, request, url_for
from flask_wtf import FlaskForm

from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.outbox import Channel
from app.core.partner_kinds import GROUPS, KINDS, AccountKind
from app.core.partners import PartnerAccount, route_of
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.messaging.services.accounts import route_exists
from app.partners import queries
from app.partners.forms import account_form
from app.partners.services import accounts as services
from app.partners.views.blueprint import MANAGE, account_or_404, bp


@bp.get("/reglages/connexions")
@requires(MANAGE)
def index() -> Response:
    """The connections by what they are for, and how each fares."""
    missing = [channel for channel in Channel if not route_exists(channel)]
    return page("partners/index.html", groups=queries.cards_by_group(), purposes=GROUPS, missing=missing)


@bp.get("/reglages/connexions/nouvelle")
@requires(MANAGE)
def choose() -> Response:
    """The kinds of connections, by what they are for."""
    groups = {name: [kind for kind in KINDS.values() if kind.group == name] for name in GROUPS}
    return page("partners/choose.html", groups=groups, purposes=GROUPS)


def _values(kind: AccountKind, form: FlaskForm) -> tuple[str, dict[str, Any], dict[str, str]]:
    """(label, settings, secrets) of the form."""
    settings = {item.name: _stripped(form[item.name].data) for item in kind.fields if item.kind != "secret"}
    secrets = {name: form[name].data or "" for name in kind.secret_names}
    return form["label"].data or "", settings, secrets


def _stripped(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


@bp.route("/reglages/connexions/nouvelle/<kind>", methods=["GET", "POST"])
@requires(MANAGE)
def new(kind: str) -> Response:
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
            say(_("Connexion enregistrée. Essayez-la : l'essai n'envoie rien."))
            return go(url_for("partners.show", account_id=account.id))
    return page("partners/account.html", kind=found, account=None, form=form, status=422 if form.errors else 200)


@bp.route("/reglages/connexions/<int:account_id>", methods=["GET", "POST"])
@requires(MANAGE)
def show(account_id: int) -> Response:
    """Change an account; see what is done with it and its last calls."""
    row = account_or_404(account_id)
    kind = KINDS[row.kind]
    form = account_form(kind, known=True, settings={"label": row.label, **row.settings})
    if form.validate_on_submit():
        try:
            with transaction():
                services.change_account(account_or_404(account_id), *_values(kind, form))
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Connexion « %(label)s » enregistrée.", label=row.label))
            return go(url_for("partners.show", account_id=account_id))
    told = _told(row)
    beside = ("appels",) if told["card"].busy else ("essai", "appels")
    return page(
        "partners/account.html", block="travaux", oob=beside, form=form, status=422 if form.errors else 200, **told
    )  # fmt: skip


def _told(row: PartnerAccount) -> dict[str, Any]:
    """What the page of an account shows beside its form."""
    return {
        "kind": KINDS[row.kind], "account": row, "card": queries.card_of(row), "runs": queries.told_runs(row),
        "calls": queries.last_calls(row.id),
    }  # fmt: skip


@bp.post("/reglages/connexions/<int:account_id>/essayer")
@requires(MANAGE)
def try_account(account_id: int) -> Response:
    """Call the partner with what is saved; nothing is sent to anybody."""
    route = route_of(account_or_404(account_id))
    db.session.rollback()
    trial = services.try_route(route)
    with transaction():
        services.note_trial(account_or_404(account_id), trial)
    if request.form.get("list"):
        say(trial.sentence, "success" if trial.works else "error")
        return go(url_for("partners.index"))
    row = account_or_404(account_id)
    form = account_form(KINDS[row.kind], known=True, settings={"label": row.label, **row.settings}, formdata=None)
    return page("partners/account.html", block="essai", oob=("travaux", "appels"), form=form, trial=trial, **_told(row))


@bp.post("/reglages/connexions/<int:account_id>/service")
@requires(MANAGE)
def switch(account_id: int) -> Response:
    """Pause, or put back in service."""
    active = request.form.get("active") == "1"
    with transaction():
        row = account_or_404(account_id)
        services.switch_account(row, active)
    say(
        _("« %(label)s » est en service.", label=row.label)
        if active
        else _("« %(label)s » est en pause.", label=row.label)
    )
    return go(url_for("partners.show", account_id=account_id))


@bp.post("/reglages/connexions/<int:account_id>/retirer")
@requires(MANAGE)
def archive(account_id: int) -> Response:
    """Remove the account and forget its secrets."""
    with transaction():
        row = account_or_404(account_id)
        services.archive_account(row)
    say(_("« %(label)s » est retirée ; ses mots de passe sont effacés.", label=row.label))
    return go(url_for("partners.index"))
