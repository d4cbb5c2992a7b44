"""The lines of a quote of sale: an article, a free line, a title, a text; comprised, in option, or one of a choice."""

from flask import Response

from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.permissions import requires
from app.core.web import or_404, page
from app.sales.forms import OfferLineForm
from app.sales.models import Quote, QuoteLine
from app.sales.services import offers
from app.sales.views.blueprint import bp
from app.sales.views.chosen import beside_line, chosen_values
from app.sales.views.offers import body, the_draft, typed_line


@bp.route("/devis/brouillons/<int:quote_id>/lignes/nouvelle", methods=["GET", "POST"])
@requires("quote.offer")
def new_offer_line(quote_id: int) -> Response:
    """Add a line."""
    return _line(quote_id, None)


@bp.route("/devis/brouillons/<int:quote_id>/lignes/<int:line_id>", methods=["GET", "POST"])
@requires("quote.offer")
def offer_line(quote_id: int, line_id: int) -> Response:
    """Change a line."""
    return _line(quote_id, line_id)


def _line(quote_id: int, line_id: int | None) -> Response:
    quote = the_draft(quote_id)
    found = or_404(_of(quote, line_id)) if line_id is not None else None
    form = _form(quote, found)
    if form.validate_on_submit():
        try:
            asked = typed_line(quote, form)
            with transaction():
                fresh = offers.locked_draft(quote.id)
                _save(fresh, line_id, asked)
            return body(quote_id)
        except DomainError as error:
            quote = the_draft(quote_id)
            found = _of(quote, line_id)
            put_error(form, error)
    return page(
        "sales/offers/line.html", block="formulaire", quote=quote, form=form, line=found, status=422 if form.errors else 200,
        **beside_line(form, quote.contact_id, found),
    )  # fmt: skip


def _of(quote: Quote, line_id: int | None) -> QuoteLine | None:
    return next((row for row in quote.lines if row.id == line_id), None)


def _save(quote: Quote, line_id: int | None, asked: offers.OfferLine) -> None:
    if line_id is None:
        offers.add_line(quote, asked)
    else:
        offers.change_line(quote, line_id, asked)


def _form(quote: Quote, line: QuoteLine | None) -> OfferLineForm:
    values = chosen_values(quote.contact_id, line)
    return OfferLineForm.of_line(line) if values is None else OfferLineForm.of_line(line, formdata=None, **values)


@bp.post("/devis/brouillons/<int:quote_id>/lignes/<int:line_id>/<any(suppression, monter, descendre):verb>")
@requires("quote.offer")
def offer_line_verb(quote_id: int, line_id: int, verb: str) -> Response:
    """Take a line away, or move it."""
    quote = the_draft(quote_id)
    with transaction():
        fresh = offers.locked_draft(quote.id)
        if verb == "suppression":
            offers.remove_line(fresh, line_id)
        else:
            offers.move_line(fresh, line_id, -1 if verb == "monter" else 1)
    return body(quote_id)
