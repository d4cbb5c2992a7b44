"""Threads: read and answer the conversation about any kind of record that was registered as a subject.

Who may see it is decided by the record's own feature: `core.subjects` fetches it for the person, or it does not exist.
"""

from typing import Any

from flask import Response, request
from flask_login import current_user

from app.accounts.queries import allowed
from app.contacts.models import Contact
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.permissions import requires
from app.core.subject import Subject
from app.core.subjects import SUBJECTS, SubjectKind, subject_for
from app.core.web import go, local_url, or_404, page, say, wants_fragment
from app.messaging.forms import channels_of
from app.messaging.services import conversation, mark_read, post_note, post_to_client, suggestion
from app.messaging.views.blueprint import bp


def _opened(kind: str, subject_id: int) -> tuple[Subject, SubjectKind, Any, Contact | None]:
    """The record, its kind and its client; 404 when this person may not see it."""
    subject = Subject(kind, subject_id)
    record = or_404(subject_for(current_user, subject))
    known = SUBJECTS[kind]
    contact_id = known.contact_id(record)
    return subject, known, record, db.session.get(Contact, contact_id) if contact_id else None


def _show(kind: str, subject_id: int, *, status: int = 200, error: str = "", typed: str = "") -> Response:
    subject, known, record, contact = _opened(kind, subject_id)
    context: dict[str, Any] = {
        "fil": conversation(subject, contact, known.label(record)),
        "record_url": known.url(record),
        "record_icon": known.icon,
        "may_send": allowed(current_user, "message.send"),
        "fil_error": error,
        "fil_typed": typed,
    }
    template = "messaging/thread.html" if wants_fragment() else "messaging/thread_page.html"
    return page(template, block="fil", status=status, **context)


def _done(kind: str, subject_id: int, sentence: str) -> Response:
    if sentence:
        say(sentence)
    if wants_fragment():
        return _show(kind, subject_id)
    return go(local_url(request.form.get("next"), f"/fils/{kind}/{subject_id}"))


@bp.get("/fils/<kind>/<int:subject_id>")
@requires("message.view")
def thread(kind: str, subject_id: int) -> Response:
    """One conversation."""
    return _show(kind, subject_id)


@bp.post("/fils/<kind>/<int:subject_id>/messages")
@requires("message.send")
def thread_send(kind: str, subject_id: int) -> Response:
    """Write to the client, or keep an internal note (`note` is the button pressed)."""
    subject, known, record, contact = _opened(kind, subject_id)
    typed = request.form.get("body", "")
    try:
        with transaction():
            if "note" in request.form:
                post_note(subject, typed, current_user.name)
                sentence = _("Note gardée. Le client ne la voit pas.")
            else:
                sentence = _write(subject, contact, known.label(record), typed)
    except DomainError as error:
        return _show(kind, subject_id, status=422, error=error.message, typed=typed)
    return _done(kind, subject_id, sentence)


@bp.post("/fils/<kind>/<int:subject_id>/modele")
@requires("message.send")
def thread_suggest(kind: str, subject_id: int) -> Response:
    """Put the words of a template after what is typed; nothing leaves."""
    _subject, _known, record, contact = _opened(kind, subject_id)
    typed = request.form.get("body", "").strip()
    try:
        with transaction():
            words = suggestion(kind, record, contact, request.form.get("modele", ""))
    except DomainError as error:
        return _show(kind, subject_id, status=422, error=error.message, typed=typed)
    return _show(kind, subject_id, typed=f"{typed}\n\n{words}".strip())


def _write(subject: Subject, contact: Contact | None, title: str, text: str) -> str:
    if contact is None:
        raise DomainError(_("Aucun client n'est lié à cette fiche. Gardez plutôt une note interne."))
    asked = channels_of(request.form.getlist("channels"))
    if "channels_shown" in request.form and not asked:
        raise DomainError(_("Choisissez au moins un moyen : courriel ou SMS."), field="body")
    message = post_to_client(subject, contact, text, current_user.name, title=title, channels=asked or None)
    if message.outbox_id is None:
        return _("Rien ne permet d'écrire à %(name)s : l'appel est noté dans les tâches.", name=contact.name)
    return _("Message écrit à %(name)s.", name=contact.name)


@bp.post("/fils/<kind>/<int:subject_id>/lu")
@requires("message.send")
def thread_read(kind: str, subject_id: int) -> Response:
    """The team has read what the client wrote."""
    subject, *_rest = _opened(kind, subject_id)
    with transaction():
        mark_read(subject, "team")
    if request.form.get("next"):
        return go(local_url(request.form["next"], "/messages"))
    return _done(kind, subject_id, "")
