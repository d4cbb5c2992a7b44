"""Baskets ready to go, and orders: /commandes-fournisseurs."""

from typing import Any

from flask import Response, request, url_for

from app.core import clock
from app.core.db import transaction
from app.core.fields import chosen_id
from app.core.i18n import _, _n
from app.core.pages import asked_page, page_address, paged
from app.core.permissions import requires
from app.core.web import go, page, say
from app.purchasing import queries, services
from app.purchasing.states import PurchaseState
from app.purchasing.views.blueprint import bp


@bp.get("/commandes-fournisseurs")
@requires("purchase.view")
def index() -> Response:
    """What can be ordered in one click, what is under way, what came."""
    number, size = asked_page()
    state, supplier = request.args.get("etat", ""), chosen_id(request.args.get("fournisseur"))
    return page(
        "purchasing/list.html", block="liste", page=paged(queries.listing(state, supplier), number, size), address=page_address,
        baskets=queries.baskets(), waiting=queries.waiting(), orphans=queries.without_supplier(), suppliers=queries.suppliers(),
        states=[one for one in PurchaseState if one != PurchaseState.BASKET], state=state, supplier=supplier, today_is=clock.today(),
    )  # fmt: skip


@bp.post("/commandes-fournisseurs/panier")
@requires("purchase.order")
def fill() -> Response:
    """Look at the whole stock now: it is done by itself after each move."""
    with transaction():
        lines = services.fill()
    say(
        _n("%(num)s article ajouté aux paniers", "%(num)s articles ajoutés aux paniers", lines)
        if lines
        else _("Rien ne manque : les paniers sont à jour"),
        "success" if lines else "info",
    )
    return go(url_for("purchasing.index"))


def dashboard_panel(_user: Any) -> dict[str, Any] | None:
    """« Panier fournisseur prêt »; absent when there is none."""
    figures = queries.waiting()
    return {"waiting": figures} if figures.baskets else None
