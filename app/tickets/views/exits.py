"""Exit: handing over, shipping."""

from flask import Response, url_for
from flask_login import current_user

from app.accounts.queries import rights_of
from app.core.db import transaction
from app.core.i18n import _
from app.core.panels import panels
from app.core.permissions import requires
from app.core.web import go, page, say
from app.documents import services as files
from app.tickets import services
from app.tickets.forms import ExitForm, ShippingForm
from app.tickets.services import Arrival
from app.tickets.states import TicketState
from app.tickets.views.blueprint import bp
from app.tickets.views.common import the_ticket


@bp.route("/dossiers/<number>/remise", methods=["GET", "POST"])
@requires("ticket.hand_over")
def hand_over(number: str) -> Response:
    """Give the thing back: who takes it signs, the exit slip prints."""
    ticket = the_ticket(number)
    form = ExitForm(version=ticket.version, taken_by=ticket.contact.name if ticket.contact else "")
    if not form.validate_on_submit():
        payment = panels("ticket.hand_over", ticket, rights_of(current_user.role))
        return page(
            "tickets/hand_over.html", status=422 if form.errors else 200, ticket=ticket, form=form, payment=payment
        )
    drawn = files.prepare_signature(form.signature.data)
    with transaction():
        fresh = services.locked(ticket, form.version.data)
        stored = files.keep(drawn, by=current_user.name) if drawn else None
        arrival = Arrival(signed_name=form.name, signature_file_id=stored.id if stored else None)
        services.move(fresh, TicketState.OUT, arrival)
    say(_("%(title)s remis à %(who)s", title=ticket.title, who=form.name))
    return go(url_for("tickets.show", number=number, imprimer="sortie"))


@bp.route("/dossiers/<number>/expedition", methods=["GET", "POST"])
@requires("ticket.ship")
def ship(number: str) -> Response:
    """Send the thing: carrier, numbers, address; the shipping slip prints."""
    ticket = the_ticket(number)
    form = ShippingForm(obj=ticket)
    if not form.ship_to.data and ticket.contact:
        form.ship_to.data = "\n".join(filter(None, (ticket.contact.address, ticket.contact.postal_line)))
    if not form.validate_on_submit():
        return page("tickets/ship.html", status=422 if form.errors else 200, ticket=ticket, form=form)
    with transaction():
        fresh = services.locked(ticket, form.version.data)
        services.record_shipping(
            fresh, carrier=form.carrier.data, tracking=form.tracking.data,
            return_tracking=form.return_tracking.data, ship_to=form.ship_to.data or "",
        )  # fmt: skip
        if fresh.state != TicketState.SHIPPING:
            services.move(fresh, TicketState.SHIPPING)
    say(_("%(number)s est en expédition par %(carrier)s", number=number, carrier=form.carrier.data))
    return go(url_for("tickets.show", number=number, imprimer="expedition"))
