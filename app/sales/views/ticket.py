"""From the ticket: prepare its quote, read it as it will print, send it."""

from flask import Response, request, url_for
from flask_login import current_user

from app.core.db import transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.sales import queries, services
from app.sales.forms import SendForm, TermsForm
from app.sales.models import Quote
from app.sales.services.content import terms_for
from app.sales.views.blueprint import bp
from app.tickets.models import Ticket
from app.tickets.queries import lines_of, ticket_for


def _ticket(number: str) -> Ticket:
    return or_404(ticket_for(current_user, number))


@bp.route("/dossiers/<number>/devis", methods=["GET", "POST"])
@requires("quote.send")
def prepare(number: str) -> Response:
    """The conditions of the quote before it is sent: kept as a draft, or sent at once."""
    ticket = _ticket(number)
    lines = lines_of(ticket)
    services.check_sendable(ticket, lines)
    form = TermsForm(data=_terms(ticket))
    if form.validate_on_submit():
        try:
            return _send(ticket, form) if request.form.get("do") == "send" else _keep(ticket, form)
        except DomainError as error:
            _ticket(number)  # what was read is forgotten by the refused transaction
            put_error(form, error)
    sums = queries.lines_total(lines)
    return page(
        "sales/prepare.html", ticket=ticket, lines=lines, totals=sums, form=form, due=_due(ticket, sums.gross),
        replaced=queries.latest_of(ticket.id), status=422 if form.errors else 200,
    )  # fmt: skip


def _due(ticket: Ticket, gross: int) -> int:
    return max(0, gross - (ticket.paid_at_intake or 0))


def _terms(ticket: Ticket) -> dict[str, object]:
    terms = terms_for(ticket)
    return {"conditions": terms.conditions, "delay": terms.delay, "days": terms.days}


def _keep(ticket: Ticket, form: TermsForm) -> Response:
    with transaction():
        services.prepare(ticket, form.terms)
    say(_("Brouillon du devis enregistré"))
    return go(url_for("sales.prepare", number=ticket.number))


def _send(ticket: Ticket, form: TermsForm) -> Response:
    expected = chosen_id(form.expected.data)
    with transaction():
        quote = services.send(ticket, terms=form.terms, expected=expected)
    return _sent(quote)


def _sent(quote: Quote) -> Response:
    say(_("Devis %(number)s envoyé à %(name)s", number=quote.number, name=quote.content["client"]["name"]))
    return go(url_for("tickets.show", number=quote.content["ticket"]["number"]))


@bp.post("/dossiers/<number>/devis/envoi")
@requires("quote.send")
def send(number: str) -> Response:
    """Send the quote of the present lines, in one gesture."""
    ticket = _ticket(number)
    form = SendForm()
    with transaction():
        quote = services.send(ticket, expected=form.expected.data)
    return _sent(quote)


@bp.get("/dossiers/<number>/devis/apercu.pdf")
@requires("quote.send")
def preview(number: str) -> Response:
    """The quote as it would print; nothing is kept."""
    response = Response(services.preview(_ticket(number)), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="devis-{number}.pdf"'
    return response
