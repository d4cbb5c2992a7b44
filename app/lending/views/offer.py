"""The borrower's answer to a delay: one page behind the link of our message, one tap. Opening it writes nothing."""

from flask import Response, request, url_for

from app.accounts.services import note_refusal, too_many_attempts
from app.core import links
from app.core.actor import Actor, acting_as
from app.core.db import db, transaction
from app.core.errors import DomainError, Gone
from app.core.i18n import _
from app.core.permissions import public
from app.core.web import go, or_404, page
from app.lending.models import Displacement, Loan
from app.lending.queries.one import loan_by_id
from app.lending.services import offers, waiting
from app.lending.services.displaced import held_for
from app.lending.services.told import LINK
from app.lending.states import OFFER_OPEN, Answer, OfferState
from app.lending.views.blueprint import bp
from app.planning.queries.availability import called
from app.planning.queries.words import when
from app.planning.states import BookingState


def _entered(token: str) -> tuple[Displacement, Loan]:
    found = or_404(offers.displacement_by_id(or_404(links.resolve(token, LINK)).subject_id))
    return found, or_404(loan_by_id(found.item.loan_id))


def _problem(title: str, advice: str, status: int) -> Response:
    return page("lending/mine_problem.html", status=status, title=title, advice=advice)


@bp.get("/pret/reponse/<token>")
@public
def offer(token: str) -> Response:
    """What happened, and the three answers; `?choix=` shows the one tapped in the message, to confirm."""
    try:
        found, loan = _entered(token)
    except Gone as gone:
        return _problem(_("Ce lien n'est plus valable"), gone.message, gone.status)
    return _show(found, loan, token)


def _show(found: Displacement, loan: Loan, token: str, refusal: str = "", status: int = 200) -> Response:
    held, asked = held_for(found), request.args.get("choix", "")
    plan = waiting.wait_plan(loan, found) if found.state == OfferState.ASKED else None
    return page(
        "lending/offer.html", status=status, found=found, loan=loan, token=token, refusal=refusal, State=OfferState,
        other=called(held.asset.label, held.asset.inventory_number) if held and held.asset else "",
        plan=when(*plan) if plan else "", was=when(found.starts_at, found.due_at), now_is=when(loan.starts_at, loan.due_at),
        dated=found.item.booking.state != BookingState.AT_RISK, chosen=asked if asked in Answer._value2member_map_ else "",
        rest=[item.asset.label for item in loan.items if item.id != found.item_id], open=found.state in OFFER_OPEN, gone=waiting.gone(found),
    )  # fmt: skip


@bp.post("/pret/reponse/<token>")
@public
def answer_offer(token: str) -> Response:
    """The tap. Sent twice, or from two devices, it counts once."""
    try:
        found, loan = _entered(token)
    except Gone as gone:
        return _problem(_("Ce lien n'est plus valable"), gone.message, gone.status)
    if too_many_attempts(f"link:offer{found.id}"):
        return _problem(_("Trop d'envois"), _("Attendez un quart d'heure, ou appelez-nous."), 429)
    with transaction():
        note_refusal(f"link:offer{found.id}")
    given, seen = request.form.get("choix", ""), request.form.get("vu", "")
    if given not in Answer._value2member_map_ or seen not in OfferState._value2member_map_:
        return _show(*_entered(token), token, _("Choisissez l'une des réponses."), 422)
    try:
        with acting_as(Actor("contact", loan.contact_id, loan.contact.name)), transaction():
            offers.answer(found.id, Answer(given), OfferState(seen))
    except DomainError as error:
        db.session.rollback()
        return _show(*_entered(token), token, error.message, error.status)
    return go(url_for("lending.offer", token=token))
