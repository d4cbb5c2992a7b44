"""The conversation with the workshop."""

from flask import Response

from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.subject import subject_of
from app.core.web import go, page, say
from app.messaging.queries import thread_of
from app.messaging.services import mark_read, post_from_client
from app.portal.forms import MessageForm
from app.portal.views.doors import TicketAccess, ticket_pages


@ticket_pages.page("/messages", methods=["GET", "POST"])
def messages(access: TicketAccess) -> Response:
    """What was said, and a form to write."""
    form = MessageForm()
    if form.validate_on_submit():
        try:
            return _write(access, form.body.data or "")
        except DomainError as error:
            access.reload()
            put_error(form, error)
    rows = thread_of(subject_of(access.ticket), for_client=True)
    return page(
        "portal/messages.html",
        access=access,
        ticket=access.ticket,
        rows=rows,
        form=form,
        status=422 if form.errors else 200,
    )


def _write(access: TicketAccess, body: str) -> Response:
    with transaction():
        post_from_client(subject_of(access.ticket), access.ticket.contact, body)
    say(_("Votre message est envoyé"))
    return go(access.url("messages"))


@ticket_pages.page("/messages/lus", methods=["POST"])
def read(access: TicketAccess) -> Response:
    """The client opens the conversation: what we wrote is read. A GET never writes, so the line of the menu is a button."""
    with transaction():
        mark_read(subject_of(access.ticket), "client")
    return go(access.url("messages"))
