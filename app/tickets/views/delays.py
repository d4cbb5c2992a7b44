"""Announce a delay: who is affected is seen before anything is written."""

from flask import Response, request, url_for

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _, _n
from app.core.permissions import requires
from app.core.web import go, page, say
from app.planning.queries.words import when
from app.tickets import services
from app.tickets.forms import DelayForm
from app.tickets.models import Ticket
from app.tickets.services import Affected
from app.tickets.states import TicketKind
from app.tickets.views.blueprint import bp
from app.tickets.views.common import the_ticket


@bp.route("/dossiers/<number>/retards", methods=["GET", "POST"])
@requires("ticket.edit")
def delays(number: str) -> Response:
    """Promise another day: the client is told, and those whose slot the repair of our own thing takes, once they were seen."""
    ticket = the_ticket(number)
    asked = request.method == "GET" and request.args
    form = DelayForm(request.args, version=ticket.version) if asked else DelayForm(version=ticket.version)
    day = form.promised_on.data
    if request.method == "GET" or not form.validate_on_submit() or day is None:
        return _dialog(ticket, form, 422 if request.method == "POST" and form.errors else 200)
    affected = services.affected_by(ticket, day)
    if affected and form.seen.data != _mark(affected):
        return _dialog(ticket, form)
    try:
        with transaction():
            displaced = services.announce_delay(services.locked(ticket, form.version.data), day, form.reason.data or "")
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        return _dialog(the_ticket(number), form, error.status)
    say(_told(ticket, len(displaced)))
    return go(url_for("tickets.show", number=number))


def _told(ticket: Ticket, displaced: int) -> str:
    if displaced:
        return _n(
            "Retard annoncé ; %(num)s personne est prévenue",
            "Retard annoncé ; %(num)s personnes sont prévenues",
            displaced,
        )
    if ticket.contact:
        return _("Retard annoncé ; %(who)s est prévenu", who=ticket.contact.name)
    return _("Retard noté")


def _mark(affected: list[Affected]) -> str:
    """What was seen: if it is not what would be done, the person looks again."""
    return ",".join(str(one.booking_id) for one in affected)


def _dialog(ticket: Ticket, form: DelayForm, status: int = 200) -> Response:
    day = form.promised_on.data
    later = day is not None and day > clock.today() and (ticket.promised_on is None or day > ticket.promised_on)
    affected = services.affected_by(ticket, day) if day is not None and later else []
    form.seen.raw_data, form.seen.data = None, _mark(affected)
    return page(
        "tickets/delay.html", block="dialogue", status=status, ticket=ticket, form=form, affected=affected, looked=later,
        own=ticket.kind == TicketKind.FLEET, stuck=any(one.begun for one in affected), when=when,
    )  # fmt: skip
