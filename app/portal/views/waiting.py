"""Nothing is free: in line, and out of it. What is offered then comes by message, as to everybody."""

from flask import Response, request, url_for

from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.permissions import signed_in
from app.core.web import go, or_404, say
from app.lending.queries.waiting import in_line
from app.portal.services.booking import stop_waiting, wait
from app.portal.views.blueprint import bp
from app.portal.views.booking import asked_days, start_again
from app.portal.views.member import circle_or_404, who_asks


@bp.post("/portail/reserver/attente")
@signed_in
def my_wait() -> Response:
    """Wait for a family or a model (`attente`: « family:3 »), for these days."""
    who, days = who_asks(), asked_days(request.form)
    if who is None or days is None:
        return start_again()
    try:
        with transaction():
            wait(who[1], request.form.get("attente", ""), *days)
    except DomainError as error:
        db.session.rollback()
        say(error.message, "error")
        return go(url_for("portal.my_book", pour=request.form.get("pour")))
    say(_("C'est noté : dès qu'un exemplaire se libère, nous vous le proposons."))
    return go(url_for("portal.my_loans"))


@bp.post("/portail/attente/<int:request_id>/retirer")
@signed_in
def my_wait_end(request_id: int) -> Response:
    """Out of the line."""
    circle = circle_or_404()
    or_404(next((row for row in in_line(circle.names) if row.id == request_id), None))
    try:
        with transaction():
            stop_waiting(request_id)
        say(_("Votre demande est retirée de la liste d'attente."))
    except DomainError as error:
        say(error.message, "error")
    return go(url_for("portal.my_loans"))
