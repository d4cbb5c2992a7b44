"""The second step of a sign-in: a code of the person's application, or a recovery code."""

from flask import Response, session, url_for

from app.accounts import queries, services
from app.accounts.forms import CodeForm
from app.accounts.models import User
from app.accounts.views.blueprint import bp
from app.accounts.views.sessions import start_session
from app.core import clock
from app.core.actor import Actor, acting_as
from app.core.db import transaction
from app.core.i18n import _, _n
from app.core.permissions import public
from app.core.web import client_address, go, local_url, page, say

_KEY = "second_step"
_SECONDS = 600


def ask_code(user: User, after: str | None) -> Response:
    """The password was right: go and ask for the code."""
    session[_KEY] = {
        "user": user.id,
        "at": int(clock.now().timestamp()),
        "next": after or "",
        "hash": user.password_hash[-12:],
    }
    return go(url_for("accounts.second_step"))


def _waiting() -> User | None:
    """Who gave the right password less than ten minutes ago in this browser."""
    kept = session.get(_KEY)
    if not kept or clock.now().timestamp() - kept["at"] > _SECONDS:
        return None
    user = queries.account(kept["user"])
    usable = user is not None and user.active and user.archived_at is None and user.password_hash[-12:] == kept["hash"]
    return user if usable else None


@bp.route("/connexion/code", methods=["GET", "POST"])
@public
def second_step() -> Response:
    """Ask for the code, a few times."""
    user = _waiting()
    if user is None:
        session.pop(_KEY, None)
        return go(url_for("accounts.sign_in"))
    form = CodeForm()
    if not form.validate_on_submit():
        return page("accounts/second_step.html", form=form, status=422 if form.errors else 200)
    keys = (f"code:{user.id}", f"address:{client_address()}")
    if services.too_many_attempts(*keys):
        form.code.errors = [_("Trop d'essais. Attendez un quart d'heure, puis recommencez.")]
        return page("accounts/second_step.html", form=form, status=429)
    left = len(user.recovery_hashes)
    with acting_as(Actor("user", user.id, user.name)), transaction():
        right = services.check_code(user.id, form.code.data)
        if not right:
            services.note_refusal(*keys)
    if not right:
        form.code.errors = [
            _("Ce code ne va pas, ou il a déjà servi. Attendez le suivant, ou prenez un code de secours.")
        ]
        return page("accounts/second_step.html", form=form, status=422)
    return _let_in(user, recovery_code=len(user.recovery_hashes) < left)


def _let_in(user: User, *, recovery_code: bool) -> Response:
    after = session[_KEY]["next"]
    start_session(user)
    if recovery_code:
        say(_n("Il vous reste %(num)s code de secours. Vous pouvez en refaire dans votre profil.",
               "Il vous reste %(num)s codes de secours. Vous pouvez en refaire dans votre profil.", len(user.recovery_hashes)), "info")  # fmt: skip
    return go(local_url(after, url_for("accounts.home")))
