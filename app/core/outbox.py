"""The outbox: every message to somebody is first a row, written with the change that causes it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import UTC, Base, Identified, Json, LabelType, Names, column
from app.core.labels import LabelEnum


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
