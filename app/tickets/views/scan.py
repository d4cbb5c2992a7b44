"""A scan from any page: /scan?code=. Answers the ticket, the thing, the article, or the intake of an unknown serial."""

from urllib.parse import urlsplit

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed
from app.assets.queries import assets_with_serial
from app.catalog.queries import article_scanned
from app.core.i18n import _
from app.core.links import resolve
from app.core.permissions import requires
from app.core.web import go, say
from app.tickets.queries import ticket_for
from app.tickets.queries.known import open_ticket_of
from app.tickets.queries.one import ticket_for_id
from app.tickets.views.blueprint import bp


@bp.get("/scan")
@requires("ticket.view")
def scan() -> Response:
    """Where a code leads. The QR of a slip holds the status page's address: staff is sent to the ticket."""
    code = request.args.get("code", "").strip()[:300]
    ticket = _ticket_of(code)
    if ticket is not None:
        return go(url_for("tickets.show", number=ticket))
    assets = assets_with_serial(code)
    if assets:
        known = open_ticket_of(assets[0].id)
        if known and ticket_for(current_user, known):
            return go(url_for("tickets.show", number=known))
    article_id = article_scanned(code) if not assets and allowed(current_user, "catalog.view") else None
    if article_id is not None:
        return go(url_for("catalog.show", article_id=article_id))
    if allowed(current_user, "ticket.create"):
        if not assets:
            say(_("Le code « %(code)s » n'est pas connu : nouvelle prise en charge.", code=code), "info")
        return go(url_for("tickets.intake", code=code))
    say(_("Le code « %(code)s » n'est pas connu. Vérifiez l'étiquette, ou cherchez par nom.", code=code), "error")
    return go(url_for("tickets.index"))


def _ticket_of(code: str) -> str | None:
    parts = urlsplit(code).path.strip("/").split("/")
    if len(parts) >= 2 and parts[-2] == "suivi":
        link = resolve(parts[-1], "status")
        ticket = ticket_for_id(current_user, link.subject_id) if link else None
        return ticket.number if ticket else None
    found = ticket_for(current_user, code.upper())
    return found.number if found else None
