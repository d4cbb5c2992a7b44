"""Documents and photos of a ticket, and the files themselves."""

from flask import Response, request

from app.core.web import or_404, page
from app.documents.services import file_response
from app.portal import queries
from app.portal.views.doors import TicketAccess, ticket_pages


@ticket_pages.page("/documents")
def documents(access: TicketAccess) -> Response:
    """What may be read."""
    return page("portal/documents.html", access=access, ticket=access.ticket, papers=queries.papers_of(access.ticket))


@ticket_pages.page("/fichiers/<int:file_id>/<name>")
def file(access: TicketAccess, file_id: int, name: str) -> Response:
    """A file of this ticket that is opened to its client; `vignette` gives its small picture."""
    found = or_404(queries.readable_file(access.ticket, file_id))
    return file_response(found, thumbnail=name == "vignette", download="telecharger" in request.args)
