"""Signing in by address and password, and signing out."""

from flask import Response, current_app, request, session, url_for
from flask_login import current_user, logout_user

from app.accounts import services
from app.accounts.forms import SignInForm
from app.accounts.views.blueprint import bp
from app.accounts.views.second_step import ask_code
from app.accounts.views.sessions import start_session
from app.core.db import transaction
from app.core.i18n import _
from app.core.permissions import public, signed_in
from app.core.web import client_address, go, local_url, page

DEMO_ACCOUNTS = (
    ("gerant", "Gérante"), ("accueil", "Accueil"), ("commercial", "Commercial"), ("technicien", "Technicienne"),
    ("luthier", "Luthier"), ("compta", "Comptable"), ("adherent", "Adhérent"), ("parent", "Parent"),
    ("client", "Client"), ("proprietaire", "Propriétaire"),
)  # fmt: skip
DEMO_PASSWORD = "etabli-demo"  # noqa: S105  the page itself prints it, in demonstration only


@bp.route("/connexion", methods=["GET", "POST"])
@public
def sign_in() -> Response:
    """The sign-in page; its refusal never tells whether an account exists."""
    if request.method == "GET" and current_user.is_authenticated:
        return go(url_for("accounts.home"))
    form = SignInForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return _sign_in_page(form, 422 if form.errors else 200)
    keys = (f"email:{form.email.data.strip().lower()}", f"address:{client_address()}")
    if services.too_many_attempts(*keys):
        form.password.errors = [_("Trop d'essais. Attendez un quart d'heure, ou demandez un nouveau mot de passe.")]
        return _sign_in_page(form, 429)
    user = services.check_password(form.email.data, form.password.data)
    if user is None:
        with transaction():
            services.note_refusal(*keys)
        form.password.errors = [
            _("Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez-les, puis recommencez.")
        ]
        return _sign_in_page(form, 422)
    if user.totp_since is not None:
        return ask_code(user, form.next.data)
    start_session(user)
    return go(local_url(form.next.data, url_for("accounts.home")))


def _sign_in_page(form: SignInForm, status: int) -> Response:
    demo = DEMO_ACCOUNTS if current_app.config["DEMO"] else ()
    return page("accounts/sign_in.html", form=form, demo=demo, demo_password=DEMO_PASSWORD, status=status)


@bp.post("/deconnexion")
@signed_in
def sign_out() -> Response:
    """End this session."""
    with transaction():
        services.close_session(current_user.session_id)
    logout_user()
    session.clear()
    return go(url_for("accounts.sign_in"))


@bp.get("/")
@signed_in
def home() -> Response:
    """The front door: the portal for clients, the day for the team."""
    return go(url_for("portal.home" if current_user.is_client else "insights.dashboard"))
