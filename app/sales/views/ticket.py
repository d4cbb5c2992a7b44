"""From the ticket: prepare its quote, read it as it will print, send it."""

from collections.abc import Iterable

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
from app.sales import queries, services
from app.sales.forms import SendForm, TermsForm, ThirdForm
from app.sales.models import Quote, ThirdPartyShare
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
    form, third_form = TermsForm(data=_terms(ticket)), ThirdForm()
    if form.validate_on_submit():
        try:
            return _do(ticket, form, third_form)
        except DomainError as error:
            ticket = _ticket(number)  # what was read is forgotten by the refused transaction
            put_error(third_form if (error.field or "").startswith("third") else form, error)
    sums, shares = queries.lines_total(lines), services.planned_for(ticket.id)
    return page(
        "sales/prepare.html", ticket=ticket, lines=lines, totals=sums, form=form, due=_due(ticket, sums.gross, shares),
        replaced=queries.latest_of(ticket.id), shares=shares, third_form=third_form, status=422 if form.errors or third_form.errors else 200,
    )  # fmt: skip


def _do(ticket: Ticket, form: TermsForm, third_form: ThirdForm) -> Response:
    """What the button pressed says, with the terms as they are typed."""
    do, _colon, about = request.form.get("do", "keep").partition(":")
    if do == "send":
        return _send(ticket, form)
    if do == "tiers":
        payer, label, amount = asked_third(third_form)
        with transaction() as session:
            services.add_third(ticket, form.terms, session.merge(payer, load=False), label, amount)
    elif do == "retirer":
        with transaction():
            services.remove_third(ticket, form.terms, chosen_id(about) or 0)
    else:
        return _keep(ticket, form)
    return go(url_for("sales.prepare", number=ticket.number) + "#tiers")


def asked_third(form: ThirdForm) -> tuple[Contact, str, int]:
    """(payer, mention, cents) that were typed. Raises DomainError, with the field at fault."""
    payer = contact_for(current_user, form.third_id.data) if form.third_id.data else None
    if payer is None:
        raise DomainError(_("Choisissez qui paie cette part dans la liste."), field="third_label")
    if not form.third_amount.validate(form) or not form.third_amount.data:
        raise DomainError(_("Saisissez le montant que paie le tiers."), field="third_amount")
    return payer, form.third_label.data or "", form.third_amount.data


def _due(ticket: Ticket, gross: int, shares: Iterable[ThirdPartyShare]) -> int:
    return max(0, gross - sum(share.amount for share in shares) - (ticket.paid_at_intake or 0))


def _terms(ticket: Ticket) -> dict[str, object]:
    terms = terms_for(ticket)
    return {
        "conditions": terms.conditions,
        "delay": terms.delay,
        "days": terms.days,
        "concluded": terms.concluded,
        "exempt": terms.exempt,
    }


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
