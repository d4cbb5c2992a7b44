"""For whom a quote, an order or an invoice is, before its draft exists: the one page that asks it."""

from collections.abc import Callable
from typing import Any

from flask import Response, request
from flask_login import current_user

from app.contacts.models import Contact
from app.contacts.queries import contact_for
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _
from app.core.web import go, page
from app.sales.forms import NewForm


def ask_whom(start: Callable[[Contact, str], str], **words: Any) -> Response:
    """Ask the client and the subject, then go to the address of the draft that `start` makes of them.

    `words` of the page: `title`, `trail` (label and address of the list), `verb` (of its button), `next` (what comes then).
    """
    form = NewForm(contact_id=request.args.get("contact"))
    chosen = chosen_id(form.contact_id.data)
    contact = contact_for(current_user, chosen) if chosen else None
    if form.validate_on_submit():
        if contact is not None:
            with transaction() as session:
                address = start(session.merge(contact, load=False), form.title.data or "")
            return go(address)
        put_error(form, DomainError(_("Choisissez le client dans la liste."), field="contact_id"))
    return page("sales/new.html", form=form, contact=contact, status=422 if form.errors else 200, **words)
