"""The tills of the house: /caisse."""

from flask import Response, url_for
from flask_login import current_user

from app.accounts.queries import allowed
from app.core.permissions import requires
from app.core.web import go, page
from app.till import queries
from app.till.views.blueprint import bp


@bp.get("/caisse")
@requires("till.view")
def index() -> Response:
    """The only till for who sells there; else the list."""
    tills = queries.tills()
    sells = allowed(current_user, "till.sell")
    if len(tills) == 1 and sells:
        return go(url_for("till.screen", code=tills[0].code))
    return page("till/index.html", tills=tills, sells=sells, configures=allowed(current_user, "till.configure"))
