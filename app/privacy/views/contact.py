"""A contact's personal data: consent proofs, export, erasure, requests."""

from typing import Any

from flask import Response, request, url_for
from flask_login import current_user
from sqlalchemy import select

from app.contacts.models import Consent, Contact
from app.contacts.queries import consents_of, contact_for
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.links import resolve
from app.core.permissions import public, requires
from app.core.web import go, or_404, page, say
from app.documents.models import StoredFile
from app.documents.services import file_response
from app.privacy import queries, services
from app.privacy.services.requests import LINK
from app.privacy.states import Channel, RequestKind, Rule
from app.privacy.views.blueprint import RIGHT, bp
from app.privacy.views.desk import asked


@bp.get("/contacts/<int:contact_id>/donnees-personnelles")
@requires(RIGHT)
def contact_page(contact_id: int) -> Response:
    """Everything about his data; `?apercu=1`: what erasing him would do, which is looked at before."""
    return _page(or_404(contact_for(current_user, contact_id)), preview=request.args.get("apercu") == "1")


def _page(contact: Contact, fault: DomainError | None = None, *, preview: bool = False) -> Response:
    erased = queries.erasure_of(contact.id)
    asked_of = queries.requests_of(contact.id)
    return page(
        "privacy/contact.html", contact=contact, erased=erased, proofs=_proofs(contact.id), in_force=consents_of(contact.id),
        requests=[(one, services.export_token(one)) for one in asked_of],
        fates=services.outlook(contact) if preview and not erased else [], preview=preview, pending=[] if erased else queries.pending_of(contact.id),
        kinds=RequestKind, channels=Channel, today=clock.today(), fault=fault, status=fault.status if fault else 200,
    )  # fmt: skip


def _proofs(contact_id: int) -> list[dict[str, Any]]:
    """Every consent given or withdrawn, newest first; the version of a wording is its rank among those that were shown."""
    rows = db.session.scalars(select(Consent).where(Consent.contact_id == contact_id).order_by(Consent.id)).all()
    about = {row.about_id for row in rows if row.about_id}
    names = dict(db.session.execute(select(Contact.id, Contact.name).where(Contact.id.in_(about))).all())
    seen: dict[Any, list[str]] = {}
    proofs = []
    for row in rows:
        wordings = seen.setdefault(row.purpose, [])
        if row.wording not in wordings:
            wordings.append(row.wording)
        proofs.append({"row": row, "version": wordings.index(row.wording) + 1, "about": names.get(row.about_id or 0)})
    return proofs[::-1]


@bp.post("/contacts/<int:contact_id>/donnees-personnelles/export")
@requires(RIGHT)
def export(contact_id: int) -> Response:
    """Have his data gathered; the page then shows the link."""
    contact = or_404(contact_for(current_user, contact_id))
    with transaction():
        services.ask_export(contact, Channel.DESK)
    say(_("L'export se prépare : le lien paraîtra ici dans un instant."))
    return go(url_for("privacy.contact_page", contact_id=contact_id))


@bp.post("/contacts/<int:contact_id>/donnees-personnelles/effacement")
@requires(RIGHT)
def erase(contact_id: int) -> Response:
    """Erase him for good, once the manager has typed the word."""
    contact = or_404(contact_for(current_user, contact_id))
    if request.form.get("word", "").strip().upper() != "EFFACER":
        return _page(contact, DomainError(_("Pour confirmer, tapez EFFACER."), field="word"), preview=True)
    try:
        with transaction():
            services.erase(contact, Rule.REQUEST)
    except DomainError as error:
        return _page(contact, error)
    say(_("Cette personne est effacée."))
    return go(url_for("privacy.contact_page", contact_id=contact_id))


@bp.post("/contacts/<int:contact_id>/donnees-personnelles/demandes")
@requires(RIGHT)
def ask(contact_id: int) -> Response:
    """Note a request received."""
    contact = or_404(contact_for(current_user, contact_id))
    try:
        with transaction():
            services.add_request(contact, *asked())
    except DomainError as error:
        return _page(contact, error)
    say(_("Demande notée : sa réponse est dans les tâches."))
    return go(url_for("privacy.contact_page", contact_id=contact_id))


@bp.get("/mes-donnees/<token>")
@public
def download(token: str) -> Response:
    """The ZIP behind its link, while it is kept."""
    link = or_404(resolve(token, LINK))
    found = or_404(queries.request_by_id(link.subject_id))
    return file_response(or_404(db.session.get(StoredFile, found.file_id or 0)), download=True)
