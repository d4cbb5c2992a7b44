"""The team opens a client's space."""

from flask import Response, request
from flask_login import current_user

from app.contacts.queries import contact_for
from app.core.db import transaction
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, local_url, or_404, say
from app.portal import services
from app.portal.views.blueprint import bp


@bp.post("/contacts/<int:contact_id>/portail")
@requires("contact.edit")
def invite(contact_id: int) -> Response:
    """Send the invitation to the client's space, or send it again."""
    contact = or_404(contact_for(current_user, contact_id))
    with transaction():
        user = services.open_account(contact, current_user)
    say(_("Invitation envoyée à %(email)s", email=user.email))
    return go(local_url(request.form.get("next"), f"/contacts/{contact_id}"))
