"""« Adhérents »: the memberships of a season, with their filters and saved views."""

from flask import Response, request, url_for
from flask_login import current_user

from app.core.db import transaction
from app.core.i18n import _
from app.core.pages import asked_page, page_address, paged, same_list
from app.core.permissions import requires
from app.core.saved_views import drop_view, save_view, views_of
from app.core.web import go, page, say
from app.members import queries
from app.members.forms import known_categories
from app.members.queries.proofs import waiting_count
from app.members.states import MembershipState
from app.members.views.blueprint import VIEW, bp

PAGE = "members"


@bp.get("/adherents")
@requires(VIEW)
def index() -> Response:
    """Those of the season one joins today, unless another is asked for."""
    season = queries.open_season()
    filters = queries.Filters.read(request.args, season.id if season else None)
    found = paged(queries.listing(filters), *asked_page())
    return page(
        "members/list.html", block="liste", page=found, filters=filters, seasons=queries.seasons(), states=MembershipState,
        categories=known_categories(), address=page_address, link=same_list, views=views_of(PAGE, current_user.id),
        waiting=waiting_count(), here=request.query_string.decode(),
    )  # fmt: skip


@bp.post("/adherents/vues")
@requires(VIEW)
def keep_view() -> Response:
    """Keep the present filters under a name."""
    name, query = request.form.get("name", "").strip()[:60], request.form.get("query", "")[:500]
    if not name:
        say(_("Donnez un nom à cette vue."), "error")
        return go(url_for("members.index") + "?" + query)
    with transaction():
        save_view(PAGE, name, query, current_user.id, shared=request.form.get("shared") == "1")
    say(_("Vue « %(name)s » enregistrée", name=name))
    return go(url_for("members.index") + "?" + query)


@bp.post("/adherents/vues/<int:view_id>/suppression")
@requires(VIEW)
def forget_view(view_id: int) -> Response:
    """Forget one of one's own views."""
    with transaction():
        dropped = drop_view(view_id, current_user.id)
    say(_("Vue supprimée") if dropped else _("Cette vue est à un collègue."), "success" if dropped else "error")
    return go(url_for("members.index"))
