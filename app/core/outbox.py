"""The outbox: every message to somebody is first a row, written with the change that causes it."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import UTC, Base, Identified, Json, LabelType, Names, column, db, require_transaction
from app.core.jobs import later
from app.core.labels import LabelEnum
from app.core.subject import Subject

DELIVER = "app.messaging.jobs.deliver"


class Channel(LabelEnum):
    EMAIL = "email", "Courriel", "mail", "bleu"
    SMS = "sms", "SMS", "message", "sarc"


class MessageState(LabelEnum):
    HELD = "held", "En attente de compte", "inbox", "gris"
    QUEUED = "queued", "À envoyer", "clock", "gris"
    SENDING = "sending", "Envoi en cours", "send", "bleu"
    SENT = "sent", "Envoyé", "send", "bleu"
    DELIVERED = "delivered", "Remis", "circle-check", "vert"
    UNCERTAIN = "uncertain", "Incertain", "help-circle", "ambre"
    FAILED = "failed", "Non remis", "alert-triangle", "rouge"
    BOUNCED = "bounced", "Revenu", "arrow-back-up", "rouge"
    CANCELLED = "cancelled", "Annulé", "ban", "gris"


class OutboxMessage(Identified, Base):
    """One message to one address by one channel."""

    __tablename__ = "outbox_message"
    __kind__ = "message"
    __fr__ = Names("message envoyé", "messages envoyés")
    __table_args__ = (Index(None, "state", "due_at"), Index(None, "about_kind", "about_id"))

    channel: Mapped[Channel] = column("Canal", LabelType(Channel))
    recipient: Mapped[str] = column("Destinataire")
    contact_id: Mapped[int | None] = mapped_column(default=None, index=True)
    template: Mapped[str] = column("Modèle", default="")
    subject: Mapped[str] = column("Objet", default="")
    text: Mapped[str] = column("Texte")
    html: Mapped[str] = mapped_column(default="")
    attachments: Mapped[list[int]] = mapped_column(Json, default=list)
    about_kind: Mapped[str | None] = column("Type de fiche", default=None)
    about_id: Mapped[int | None] = mapped_column(default=None)
    reference: Mapped[str] = mapped_column(unique=True)
    state: Mapped[MessageState] = column("État", LabelType(MessageState), default=MessageState.QUEUED)
    due_at: Mapped[datetime] = column("À envoyer à partir de", UTC, default=clock.now)
    created_at: Mapped[datetime] = column("Écrit le", UTC, default=clock.now)
    sent_at: Mapped[datetime | None] = column("Envoyé le", UTC, default=None)
    provider: Mapped[str] = column("Fournisseur", default="")
    provider_ref: Mapped[str] = mapped_column(default="", index=True)
    error: Mapped[str] = column("Raison", default="")
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


def write(  # noqa: PLR0913  one argument per column that its writer decides
    channel: Channel,
    recipient: str,
    subject: str,
    text: str,
    *,
    html: str = "",
    about: Subject | None = None,
    template: str = "",
    contact_id: int | None = None,
    attachments: Iterable[int] = (),
    at: datetime | None = None,
    facts: dict[str, Any] | None = None,
) -> OutboxMessage:
    """Write a message in the present transaction and queue its delivery, now or from `at` on.

    `attachments` are ids of stored files. The row's `reference` is unique: partners and Message-ID carry it.
    """
    require_transaction()
    message = OutboxMessage(
        channel=channel,
        recipient=recipient.strip(),
        contact_id=contact_id,
        template=template,
        subject=subject,
        text=text,
        html=html,
        attachments=list(attachments),
        about_kind=about.kind if about else None,
        about_id=about.id if about else None,
        reference=secrets.token_hex(12),
        due_at=at or clock.now(),
        facts=facts or {},
    )
    db.session.add(message)
    db.session.flush()
    later(DELIVER, message.id, at=at)
    return message
