"""A quote of sale while it is written: for whom, its terms, its sheet as it will be read, its sending."""

from dataclasses import replace
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from app.contacts.models import Contact
from app.contacts.queries import contact_for
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.sales import queries
from app.sales.forms import OfferForm, OfferLineForm, ThirdForm
from app.sales.models import Quote, QuoteLine
from app.sales.services import offers, preview_offer
from app.sales.services.thirds import of_quote
from app.sales.views.blueprint import bp
from app.sales.views.chosen import priced
from app.sales.views.ticket import asked_third
from app.sales.views.whom import ask_whom


def the_draft(quote_id: int) -> Quote:
    """The draft of the address, when this person may see it; 404 otherwise."""
    return or_404(queries.draft_for_id(current_user, quote_id))


def address_of(quote: Quote) -> str:
    """Where it is written."""
    return url_for("sales.offer", quote_id=quote.id)


@bp.route("/devis/nouveau", methods=["GET", "POST"])
@requires("quote.offer")
def new_offer() -> Response:
    """A blank quote of sale for a contact."""
    return ask_whom(
        lambda contact, title: address_of(offers.start(contact, offers.usual_terms(title))),
        title=_("Nouveau devis"), trail=(_("Devis"), url_for("sales.index")), verb=_("Écrire le devis"),
        next=_("Un devis de vente se fait sans dossier : vous écrivez ses lignes, ses options et ses choix, puis le client choisit et signe. Le devis d'une réparation se prépare depuis son dossier."),
    )  # fmt: skip


@bp.get("/devis/brouillons/<int:quote_id>")
@requires("quote.offer")
def offer(quote_id: int) -> Response:
    """The quote being written, with its sheet beside."""
    return shown(the_draft(quote_id))


def shown(quote: Quote, *, status: int = 200, **more: Any) -> Response:
    """The page, or its body for htmx."""
    context: dict[str, Any] = {
        "quote": quote,
        "content": quote.content,
        "form": OfferForm.of(quote),
        "versions": queries.versions_of(quote),
        "shares": of_quote(quote.id),
        "third_form": ThirdForm(formdata=None),
    }
    return page("sales/offers/edit.html", block="corps", oob=("envoi",), status=status, **context | more)


@bp.post("/devis/brouillons/<int:quote_id>/termes")
@requires("quote.offer")
def offer_terms(quote_id: int) -> Response:
    """What it says beside its lines."""
    quote, form = the_draft(quote_id), OfferForm()
    contact = contact_for(current_user, form.contact_id.data) if form.contact_id.data else None
    third_form = ThirdForm()
    if form.validate_on_submit():
        try:
            _change(quote, form, third_form, contact)
            say(_("Enregistré"))
            return body(quote_id)
        except DomainError as error:
            quote = the_draft(quote_id)
            put_error(third_form if (error.field or "").startswith("third") else form, error)
    return shown(quote, status=422, form=form, third_form=third_form)


def _change(quote: Quote, form: OfferForm, third_form: ThirdForm, contact: Contact | None) -> None:
    """Its terms as they are typed; then the third party's part that the button pressed adds or takes away."""
    do, _colon, about = request.form.get("do", "").partition(":")
    third = asked_third(third_form) if do == "tiers" else None
    with transaction() as session:
        draft = offers.locked_draft(quote.id)
        offers.change_terms(draft, form.terms, session.merge(contact, load=False) if contact else None)
        if third is not None:
            offers.add_third(draft, session.merge(third[0], load=False), *third[1:])
        elif do == "retirer":
            offers.remove_third(draft, chosen_id(about) or 0)


def body(quote_id: int) -> Response:
    """The page's body again for htmx; the page for a browser alone."""
    quote = the_draft(quote_id)
    return shown(quote) if "HX-Request" in request.headers else go(address_of(quote))


@bp.post("/devis/brouillons/<int:quote_id>/feuille")
@requires("quote.offer")
def offer_sheet(quote_id: int) -> Response:
    """The sheet with what is being typed; nothing is written, and nothing changes while it cannot be read."""
    if "HX-Request" not in request.headers:
        return shown(the_draft(quote_id))
    quote = queries.draft_for_id(current_user, quote_id)
    if quote is None:  # sent while its sheet was being asked for
        return Response(status=204)
    form = OfferForm()
    try:
        seen = Quote(
            id=quote.id, title=form.title.data or "", contact=quote.contact, deposit_share=form.deposit_share.data or 0,
            deposit_amount=0 if form.deposit_share.data else form.deposit_amount.data or 0,
            concluded=form.concluded.data, exempt=form.exempt.data,
        )  # fmt: skip
        lines = _typed(quote)
    except DomainError:
        return Response(status=204)
    content = offers.paper(
        seen, lines, introduction=form.introduction.data or "", delay=form.delay.data or "", days=form.days.data or 0
    )
    return page(
        "sales/offers/edit.html", block="feuille", quote=quote, content=content, conditions=form.conditions.data or ""
    )  # fmt: skip


def _typed(quote: Quote) -> list[QuoteLine]:
    """The lines of a draft with the one being typed in its place. Raises DomainError when it cannot be read."""
    lines = list(quote.lines)
    if not (request.form.get("label") or "").strip():
        return lines
    asked, known = typed_line(quote, OfferLineForm()), chosen_id(request.form.get("line_id"))
    if known is None:
        return lines + [offers.filled(QuoteLine(id=0), line) for line in offers.brought_lines(quote, asked)]
    row = offers.filled(QuoteLine(id=known), asked)
    return [row if line.id == known else line for line in lines]


def typed_line(quote: Quote, form: OfferLineForm) -> offers.OfferLine:
    """The line that was typed for this quote. Raises DomainError when it cannot be read."""
    asked = form.offer_line
    return replace(asked, data=replace(asked.data, unit_price=priced(form, quote.contact_id)))


@bp.get("/devis/brouillons/<int:quote_id>/apercu.pdf")
@requires("quote.offer")
def offer_pdf(quote_id: int) -> Response:
    """The quote as it would print; nothing is kept."""
    response = Response(preview_offer(the_draft(quote_id)), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="devis-{quote_id}.pdf"'
    return response


@bp.post("/devis/brouillons/<int:quote_id>/envoi")
@requires("quote.offer")
def send_offer(quote_id: int) -> Response:
    """Number it and send it."""
    quote = the_draft(quote_id)
    with transaction():
        sent = offers.send(quote, expected=chosen_id(request.form.get("expected")))
    say(_("Devis %(number)s envoyé à %(name)s", number=sent.number, name=sent.content["client"]["name"]))
    return go(url_for("sales.show", number=sent.number))


@bp.post("/devis/brouillons/<int:quote_id>/suppression")
@requires("quote.offer")
def discard_offer(quote_id: int) -> Response:
    """Forget a draft."""
    quote = the_draft(quote_id)
    with transaction():
        offers.discard(quote)
    say(_("Brouillon supprimé"))
    return go(url_for("sales.index"))
