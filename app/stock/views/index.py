"""The levels: /stock."""

from flask import Response, request
from flask_login import current_user
from markupsafe import Markup, escape

from app.accounts.queries import allowed
from app.catalog.queries import find_articles
from app.core.i18n import _
from app.core.money import quantity
from app.core.pages import asked_page, page_address, paged
from app.core.permissions import requires
from app.core.web import page
from app.stock import queries
from app.stock.queries import Filters
from app.stock.services.hooks import buying
from app.stock.views.blueprint import bp


@bp.get("/stock")
@requires("stock.view")
def index() -> Response:
    """What there is, what is short."""
    filters = Filters.read(request.args)
    number, size = asked_page()
    return page(
        "stock/list.html", block="liste", page=paged(queries.listing(filters), number, size), address=page_address,
        filters=filters, figures=queries.figures(), places=queries.places(), families=queries.families(),
        costs=allowed(current_user, "catalog.cost"), buy=buying(),
    )  # fmt: skip


@bp.get("/stock/suggestions")
@requires("stock.view")
def suggestions() -> Response:
    """Articles found while typing, with what is free of each; only those kept in stock, unless `tous=1`."""
    text = request.args.get("q", "").strip()[:100]
    rows = find_articles(text, 12) if text else []
    if request.args.get("tous") != "1":
        rows = [row for row in rows if row.stocked]
    levels = queries.levels_of([row.id for row in rows if row.stocked]) if rows else {}
    lines = []
    for row in rows:
        free = levels[row.id].free if row.id in levels else 0
        left = _("%(free)s en stock", free=quantity(free)) if row.stocked else ""
        lines.append(
            Markup('<li class="mi" role="option" data-value="{}" data-text="{}"><span class="fit">{}</span> <span class="muted xs num">{}</span></li>').format(
                row.id, row.label, row.label, " · ".join(part for part in (row.reference, left) if part)
            )
        )  # fmt: skip
    if not lines and text:
        lines = [Markup('<li class="mi" role="option" aria-disabled="true">{}</li>').format(escape(_("Aucun article")))]
    return Response(Markup("").join(lines), mimetype="text/html")
