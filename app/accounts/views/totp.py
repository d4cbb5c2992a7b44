"""Setting up the second step from one's profile, and its recovery codes."""

from flask import Response, session, url_for
from flask_login import current_user

from app.accounts import queries, services
from app.accounts.forms import ConfirmForm, TotpForm
from app.accounts.views.blueprint import bp
from app.accounts.views.profile import knows_password, profile_page
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import signed_in
from app.core.web import go, page, say

_KEY = "totp_setup"


@bp.get("/profil/double-authentification")
@signed_in
def totp_setup() -> Response:
    """The secret as a QR code, to be read by an application. It waits, sealed, in this browser's cookie."""
    if current_user.totp_since is not None:
        return go(url_for("accounts.profile") + "#double")
    session.setdefault(_KEY, services.new_secret())
    return _setup_page(TotpForm(None))


def _setup_page(form: TotpForm, status: int = 200) -> Response:
    house = queries.organisation()
    secret = services.open_secret(session[_KEY])
    return page(
        "accounts/totp_setup.html",
        form=form,
        qr=services.qr_code(secret, current_user.email, house.name if house else "Établi"),
        secret=" ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        compulsory=queries.must_set_up_totp(current_user),
        status=status,
    )


@bp.post("/profil/double-authentification")
@signed_in
def totp_confirm() -> Response:
    """The application gave a right code: from now on it is asked for; show the recovery codes, this once."""
    if current_user.totp_since is not None or _KEY not in session:
        return go(url_for("accounts.totp_setup"))
    form = TotpForm()
    if not form.validate_on_submit():
        return _setup_page(form, 422)
    try:
        with transaction():
            codes = services.turn_on_totp(current_user.id, session[_KEY], form.code.data)
            services.close_sessions_of(current_user.id, keep=current_user.session_id)
    except DomainError as error:
        put_error(form, error)
        return _setup_page(form, error.status)
    session.pop(_KEY)
    return page("accounts/recovery_codes.html", codes=codes, first=True)


@bp.post("/profil/double-authentification/retirer")
@signed_in
def totp_remove() -> Response:
    """Ask for the password alone again, unless the role forbids it."""
    form = ConfirmForm()
    if queries.totp_wanted(current_user.role):
        raise DomainError(_("Votre rôle demande la double authentification. Voyez avec votre gérant."))
    if not form.validate_on_submit() or not knows_password(form):
        return profile_page(422, confirm=form)
    with transaction():
        services.turn_off_totp(current_user.id)
    say(_("Double authentification retirée"))
    return go(url_for("accounts.profile"))


@bp.post("/profil/codes-de-secours")
@signed_in
def recovery_codes() -> Response:
    """New recovery codes, shown this once."""
    form = ConfirmForm()
    if current_user.totp_since is None:
        return go(url_for("accounts.totp_setup"))
    if not form.validate_on_submit() or not knows_password(form):
        return profile_page(422, confirm=form)
    with transaction():
        codes = services.renew_recovery_codes(current_user.id)
    return page("accounts/recovery_codes.html", codes=codes, first=False)
