"""« Boîte d'envoi »: every message written, where it is, and what a person can still do about it."""

from collections.abc import Callable
from typing import Any

from flask import Response, make_response, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed
from app.contacts.models import Contact
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.outbox import Channel, OutboxMessage
from app.core.pages import asked_page, page_address, paged
from app.core.permissions import requires
from app.core.phones import parse_phone
from app.core.subject import Subject
from app.core.subjects import SUBJECTS, subject_for
from app.core.web import go, or_404, page, say
from app.documents.models import StoredFile
from app.messaging.forms import ResendForm
from app.messaging.queries import OutboxFilters, attempts_of, message_for, outbox_listing
from app.messaging.services import followup
from app.messaging.services.accounts import route_exists
from app.messaging.services.delivery import locked
from app.messaging.services.registry import TEMPLATES
from app.messaging.views.blueprint import bp, tabs

# The mail as its reader sees it, in a frame of this page only; its styles are inline, as mails' are.
LETTER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; sandbox allow-popups"


def _filters() -> OutboxFilters:
    args = request.args
    return OutboxFilters(args.get("etat", ""), args.get("canal", ""), args.get("contact", type=int))


@bp.get("/messages/envois")
@requires("message.view")
def outbox() -> Response:
    """The list, the newest first."""
    filters = _filters()
    found = paged(outbox_listing(filters), *asked_page())
    missing = [channel for channel in Channel if not route_exists(channel)]
    return page(
        "messaging/outbox.html", block="liste", tabs=tabs("outbox"), found=found, filters=filters, missing=missing,
        choose=_choose, address=page_address,
    )  # fmt: skip


def _choose(name: str, value: str) -> str:
    """The address of the list with this filter on, or off when it is on."""
    chosen: dict[str, Any] = {key: request.args[key] for key in ("etat", "canal", "contact") if request.args.get(key)}
    if chosen.get(name) == value:
        chosen.pop(name)
    else:
        chosen[name] = value
    return url_for("messaging.outbox", **chosen)


def _show(message: OutboxMessage, form: ResendForm, status: int = 200) -> Response:
    about = None
    if message.about_kind in SUBJECTS and message.about_id:
        row = subject_for(current_user, Subject(message.about_kind, message.about_id))
        about = (SUBJECTS[message.about_kind].url(row), SUBJECTS[message.about_kind].label(row)) if row else None
    files = (
        db.session.query(StoredFile).where(StoredFile.id.in_(message.attachments)).all() if message.attachments else []
    )
    return page(
        "messaging/outbox_message.html", message=message, form=form, about=about, files=files, attempts=attempts_of(message),
        contact=db.session.get(Contact, message.contact_id) if message.contact_id else None,
        modele=TEMPLATES.get(message.template), may_send=allowed(current_user, "message.send"),
        may_resend=followup.may_resend(message), may_cancel=followup.may_cancel(message), status=status,
    )  # fmt: skip


@bp.get("/messages/envois/<int:message_id>")
@requires("message.view")
def outbox_message(message_id: int) -> Response:
    """One message: its exact text, its way, its errors."""
    message = or_404(message_for(current_user, message_id))
    return _show(message, ResendForm(recipient=message.recipient))


@bp.get("/messages/envois/<int:message_id>/apercu")
@requires("message.view")
def outbox_letter(message_id: int) -> Response:
    """The HTML of a mail, for the frame."""
    message = or_404(message_for(current_user, message_id))
    response = make_response(message.html or or_404(None))
    response.headers["Content-Security-Policy"] = LETTER_POLICY
    return response


@bp.post("/messages/envois/<int:message_id>/renvoyer")
@requires("message.send")
def outbox_resend(message_id: int) -> Response:
    """Send again what did not arrive, to a corrected address perhaps."""
    message = or_404(message_for(current_user, message_id))
    form = ResendForm()
    if not form.validate_on_submit():
        return _show(message, form, 422)
    try:
        recipient = form.recipient.data.strip()
        if message.channel == Channel.SMS:
            recipient = parse_phone(recipient)
        with transaction():
            followup.requeue(or_404(locked(message_id)), recipient)
    except DomainError as error:
        put_error(form, DomainError(error.message, field="recipient"))
        return _show(message, form, 422)
    say(_("Le message repart vers %(to)s.", to=recipient))
    return go(url_for("messaging.outbox_message", message_id=message_id))


def _act(message_id: int, verb: Callable[[OutboxMessage], None], sentence: str) -> Response:
    or_404(message_for(current_user, message_id))
    with transaction():
        verb(or_404(locked(message_id)))
    say(sentence)
    return go(url_for("messaging.outbox_message", message_id=message_id))


@bp.post("/messages/envois/<int:message_id>/parti")
@requires("message.send")
def outbox_sent(message_id: int) -> Response:
    """A person knows that it did leave."""
    return _act(message_id, followup.consider_sent, _("Le message est considéré comme parti."))


@bp.post("/messages/envois/<int:message_id>/annuler")
@requires("message.send")
def outbox_cancel(message_id: int) -> Response:
    """Do not send it, or file it away."""
    return _act(message_id, followup.cancel, _("Le message ne partira pas."))
