"""« Mes données », in the client's space: take them away, ask for their erasure, withdraw a consent."""

from flask import Response, request, url_for
from flask_login import current_user

from app.contacts.models import Contact
from app.contacts.queries import consents_of, own_contact
from app.contacts.services import give_consent
from app.contacts.states import Purpose
from app.core import clock
from app.core.db import transaction
from app.core.i18n import _
from app.core.permissions import signed_in
from app.core.web import go, or_404, page, say
from app.privacy import queries, services
from app.privacy.states import Channel, RequestKind
from app.privacy.views.blueprint import bp

HOME = "/portail"


def _mine() -> Contact | None:
    """The client who is signed in; the team has no such page."""
    return own_contact(current_user) if current_user.is_client else None


@bp.get("/portail/mes-donnees")
@signed_in
def mine() -> Response:
    """His requests, his consents."""
    contact = _mine()
    if contact is None:
        return go(HOME)
    return page(
        "privacy/mine.html", consents=consents_of(contact.id), erasing=_waiting(contact.id),
        requests=[(one, services.export_token(one)) for one in queries.requests_of(contact.id)],
    )  # fmt: skip


def _waiting(contact_id: int) -> bool:
    return any(one.kind == RequestKind.ERASE and not one.answered_on for one in queries.requests_of(contact_id))


@bp.post("/portail/mes-donnees/export")
@signed_in
def take_mine() -> Response:
    """Have them gathered."""
    contact = _mine()
    if contact is None:
        return go(HOME)
    with transaction():
        services.ask_export(contact, Channel.PORTAL)
    say(_("Vos données se préparent : le lien paraîtra ici dans un instant."))
    return go(url_for("privacy.mine"))


@bp.post("/portail/mes-donnees/effacement")
@signed_in
def forget_me() -> Response:
    """Ask to be erased: the organisation answers within a month."""
    contact = _mine()
    if contact is None:
        return go(HOME)
    if not _waiting(contact.id):
        with transaction():
            services.add_request(contact, RequestKind.ERASE, Channel.PORTAL, clock.today())
    say(_("Votre demande est reçue. Nous vous répondons sous un mois."))
    return go(url_for("privacy.mine"))


@bp.post("/portail/mes-donnees/consentement")
@signed_in
def my_consent() -> Response:
    """Give or withdraw a consent: one is as easy as the other (GDPR article 7.3)."""
    contact = _mine()
    if contact is None:
        return go(HOME)
    wanted = request.form.get("purpose", "")
    purpose = or_404(Purpose(wanted) if wanted in frozenset(Purpose) else None)
    with transaction():
        give_consent(
            contact, purpose, request.form.get("given") == "1", wording=purpose.label, source=_("espace client")
        )
    say(_("C'est noté."))
    return go(url_for("privacy.mine"))
