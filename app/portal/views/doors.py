"""Two doors to one page: a signed link, or the client's account. Each page is written once and hung on both.

By link: /suivi/<token>…, /suivi/devis/<token>…   Signed in: /portail/dossiers/<number>…, /portail/devis/<number>…
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.services import note_refusal, too_many_attempts
from app.contacts.models import Contact
from app.core import links
from app.core.actor import Actor, acting_as, current_actor
from app.core.db import transaction
from app.core.errors import Gone
from app.core.i18n import _
from app.core.permissions import public, signed_in
from app.core.subject import subject_of
from app.core.web import not_found, or_404, page
from app.portal.views.blueprint import bp
from app.sales.models import Quote
from app.sales.queries import quote_by_id, quote_for
from app.sales.states import Means, QuoteState
from app.tickets.models import Ticket
from app.tickets.queries import ticket_by_id, ticket_for


class Entered(Protocol):
    """Who came in: `actor` for the history, `key` for the limit of writes."""

    @property
    def actor(self) -> Actor: ...

    @property
    def key(self) -> str: ...


E = TypeVar("E", bound=Entered)


def _client(contact: Contact | None, link: links.SignedLink | None) -> Actor:
    """By link: the client whose record it is. Signed in: the person of the session."""
    if link is None:
        return current_actor()
    return Actor("contact", contact.id if contact else None, contact.name if contact else _("Le client"))


def _key(link: links.SignedLink | None) -> str:
    return f"link:{link.id}" if link else f"link:u{current_user.id}"


def address_of(quote: Quote, *, by_link: bool) -> str:
    """Where a client reads and answers a quote, by that door; "" when its link is gone."""
    if not by_link:
        return url_for("portal.my_quote", number=quote.number)
    token = links.token_of("quote", subject_of(quote))
    return url_for("portal.quote", token=token) if token else ""


@dataclass(frozen=True, slots=True)
class TicketAccess:
    """A ticket, and by which door its client came."""

    ticket: Ticket
    token: str = ""
    link: links.SignedLink | None = None

    @property
    def actor(self) -> Actor:
        """For the history."""
        return _client(self.ticket.contact, self.link)

    @property
    def key(self) -> str:
        """For the limit of writes."""
        return _key(self.link)

    def url(self, name: str, /, **values: Any) -> str:
        """The address of another page of this ticket, by the same door."""
        if self.token:
            return url_for(f"portal.{name}", token=self.token, **values)
        return url_for(f"portal.my_{name}", number=self.ticket.number, **values)

    def reload(self) -> None:
        """After a refused transaction, which forgets what was read."""
        ticket_by_id(self.ticket.id)

    def withdraw_url(self, quote: Quote) -> str:
        """Where this client withdraws from a quote that he accepted; "" when its link is gone."""
        if not self.token:
            return url_for("portal.my_withdraw", number=quote.number)
        token = links.token_of("quote", subject_of(quote))
        return url_for("portal.withdraw", token=token) if token else ""

    def quote_url(self, quote: Quote) -> str:
        """Where this client reads and answers a quote; "" when its link is gone."""
        return address_of(quote, by_link=bool(self.token))


@dataclass(frozen=True, slots=True)
class QuoteAccess:
    """A quote, and by which door its client came."""

    quote: Quote
    token: str = ""
    link: links.SignedLink | None = None

    @property
    def actor(self) -> Actor:
        """For the history."""
        return _client(self.quote.contact, self.link)

    @property
    def key(self) -> str:
        """For the limit of writes."""
        return _key(self.link)

    def reload(self) -> None:
        """After a refused transaction, which forgets what was read."""
        quote_by_id(self.quote.id)

    @property
    def means(self) -> Means:
        """How the answer reaches us."""
        return Means.LINK if self.token else Means.PORTAL

    def url(self, name: str, /, **values: Any) -> str:
        """The address of another page of this quote, by the same door."""
        if self.token:
            return url_for(f"portal.{name}", token=self.token, **values)
        return url_for(f"portal.my_{name}", number=self.quote.number, **values)

    @property
    def ticket_url(self) -> str:
        """The status page of its ticket; "" when it has no link, or no ticket."""
        if self.quote.of_sale:
            return ""
        if not self.token:
            return url_for("portal.my_status", number=self.quote.work.number)
        token = links.token_of("status", subject_of(self.quote.work))
        return url_for("portal.status", token=token) if token else ""


def _ticket_by_link(token: str) -> TicketAccess | None:
    link = links.resolve(token, "status")
    ticket = ticket_by_id(link.subject_id) if link else None
    return TicketAccess(ticket, token, link) if ticket else None


def _ticket_by_account(number: str) -> TicketAccess:
    if not current_user.is_client:
        not_found()
    return TicketAccess(or_404(ticket_for(current_user, number)))


def _quote_by_link(token: str) -> QuoteAccess | None:
    """A link that expired, or whose quote was replaced, still opens the page that says how to go on."""
    link = links.known(token, "quote")
    quote = quote_by_id(link.subject_id) if link else None
    if link is None or quote is None:
        return None
    if link.revoked_at is not None and quote.state != QuoteState.REPLACED:
        raise Gone(_("Ce lien ne sert plus. Ouvrez le plus récent que vous avez reçu, ou demandez-en un nouveau."))
    return QuoteAccess(quote, token, link)


def _quote_by_account(number: str) -> QuoteAccess:
    if not current_user.is_client:
        not_found()
    return QuoteAccess(or_404(quote_for(current_user, number)))


@dataclass(frozen=True)
class Doors(Generic[E]):
    """`@doors.page("/messages", methods=…)` hangs a view on both addresses; it gets who entered."""

    link_base: str
    account_base: str
    by_link: Callable[[str], E | None]
    by_account: Callable[[str], E]

    def page(self, rule: str = "", **options: Any) -> Callable[[Callable[..., Response]], Callable[..., Response]]:
        """The decorator of a view `view(access, **values)`; endpoints are its name, and `my_` plus its name."""

        def hang(view: Callable[..., Response]) -> Callable[..., Response]:
            @public
            def linked(token: str, **values: Any) -> Response:
                try:
                    return _enter(lambda: self.by_link(token), view, values)
                except Gone as gone:
                    return page(
                        "portal/problem.html",
                        status=gone.status,
                        title=_("Ce lien n'est plus valable"),
                        advice=gone.message,
                    )

            @signed_in
            def owned(number: str, **values: Any) -> Response:
                return _enter(lambda: self.by_account(number), view, values)

            name = view.__name__
            bp.add_url_rule(self.link_base + rule, name, linked, **options)
            bp.add_url_rule(self.account_base + rule, f"my_{name}", owned, **options)
            return view

        return hang


def _unknown() -> Response:
    advice = _(
        "Il manque peut-être une partie de l'adresse. Ouvrez le lien depuis le message reçu, ou flashez le code du bon d'entrée."
    )
    return page("portal/problem.html", status=404, title=_("Ce lien n'ouvre aucun dossier"), advice=advice)


def _enter(fetch: Callable[[], E | None], view: Callable[..., Response], values: dict[str, Any]) -> Response:
    access = fetch()
    if access is not None and request.method == "POST":
        if too_many_attempts(access.key):
            advice = _(
                "Vous avez envoyé beaucoup de réponses en peu de temps. Attendez un quart d'heure, ou appelez-nous."
            )
            return page("portal/problem.html", status=429, title=_("Trop d'envois"), advice=advice)
        with transaction():
            note_refusal(access.key)
        access = fetch()
    if access is None:
        return _unknown()
    with acting_as(access.actor):
        return view(access, **values)


ticket_pages = Doors[TicketAccess]("/suivi/<token>", "/portail/dossiers/<number>", _ticket_by_link, _ticket_by_account)
quote_pages = Doors[QuoteAccess]("/suivi/devis/<token>", "/portail/devis/<number>", _quote_by_link, _quote_by_account)
