"""Pages opened by a signed link: an invitation, a forgotten password."""

from flask import Response, url_for

from app.accounts import services
from app.accounts.forms import ForgottenForm, NewPasswordForm
from app.accounts.models import User
from app.accounts.views.blueprint import bp
from app.accounts.views.sessions import start_session
from app.core.actor import Actor, acting_as
from app.core.db import transaction
from app.core.errors import Gone
from app.core.i18n import _
from app.core.jobs import later
from app.core.permissions import public
from app.core.web import client_address, go, or_404, page, say

SEND_RESET = "app.accounts.jobs.send_reset"


@bp.route("/mot-de-passe-oublie", methods=["GET", "POST"])
@public
def forgotten() -> Response:
    """Ask for a link. The answer and its duration are the same whether the address has an account or not."""
    form = ForgottenForm()
    if not form.validate_on_submit():
        return page("accounts/forgotten.html", form=form, status=422 if form.errors else 200)
    email, address = form.email.data.strip().lower(), client_address()
    if services.too_many_attempts(f"reset-address:{address}"):
        form.email.errors = [_("Trop de demandes depuis cet endroit. Attendez un quart d'heure, puis recommencez.")]
        return page("accounts/forgotten.html", form=form, status=429)
    enough = services.too_many_attempts(f"reset:{email}")
    with transaction():
        services.note_refusal(f"reset:{email}", f"reset-address:{address}")
        if not enough:
            later(SEND_RESET, email)
    return page("accounts/forgotten_sent.html", email=email)


@bp.route("/mot-de-passe/<token>", methods=["GET", "POST"])
@public
def reset_password(token: str) -> Response:
    """Choose another password by the link received."""
    return _choose_password(token, "reset")


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@public
def accept_invitation(token: str) -> Response:
    """Choose a first password by the invitation received."""
    return _choose_password(token, "invite")


def _choose_password(token: str, kind: str) -> Response:
    try:
        user = or_404(services.holder_of(token, kind))
        form = NewPasswordForm(whose=(user.email, user.name))
        if not form.validate_on_submit():
            return page(
                "accounts/new_password.html", form=form, user=user, kind=kind, status=422 if form.errors else 200
            )
        return _take(token, kind, user, services.hash_password(form.password.data))
    except Gone as gone:
        return page("accounts/link_gone.html", kind=kind, message=gone.message, status=gone.status)


def _take(token: str, kind: str, user: User, password_hash: str) -> Response:
    with acting_as(Actor("user", user.id, user.name)), transaction():
        user = services.take_link(token, kind, password_hash)
    if kind == "invite" and user.totp_since is None:
        start_session(user)
        say(_("Bienvenue, %(name)s. Votre compte est prêt.", name=user.name))
        return go(url_for("accounts.home"))
    say(_("Votre mot de passe est changé. Connectez-vous avec le nouveau."))
    return go(url_for("accounts.sign_in"))
