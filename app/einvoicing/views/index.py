"""What is due and when, what is set up, what waits and what was refused; everything exchanged."""

from flask import Response, request

from app.accounts.queries import our_organisation
from app.core import clock
from app.core.pages import asked_page, page_address, paged
from app.core.permissions import requires
from app.core.web import page
from app.einvoicing.queries import duties, flows
from app.einvoicing.queries.collected import uncollected
from app.einvoicing.services import words
from app.einvoicing.services.account import platform
from app.einvoicing.states import Direction, FlowState
from app.einvoicing.views.blueprint import VIEW, bp, tabs


@bp.get("")
@requires(VIEW)
def index() -> Response:
    """The state of things for this organisation."""
    ours, rows = our_organisation(), flows.to_look_at()
    return page(
        "einvoicing/index.html", tabs=tabs("index"), duties=duties.duties(), outside=duties.is_outside(ours), account=platform(),
        figures=flows.figures(), rows=rows, documents=flows.troubled_documents(), going=flows.going(), todo=words.what_to_do,
        addresses=flows.addresses(rows), ours=ours, sanctions=duties.sanctions(clock.today()), today_is=clock.today(),
        undone=[row for row in uncollected() if row.amount < 0],
    )  # fmt: skip


@bp.get("/echanges")
@requires(VIEW)
def exchanges() -> Response:
    """Everything exchanged with the platform."""
    number, size = asked_page()
    state, direction = request.args.get("etat", ""), request.args.get("sens", "")
    found = paged(flows.listing(state, direction), number, size)
    return page(
        "einvoicing/exchanges.html", block="liste", tabs=tabs("exchanges"), page=found, address=page_address, states=FlowState,
        directions=Direction, state=state, direction=direction, addresses=flows.addresses(found.rows),
    )  # fmt: skip
