"""The conversation about a record: what we write to the client, what he writes, and the team's own notes."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import select, update

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.outbox import Channel
from app.core.revisions import bump
from app.core.subject import Subject
from app.messaging.models import ThreadMessage
from app.messaging.services.sending import preferred, tell
from app.messaging.states import Direction

FREE = "thread.message"
BODY_LENGTH = 6000
Side = Literal["team", "client"]


def post_to_client(
    subject: Subject,
    contact: Contact,
    body: str,
    by: str,
    *,
    title: str = "",
    channels: Iterable[Channel] | None = None,
    attachments: Sequence[int] = (),
) -> ThreadMessage:
    """Write to the client, by the channels given or those he accepts, and keep it in the thread.

    `title` says what it is about (« dossier R-2026-0001 »). What he had written counts as read. Raises DomainError for
    an empty text. When nothing can reach him, a call is put on the task list.
    """
    text = _checked(body)
    chosen = list(channels) if channels is not None else preferred(contact)
    answered = _last_incoming(subject)
    extra = {"automatic": False, **({"in_reply_to": answered} if answered else {})}
    facts = {"texte": text, "objet": title or _("votre demande"), "auteur": by}
    sent = tell(contact, FREE, about=subject, facts=facts, channels=chosen, attachments=attachments, extra=extra)
    mark_read(subject, "team")
    return _keep(subject, Direction.OUTGOING, text, by, contact_id=contact.id, outbox_id=sent[0].id if sent else None)


def post_note(subject: Subject, body: str, by: str) -> ThreadMessage:
    """An internal note: the client never sees it. Raises DomainError for an empty text."""
    return _keep(subject, Direction.INTERNAL, _checked(body), by, read_at=clock.now())


def post_from_client(
    subject: Subject, contact: Contact | None, body: str, *, author: str = "", mail_id: str | None = None
) -> ThreadMessage:
    """What the client wrote, from the portal, the status page or by e-mail: unread until the team reads it."""
    text = _checked(body)
    mark_read(subject, "client")
    message = _keep(
        subject, Direction.INCOMING, text, author or (contact.name if contact else ""),
        contact_id=contact.id if contact else None, mail_id=mail_id,
    )  # fmt: skip
    record(subject, "message.received", text=text[:300], author=message.author)
    return message


def mark_read(subject: Subject, side: Side) -> None:
    """The team has read what the client wrote, or the client what we wrote."""
    require_transaction()
    read = db.session.scalars(
        update(ThreadMessage)
        .where(
            ThreadMessage.subject_kind == subject.kind,
            ThreadMessage.subject_id == subject.id,
            ThreadMessage.direction == (Direction.INCOMING if side == "team" else Direction.OUTGOING),
            ThreadMessage.read_at.is_(None),
        )
        .values(read_at=clock.now())
        .returning(ThreadMessage.id)
        .execution_options(synchronize_session=False)
    )
    if read.first() is not None:
        bump("messages")


def _checked(body: str) -> str:
    text = body.replace("\r\n", "\n").replace("\x00", "").strip()
    if not text:
        raise DomainError(_("Écrivez votre message avant de l'envoyer."), field="body")
    if len(text) > BODY_LENGTH:
        raise DomainError(
            _(
                "Ce message compte %(n)s signes ; %(most)s au plus. Coupez-le, ou joignez un document.",
                n=len(text),
                most=BODY_LENGTH,
            ),
            field="body",
        )
    return text


def _keep(
    subject: Subject,
    direction: Direction,
    text: str,
    author: str,
    *,
    contact_id: int | None = None,
    outbox_id: int | None = None,
    mail_id: str | None = None,
    read_at: datetime | None = None,
) -> ThreadMessage:
    require_transaction()
    message = ThreadMessage(
        subject_kind=subject.kind, subject_id=subject.id, direction=direction, author=author[:200], body=text,
        contact_id=contact_id, outbox_id=outbox_id, mail_id=mail_id, read_at=read_at,
    )  # fmt: skip
    db.session.add(message)
    db.session.flush()
    return message


def _last_incoming(subject: Subject) -> str:
    """The Message-ID of the client's last mail, that our answer follows."""
    found = db.session.scalar(
        select(ThreadMessage.mail_id)
        .where(
            ThreadMessage.subject_kind == subject.kind,
            ThreadMessage.subject_id == subject.id,
            ThreadMessage.direction == Direction.INCOMING,
            ThreadMessage.mail_id.is_not(None),
        )
        .order_by(ThreadMessage.id.desc())
        .limit(1)
    )
    return found if found and found.startswith("<") and found.endswith(">") else ""
