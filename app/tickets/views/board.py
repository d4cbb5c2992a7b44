"""The board and the list of tickets: /dossiers, /dossiers?vue=liste."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Response, g, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed, sites, workers
from app.assets.queries import families
from app.core.db import transaction
from app.core.i18n import _
from app.core.pages import asked_page, page_address
from app.core.permissions import requires
from app.core.revisions import revision
from app.core.saved_views import drop_view, save_view, views_of
from app.core.web import go, page, say
from app.tickets import queries
from app.tickets.queries import Filters
from app.tickets.states import COLUMN_STATES, MACHINES, BoardColumn, TicketKind, TicketState, Waiting
from app.tickets.views.blueprint import bp
from app.tickets.views.common import cards, our_counts


@bp.get("/dossiers")
@requires("ticket.view")
def index() -> Response:
    """The board, or the list with `?vue=liste`; 204 when a poll finds nothing new."""
    current = revision("tickets")
    if request.args.get("rev", type=int) == current:
        return Response("", 204)
    filters = Filters.read(request.args)
    shown = _list(filters) if request.args.get("vue") == "liste" else _board(filters)
    template = "tickets/list.html" if "page" in shown else "tickets/board.html"
    return page(
        template, block="liste", filters=filters, counts=our_counts(), rev=current, options=_options(filters),
        views=views_of("tickets", current_user.id), here=request.full_path.rstrip("?"), **shown,
    )  # fmt: skip


def _board(filters: Filters) -> dict[str, Any]:
    moves = _moves_by_state()
    columns = [(column, cards(column.cards, moves)) for column in queries.board(current_user, filters)]
    return {"columns": columns, "states_of": COLUMN_STATES, "Waiting": BoardColumn.WAITING}


def _moves_by_state() -> dict[tuple[TicketKind, TicketState], str]:
    """The states where a card may go, for the drag and the M key: what the law and the role allow."""
    mine = {to for to in TicketState if to != TicketState.QUOTED and queries.may_move(current_user, to)}
    return {
        (kind, state): " ".join(to.value for to in machine.following(state) if to in mine)
        for kind, machine in MACHINES.items()
        for state in TicketState
    }


def _list(filters: Filters) -> dict[str, Any]:
    sort = request.args.get("tri", "")
    found = queries.listing(current_user, filters, sort, *asked_page())
    return {"page": found, "rows": cards(found.rows), "sort": sort, "address": page_address}


def _options(filters: Filters) -> dict[str, Any]:
    return {
        "workers": workers(),
        "families": families(),
        "sites": sites(),
        "waiting": Waiting,
        "kinds": TicketKind,
        "own": allowed(current_user, "ticket.work"),
        "query": filters.query() | ({"vue": "liste"} if request.args.get("vue") == "liste" else {}),
    }


def board_again() -> Response | None:
    """After a move made on the board: the board with the filters of its address; None elsewhere."""
    htmx = getattr(request, "htmx", None)
    parts = urlsplit(htmx.current_url or "") if htmx else None
    if parts is None or parts.path != url_for("tickets.index"):
        return None
    g.pop("ticket_counts", None)
    filters = Filters.read(dict(parse_qsl(parts.query)))
    response = page(
        "tickets/board.html", block="liste", filters=filters, counts=our_counts(), rev=revision("tickets"),
        here=parts.path + ("?" + parts.query if parts.query else ""), **_board(filters),
    )  # fmt: skip
    response.headers["HX-Retarget"] = "#liste"
    response.headers["HX-Reswap"] = "outerHTML"
    return response


@bp.post("/dossiers/vues")
@requires("ticket.view")
def keep_view() -> Response:
    """Keep the present filters under a name."""
    name = request.form.get("name", "").strip()[:60]
    query = request.form.get("query", "")[:500]
    if not name:
        say(_("Donnez un nom à cette vue."), "error")
        return go(url_for("tickets.index") + "?" + query)
    with transaction():
        save_view("tickets", name, query, current_user.id, shared=request.form.get("shared") == "1")
    say(_("Vue « %(name)s » enregistrée", name=name))
    return go(url_for("tickets.index") + "?" + query)


@bp.post("/dossiers/vues/<int:view_id>/suppression")
@requires("ticket.view")
def forget_view(view_id: int) -> Response:
    """Forget one of one's own views."""
    with transaction():
        dropped = drop_view(view_id, current_user.id)
    say(_("Vue supprimée") if dropped else _("Cette vue est à un collègue."), "success" if dropped else "error")
    return go(url_for("tickets.index"))
