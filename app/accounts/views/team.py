"""« Équipe »: who has an account, and what may be done with each."""

from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts import queries, services
from app.accounts.forms import InviteForm, PersonForm, TotpRolesForm
from app.accounts.models import User
from app.accounts.states import AccountState, Role
from app.accounts.views.blueprint import bp
from app.core import links
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.history import events_of
from app.core.i18n import _, _n
from app.core.pages import asked_page
from app.core.permissions import requires
from app.core.settings import change_setting, setting
from app.core.subject import Subject
from app.core.web import go, or_404, page, say


def _account(user_id: int) -> User:
    return or_404(queries.account(user_id))


def _asked_list() -> tuple[AccountState, bool]:
    asked = request.args.get("voir", AccountState.ACTIVE.value)
    if asked == "clients":
        return AccountState.ACTIVE, True
    return next((state for state in AccountState if state.value == asked), AccountState.ACTIVE), False


def _tabs(state: AccountState, clients: bool) -> list[dict[str, Any]]:
    counts = queries.account_counts()
    words = {
        AccountState.ACTIVE: _("Équipe"),
        AccountState.INVITED: _("Invitations"),
        AccountState.CLOSED: _("Désactivés"),
    }
    tabs = [
        {"label": words[each], "url": url_for("accounts.team", voir=each.value), "count": counts[each, False],
         "active": each == state and not clients}
        for each in AccountState
    ]  # fmt: skip
    count = counts[AccountState.ACTIVE, True]
    tabs.append(
        {"label": _("Clients"), "url": url_for("accounts.team", voir="clients"), "count": count, "active": clients}
    )
    return tabs


@bp.get("/reglages/equipe")
@requires("user.manage")
def team() -> Response:
    """The list of accounts, by state."""
    state, clients = _asked_list()
    return page(
        "accounts/team.html",
        block="content",
        found=queries.accounts_page(state, *asked_page(), clients=clients),
        state=state,
        clients=clients,
        tabs=_tabs(state, clients),
        page_url=lambda number: url_for("accounts.team", voir="clients" if clients else state.value, page=number),
        totp_roles=TotpRolesForm(None, roles=setting("accounts.totp_roles")),
    )


@bp.post("/reglages/equipe/double-authentification")
@requires("user.manage")
def totp_roles() -> Response:
    """Say which roles must sign in with a second step."""
    form = TotpRolesForm()
    if form.validate_on_submit():
        with transaction():
            change_setting("accounts.totp_roles", form.roles.data)
        say(_("Double authentification : règle enregistrée"))
    return go(url_for("accounts.team"))


@bp.route("/reglages/equipe/inviter", methods=["GET", "POST"])
@requires("user.manage")
def invite_person() -> Response:
    """Invite a colleague by e-mail."""
    form = InviteForm(role=Role.TECHNICIAN.value)
    if not form.validate_on_submit():
        return page("accounts/invite.html", form=form, status=422 if form.errors else 200)
    try:
        with transaction():
            user, token = services.invite(by=current_user, **form.values())
            services.send_invitation(user, token)
    except DomainError as error:
        put_error(form, error)
        return page("accounts/invite.html", form=form, status=error.status)
    say(_("Invitation envoyée à %(name)s", name=user.name))
    return go(url_for("accounts.person", user_id=user.id))


def _person_page(user: User, form: PersonForm | None = None, status: int = 200) -> Response:
    client = user.role == Role.CLIENT
    state = queries.state_of(user)
    token = links.token_of("invite", Subject("user", user.id)) if state == AccountState.INVITED else None
    return page(
        "accounts/person.html",
        form=form or PersonForm(None, obj=user, client=client),
        person=user,
        state=state,
        client=client,
        link=services.invitation_url(token) if token else "",
        sessions=queries.open_sessions(user.id),
        events=events_of(Subject("user", user.id), 12),
        status=status,
    )


@bp.get("/reglages/equipe/<int:user_id>")
@requires("user.manage")
def person(user_id: int) -> Response:
    """One account."""
    return _person_page(_account(user_id))


@bp.post("/reglages/equipe/<int:user_id>")
@requires("user.manage")
def save_person(user_id: int) -> Response:
    """Change one account."""
    user = _account(user_id)
    form = PersonForm(client=user.role == Role.CLIENT)
    if not form.validate_on_submit():
        return _person_page(user, form, 422)
    try:
        with transaction():
            services.change_person(user_id, by=current_user, **form.values())
    except DomainError as error:
        put_error(form, error)
        return _person_page(_account(user_id), form, error.status)
    say(_("Compte de %(name)s enregistré", name=user.name))
    return go(url_for("accounts.person", user_id=user_id))


@bp.post("/reglages/equipe/<int:user_id>/inviter")
@requires("user.manage")
def resend_invitation(user_id: int) -> Response:
    """Send a fresh invitation; the earlier link is void."""
    user = _account(user_id)
    with transaction():
        services.send_invitation(user, services.new_invitation(user))
    say(_("Nouvelle invitation envoyée à %(name)s. Le lien précédent ne vaut plus.", name=user.name))
    return go(url_for("accounts.person", user_id=user_id))


@bp.post("/reglages/equipe/<int:user_id>/desactiver")
@requires("user.manage")
def deactivate_person(user_id: int) -> Response:
    """Close an account."""
    _account(user_id)
    with transaction():
        user = services.deactivate(user_id, by=current_user)
    say(_("Compte de %(name)s désactivé", name=user.name))
    return go(url_for("accounts.person", user_id=user_id))


@bp.post("/reglages/equipe/<int:user_id>/reactiver")
@requires("user.manage")
def reactivate_person(user_id: int) -> Response:
    """Open a closed account again."""
    _account(user_id)
    with transaction():
        user = services.reactivate(user_id, by=current_user)
    say(_("Compte de %(name)s rouvert", name=user.name))
    return go(url_for("accounts.person", user_id=user_id))


@bp.post("/reglages/equipe/<int:user_id>/deconnecter")
@requires("user.manage")
def sign_out_person(user_id: int) -> Response:
    """End every session of somebody."""
    user = _account(user_id)
    with transaction():
        count = services.sign_out_everywhere(user_id, by=current_user)
    say(_n("%(num)s session de %(name)s fermée", "%(num)s sessions de %(name)s fermées", count, name=user.name))
    return go(url_for("accounts.person", user_id=user_id))


@bp.post("/reglages/equipe/<int:user_id>/retirer-double-authentification")
@requires("user.manage")
def remove_person_totp(user_id: int) -> Response:
    """Somebody lost telephone and recovery codes: let the password do until a new set-up."""
    user = _account(user_id)
    with transaction():
        services.remove_totp_of(user_id, by=current_user)
    say(_("Double authentification de %(name)s retirée", name=user.name))
    return go(url_for("accounts.person", user_id=user_id))
