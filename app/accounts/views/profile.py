"""One's own profile: name, password, screens, sessions."""

from typing import Any

from flask import Response, request, session, url_for
from flask_login import current_user, logout_user

from app.accounts import queries, services
from app.accounts.forms import AppearanceForm, ConfirmForm, PasswordForm, ProfileForm
from app.accounts.views.blueprint import bp
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _, _n
from app.core.panels import panels
from app.core.permissions import signed_in
from app.core.web import go, local_url, or_404, page, say, wants_fragment

_CHOICES = {"theme": ("light", "dark", "auto"), "rail": ("0", "1"), "shortcuts": ("0", "1")}
_A_YEAR = 365 * 24 * 3600


def profile_page(status: int = 200, **forms: Any) -> Response:
    """The profile, with the forms given in place of fresh ones."""
    likes = current_user.appearance
    fresh = {
        "profile": ProfileForm(None, name=current_user.name, phone=current_user.phone),
        "password": PasswordForm(None, whose=_whose()),
        "appearance": AppearanceForm(None, theme=likes.get("theme", "auto"), shortcuts=likes.get("shortcuts", "1")),
        "confirm": ConfirmForm(None),
    }
    return page(
        "accounts/profile.html",
        forms={**fresh, **forms},
        sessions=queries.open_sessions(current_user.id),
        totp_wanted=queries.totp_wanted(current_user.role),
        panels=panels("profile", current_user, queries.rights_of(current_user.role)),
        status=status,
    )


def _whose() -> tuple[str, str]:
    return current_user.email, current_user.name


def knows_password(form: ConfirmForm | PasswordForm) -> bool:
    """True when the form's present password is right; else its field says so. Guessing is slowed down."""
    key = f"password:{current_user.id}"
    if services.too_many_attempts(key):
        form.present.errors = [_("Trop d'essais. Attendez un quart d'heure, puis recommencez.")]
        return False
    if services.verify(queries.account(current_user.id), form.present.data or ""):
        return True
    with transaction():
        services.note_refusal(key)
    form.present.errors = [_("Ce n'est pas votre mot de passe actuel. Vérifiez la touche Majuscule, puis recommencez.")]
    return False


@bp.get("/profil")
@signed_in
def profile() -> Response:
    """One's own page."""
    return profile_page()


@bp.post("/profil")
@signed_in
def save_profile() -> Response:
    """Keep one's name and telephone."""
    form = ProfileForm()
    if not form.validate_on_submit():
        return profile_page(422, profile=form)
    try:
        with transaction():
            services.change_profile(current_user.id, name=form.name.data, phone=form.phone.data or "")
    except DomainError as error:
        put_error(form, error)
        return profile_page(error.status, profile=form)
    say(_("Profil enregistré"))
    return go(url_for("accounts.profile"))


@bp.post("/profil/mot-de-passe")
@signed_in
def change_password() -> Response:
    """Take another password; every other session of this person ends."""
    form = PasswordForm(whose=_whose())
    if not form.validate_on_submit() or not knows_password(form):
        return profile_page(422, password=form)
    password_hash = services.hash_password(form.password.data)
    with transaction():
        services.set_password(current_user.id, password_hash)
        services.close_sessions_of(current_user.id, keep=current_user.session_id)
    say(_("Mot de passe changé. Vos autres sessions sont fermées."))
    return go(url_for("accounts.profile"))


@bp.post("/profil/apparence")
@signed_in
def appearance() -> Response:
    """Keep the theme, the folded menu, or the shortcuts' switch."""
    choices = {key: request.form[key] for key, values in _CHOICES.items() if request.form.get(key) in values}
    with transaction():
        services.change_appearance(current_user.id, **choices)
    response = Response("", 204) if wants_fragment() else go(local_url(request.form.get("next"), "/"))
    if "theme" in choices:
        response.set_cookie(
            "theme", choices["theme"], max_age=_A_YEAR, samesite="Lax", httponly=True, secure=request.is_secure
        )
    return response


@bp.post("/profil/sessions/<int:session_id>/fermer")
@signed_in
def end_session(session_id: int) -> Response:
    """Sign out one of one's own browsers."""
    with transaction():
        found = services.close_session(session_id, current_user.id)
    or_404(found or None)
    if session_id == current_user.session_id:
        logout_user()
        session.clear()
        return go(url_for("accounts.sign_in"))
    say(_("Session fermée"))
    return go(url_for("accounts.profile") + "#sessions")


@bp.post("/profil/sessions/fermer-les-autres")
@signed_in
def end_other_sessions() -> Response:
    """Sign out everywhere but here."""
    with transaction():
        count = services.close_sessions_of(current_user.id, keep=current_user.session_id)
    say(_n("%(num)s autre session fermée", "%(num)s autres sessions fermées", count))
    return go(url_for("accounts.profile") + "#sessions")
