"""« Prêts menacés »: what each borrower was offered, what he answered, how long is left; the desk answers in his name."""

from flask import Response, request, url_for

from app.assets.models import Asset
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.lending.models import Displacement
from app.lending.queries.offers import threatened as rows_of
from app.lending.services import offers
from app.lending.states import Answer, OfferState
from app.lending.views.blueprint import EDIT, VIEW, bp
from app.planning.queries.one import free_like
from app.planning.queries.words import when
from app.planning.states import BookingState

OTHERS = 30


@bp.get("/prets/menaces")
@requires(VIEW)
def threatened() -> Response:
    """The list: those without an answer first."""
    return _list()


def _list(refusal: str = "", status: int = 200) -> Response:
    return page(
        "lending/threatened.html", status=status, rows=rows_of(), refusal=refusal, when=when, now=clock.now(),
        State=OfferState, Answer=Answer, AT_RISK=BookingState.AT_RISK,
    )  # fmt: skip


@bp.post("/prets/menaces/<int:displacement_id>")
@requires(EDIT)
def answer_for(displacement_id: int) -> Response:
    """The answer that the borrower gave by telephone, or another unit chosen by hand."""
    found = _the_one(displacement_id)
    given, unit_id = request.form.get("choix", ""), chosen_id(request.form.get("unit"))
    try:
        if given not in Answer._value2member_map_:
            raise DomainError(_("Choisissez l'une des réponses."))
        with transaction():
            unit = or_404(db.session.get(Asset, unit_id)) if unit_id else None
            offers.answer(found.id, Answer(given), unit=unit)
    except DomainError as error:
        db.session.rollback()
        return _list(error.message, error.status)
    say(_("Réponse notée : %(answer)s", answer=Answer(given).label.lower()))
    return go(url_for("lending.threatened"))


@bp.get("/prets/menaces/<int:displacement_id>/materiel")
@requires(EDIT)
def other_unit(displacement_id: int) -> Response:
    """Another unit by hand: those that are free over the whole period."""
    found = _the_one(displacement_id)
    booking = found.item.booking
    free = free_like(found.unit, max(booking.starts_at, clock.now()), booking.ends_at, OTHERS)
    return page(
        "lending/other_unit.html", block="dialogue", found=found, free=free, when=when(found.starts_at, found.due_at)
    )


def _the_one(displacement_id: int) -> Displacement:
    return or_404(offers.displacement_by_id(displacement_id))
