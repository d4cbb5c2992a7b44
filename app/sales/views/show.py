"""The page of a quote, its PDF, and what the team does with it."""

from flask import Response, url_for
from flask_login import current_user

from app.accounts.queries import allowed
from app.core import clock
from app.core.db import transaction
from app.core.errors import Conflict, NotAllowed
from app.core.history import events_of
from app.core.i18n import _
from app.core.jobs import later
from app.core.permissions import requires
from app.core.queue import HEAVY
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.documents.services import file_response
from app.sales import queries, services
from app.sales.models import Quote
from app.sales.queries.withdrawal import is_open, payable_from, withdrawal_end
from app.sales.services import offers
from app.sales.services.sending import PUBLISH
from app.sales.states import Means, QuoteState
from app.sales.views.blueprint import bp


def the_quote(number: str) -> Quote:
    """The quote of the address, when this person may see it; 404 otherwise."""
    return or_404(queries.quote_for(current_user, number))


@bp.get("/devis/<number>")
@requires("quote.view")
def show(number: str) -> Response:
    """The quote."""
    quote = the_quote(number)
    newest = queries.newest_version(quote)
    return page(
        "sales/show.html", quote=quote, versions=queries.versions_of(quote) if quote.of_sale else [], events=events_of(subject_of(quote)), open=queries.reachable(quote),
        expired=quote.state == QuoteState.SENT and queries.overdue(quote), QuoteState=QuoteState,
        newest=newest if newest and newest.id != quote.id else None, link=services.link_of(quote),
        withdrawal=withdrawal_end(quote), may_withdraw=is_open(quote), payable=payable_from(quote),
        means=Means(quote.answered_how).label if quote.answered_how else "",
        sent_on=clock.local(quote.sent_at).date() if quote.sent_at else None,
    )  # fmt: skip


@bp.get("/devis/<number>/devis.pdf")
@requires("quote.view")
def pdf(number: str) -> Response:
    """The PDF that the client read, byte for byte."""
    quote = the_quote(number)
    if quote.file is None:
        raise Conflict(_("Le PDF de ce devis se prépare. Rechargez la page dans un instant."))
    return file_response(quote.file)


@bp.post("/devis/<number>/rappel")
@requires("quote.send")
def remind(number: str) -> Response:
    """Remind the client now; or ask again for a PDF that was not made."""
    quote = the_quote(number)
    with transaction():
        if quote.sha256:
            services.remind(quote.id, by_hand=True)
        else:
            later(PUBLISH, quote.id, label=_("Devis %(number)s", number=number), queue_name=HEAVY)
    say(
        _("Rappel envoyé à %(name)s", name=quote.content["client"]["name"])
        if quote.sha256
        else _("Le PDF se prépare de nouveau")
    )
    return go(url_for("sales.show", number=number))


@bp.post("/devis/<number>/revision")
@requires("quote.send")
def revise(number: str) -> Response:
    """Take the quote back: its lines are changed on the ticket, or on a draft of the next version, then another is sent."""
    quote = the_quote(number)
    if quote.of_sale:
        return _next_version(quote)
    with transaction():
        ticket = services.revise(quote)
    say(_("Devis %(number)s repris : corrigez les lignes, puis envoyez le nouveau", number=number))
    return go(url_for("tickets.show", number=ticket.number))


def _next_version(quote: Quote) -> Response:
    if not allowed(current_user, "quote.offer"):
        raise NotAllowed(_("Votre rôle ne permet pas de préparer un devis de vente. Demandez à un commercial."))
    with transaction():
        draft = offers.revise(quote)
    say(_("Nouvelle version du devis %(number)s : corrigez-la, puis envoyez-la", number=quote.number))
    return go(url_for("sales.offer", quote_id=draft.id))
