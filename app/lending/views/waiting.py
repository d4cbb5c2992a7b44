"""« Liste d'attente » for the desk; the page of an offer, by the link of our message: accept or pass in one tap."""

from flask import Response, request, url_for

from app.accounts.services import note_refusal, too_many_attempts
from app.core import links
from app.core.actor import Actor, acting_as
from app.core.db import db, transaction
from app.core.errors import DomainError, Gone
from app.core.i18n import _
from app.core.permissions import public, requires
from app.core.web import go, or_404, page, say
from app.lending.models import LoanRequest
from app.lending.queries.one import loan_by_id
from app.lending.queries.waiting import in_line, not_lent
from app.lending.services import line as services
from app.lending.states import RequestState
from app.lending.views.blueprint import EDIT, VIEW, bp


@bp.get("/prets/attente")
@requires(VIEW)
def waiting() -> Response:
    """Everybody in line, and what could not be lent for a year."""
    return page("lending/waiting.html", rows=in_line(), wanted=not_lent(), Offered=RequestState.OFFERED)


@bp.post("/prets/attente/<int:request_id>/retirer")
@requires(EDIT)
def drop_request(request_id: int) -> Response:
    """Out of the line."""
    or_404(db.session.get(LoanRequest, request_id))
    with transaction():
        services.withdraw(services.locked_request(request_id))
    say(_("La demande est retirée de la liste d'attente."))
    return go(url_for("lending.waiting"))


@bp.route("/attente/<token>", methods=["GET", "POST"])
@public
def line_offer(token: str) -> Response:
    """What is offered to one who waited; `reponse` is « oui » or « non »."""
    try:
        link = or_404(links.resolve(token, services.LINK))
    except Gone as gone:
        return _problem(gone.message, gone.status)
    row = or_404(db.session.get(LoanRequest, link.subject_id))
    if request.method == "GET":
        return _offer_page(row)
    key = f"link:waiting{row.id}"
    if too_many_attempts(key):
        return _problem(_("Vous avez envoyé beaucoup de réponses. Attendez un quart d'heure, ou appelez-nous."), 429)
    try:
        with transaction():
            note_refusal(key)
        with transaction(), acting_as(Actor("contact", row.contact_id, "")):
            _answer(services.locked_request(row.id))
    except DomainError as error:
        db.session.rollback()
        return _problem(error.message, error.status)
    return go(url_for("lending.line_offer", token=token))


def _answer(row: LoanRequest) -> None:
    if request.form.get("reponse") == "oui":
        services.accept(row)
    else:
        services.pass_turn(row)


def _offer_page(row: LoanRequest) -> Response:
    loan = loan_by_id(row.loan_id) if row.loan_id else None
    return page("lending/line_offer.html", row=row, loan=or_404(loan), open=row.state == RequestState.OFFERED)


def _problem(advice: str, status: int) -> Response:
    return page("lending/mine_problem.html", status=status, title=_("Cette proposition est close"), advice=advice)
