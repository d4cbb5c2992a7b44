"""Slips to print: /dossiers/<n°>/bons/<sorte>.pdf. Made from the present state at each request."""

from flask import Response, request
from flask_login import current_user

from app.accounts.queries import allowed
from app.core.errors import NotAllowed
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import not_found
from app.tickets.services.slips import SLIPS, give_link, has_link, render_slip
from app.tickets.views.blueprint import bp
from app.tickets.views.common import the_ticket

# B1: work and shipping slips are technical; sales may neither make nor print them.
RIGHTS = {"intervention": "ticket.work", "expedition": "ticket.ship"}
SIZES = {"entree": ("a5", "ticket"), "expedition": ("a4", "a5")}


@bp.get("/dossiers/<number>/bons/<kind>.pdf")
@requires("ticket.view")
def slip(number: str, kind: str) -> Response:
    """One slip as PDF, shown by the browser."""
    ticket = the_ticket(number)
    if kind not in SLIPS:
        not_found()
    if kind in RIGHTS and not allowed(current_user, RIGHTS[kind]):
        raise NotAllowed(_("Ce bon est réservé aux techniciens. Demandez-le à l'un d'eux."))
    if not has_link(ticket):
        give_link(ticket)
    size = request.args.get("format", "")
    options = {"size": size} if size in SIZES.get(kind, ()) else {}
    response = Response(render_slip(ticket, kind, **options), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{kind}-{number}.pdf"'
    response.headers["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'self'"
    return response
