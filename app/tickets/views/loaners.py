"""Loaners: one of our things lent for the time of a repair, needed back before the exit."""

from datetime import timedelta

from flask import Response, url_for

from app.assets.models import Asset
from app.core import clock
from app.core.db import db, transaction
from app.core.fields import options
from app.core.i18n import _
from app.core.permissions import requires
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.planning.queries import bookings_about, free_assets
from app.tickets import services
from app.tickets.forms import LoanerForm
from app.tickets.views.blueprint import bp
from app.tickets.views.common import the_ticket


@bp.route("/dossiers/<number>/pret", methods=["GET", "POST"])
@requires("ticket.edit")
def lend(number: str) -> Response:
    """Lend one of our things until the repair is done."""
    ticket = the_ticket(number)
    proposed = ticket.promised_on or clock.today() + timedelta(days=7)
    form = LoanerForm(until=proposed)
    until = form.until.data or proposed
    free = free_assets(clock.now(), clock.at(until, 23), ticket.family_id)
    form.asset_id.choices = options((asset_id, f"{label} ({family})") for asset_id, label, family in free)
    if not form.validate_on_submit():
        return page(
            "tickets/loaner.html",
            block="dialogue",
            status=422 if form.errors else 200,
            ticket=ticket,
            form=form,
            free=free,
        )
    with transaction():
        asset = db.session.get(Asset, form.asset_id.data) if form.asset_id.data else None
        booking = services.lend_loaner(services.locked(ticket), or_404(asset), until)
    say(_("%(label)s prêté jusqu'au %(day)s", label=booking.label, day=clock.card_date(until)))
    return go(url_for("tickets.show", number=number))


@bp.post("/dossiers/<number>/pret/<int:booking_id>/retour")
@requires("ticket.edit")
def loaner_back(number: str, booking_id: int) -> Response:
    """The loaner is back."""
    ticket = the_ticket(number)
    booking = or_404(next((item for item in bookings_about(subject_of(ticket)) if item.id == booking_id), None))
    with transaction():
        services.take_loaner_back(services.locked(ticket), booking)
    say(_("%(label)s est de retour", label=booking.label))
    return go(url_for("tickets.show", number=number))
