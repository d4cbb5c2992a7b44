"""The first run: while there is no organisation every page leads here; then the checklist."""

from flask import Response, request, session, url_for
from flask_login import login_user

from app.accounts.queries import organisation
from app.accounts.services import hash_password, open_session
from app.accounts.states import Trade
from app.core.actor import Actor, acting_as
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import public, requires
from app.core.web import client_address, go, local_url, page, say
from app.setup import queries, services
from app.setup.forms import WelcomeForm
from app.setup.views.blueprint import RIGHT, bp

FIELDS = {"name": "organisation", "email": "email", "password": "password"}


@bp.route("/bienvenue", methods=["GET", "POST"])
@public
def welcome() -> Response:
    """Create the organisation and its manager; once only."""
    if organisation() is not None:
        return go("/")
    form = WelcomeForm()
    if form.validate_on_submit():
        try:
            return _found(form)
        except DomainError as error:
            put_error(form, DomainError(error.message, field=FIELDS.get(error.field or "")))
    trades = [(trade, *queries.TRADES[trade]) for trade in queries.TRADES]
    return page("setup/welcome.html", form=form, trades=trades, status=422 if form.errors else 200)


def _found(form: WelcomeForm) -> Response:
    services.check_password_choice(form.password.data, email=form.email.data, name=form.name.data)
    hashed = hash_password(form.password.data)
    with acting_as(Actor("user", None, form.name.data)), transaction():
        user = services.found_organisation(
            name=form.organisation.data,
            trade=Trade(form.trade.data),
            manager=form.name.data,
            email=form.email.data,
            password_hash=hashed,
        )
        user.session_token = open_session(user, address=client_address(), agent=request.user_agent.string)
    session.clear()
    session.permanent = True
    login_user(user)
    say(_("Bienvenue %(name)s. « %(organisation)s » est prête.", name=user.name, organisation=form.organisation.data))
    return go(url_for("setup.todo"))


@bp.get("/bienvenue/a-faire")
@requires(RIGHT)
def todo() -> Response:
    """The checklist."""
    return page("setup/todo.html", block="liste", states=queries.checklist())


@bp.get("/bienvenue/a-faire/panneau")
@requires(RIGHT)
def todo_panel() -> Response:
    """What remains, for the dashboard; nothing when nothing does."""
    return page("setup/panel_list.html", states=queries.remaining())


@bp.post("/bienvenue/a-faire/<key>/masquer")
@requires(RIGHT)
def dismiss(key: str) -> Response:
    """Take a step off the list."""
    with transaction():
        services.dismiss_step(key)
    if request.headers.get("HX-Request"):
        return page("setup/todo.html", block="liste", states=queries.checklist())
    return go(local_url(request.form.get("next"), url_for("setup.todo")))


@bp.post("/bienvenue/a-faire/rappeler")
@requires(RIGHT)
def recall() -> Response:
    """Show again what was taken off."""
    with transaction():
        services.recall_steps()
    return go(url_for("setup.todo"))


def lead_to_welcome() -> Response | None:
    """Before each request: without an organisation, pages lead to the first run."""
    aside = request.endpoint in (None, "static", "setup.welcome") or request.path.startswith("/sante")
    return None if aside or organisation() is not None else go(url_for("setup.welcome"))
