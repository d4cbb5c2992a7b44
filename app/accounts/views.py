"""Pages of accounts: sign in, sign out, one's own profile."""

from flask import Blueprint, Response, current_app, request, session, url_for
from flask_login import current_user, login_user, logout_user

from app.accounts import services
from app.accounts.forms import SignInForm
from app.accounts.models import User
from app.core.db import transaction
from app.core.i18n import _
from app.core.permissions import public, signed_in
from app.core.web import client_address, go, local_url, page

bp = Blueprint("accounts", __name__)

DEMO_ACCOUNTS = (
    ("gerant", "Gérante"), ("accueil", "Accueil"), ("commercial", "Commercial"), ("technicien", "Technicienne"),
    ("luthier", "Luthier"), ("compta", "Comptable"), ("adherent", "Adhérent"), ("parent", "Parent"),
    ("client", "Client"), ("proprietaire", "Propriétaire"),
)  # fmt: skip


def start_session(user: User) -> None:
    """Open a session for a person whose identity was checked, and put its token in the cookie."""
    with transaction():
        user.session_token = services.open_session(
            user, address=client_address(), agent=request.user_agent.string
        )
    session.clear()
    session.permanent = True
    login_user(user)


@bp.route("/connexion", methods=["GET", "POST"])
@public
def sign_in() -> Response:
    """The sign-in page; its refusal never tells whether an account exists."""
    form = SignInForm(next=request.args.get("next", ""))
    if not form.validate_on_submit():
        return page("accounts/sign_in.html", form=form, demo=_demo_accounts(), status=422 if form.errors else 200)
    keys = (f"email:{form.email.data.strip().lower()}", f"address:{client_address()}")
    if services.too_many_attempts(*keys):
        form.password.errors = [_("Trop d'essais. Attendez un quart d'heure, ou demandez un nouveau mot de passe.")]
        return page("accounts/sign_in.html", form=form, demo=_demo_accounts(), status=429)
    user = services.check_password(form.email.data, form.password.data)
    if user is None:
        with transaction():
            services.note_refusal(*keys)
        form.password.errors = [_("Cette adresse et ce mot de passe ne vont pas ensemble. Vérifiez-les, puis recommencez.")]
        return page("accounts/sign_in.html", form=form, demo=_demo_accounts(), status=422)
    start_session(user)
    return go(local_url(form.next.data, url_for("accounts.home")))


def _demo_accounts() -> tuple[tuple[str, str], ...]:
    return DEMO_ACCOUNTS if current_app.config["DEMO"] else ()


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


@bp.post("/profil/apparence")
@signed_in
def appearance() -> Response:
    """Keep the theme, the folded menu, or the shortcuts' switch."""
    known = {"theme": ("light", "dark", "auto"), "rail": ("0", "1"), "shortcuts": ("0", "1")}
    choices = {key: request.form[key] for key, values in known.items() if request.form.get(key) in values}
    with transaction():
        services.change_appearance(current_user.id, **choices)
    return Response("", 204) if request.headers.get("X-Requested-With") else go(local_url(request.form.get("next"), "/"))
