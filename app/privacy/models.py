"""Requests received, erasures done, people kept aside from the rules."""

from datetime import date, datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.contacts.models import Contact
from app.core import clock
from app.core.db import UTC, Base, Identified, LabelType, Names, Stamped, column
from app.privacy.states import Channel, RequestKind, Rule


class PrivacyRequest(Identified, Stamped, Base):
    """What a person asked about his data, to be answered within a month (GDPR article 12.3). `file_id`: his data as a ZIP, made
    at `ready_at` and kept seven days."""

    __tablename__ = "privacy_request"
    __kind__ = "privacy_request"
    __fr__ = Names("demande sur ses données", "demandes sur leurs données", True)

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    contact: Mapped[Contact] = relationship(lazy="raise_on_sql")
    kind: Mapped[RequestKind] = column("Demande", LabelType(RequestKind))
    channel: Mapped[Channel] = column("Reçue par", LabelType(Channel), default=Channel.DESK)
    received_on: Mapped[date] = column("Reçue le")
    due_on: Mapped[date] = column("À répondre avant le")
    answered_on: Mapped[date | None] = column("Répondu le", default=None)
    answer: Mapped[str] = column("Réponse", default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), default=None)
    ready_at: Mapped[datetime | None] = column("Prête le", UTC, default=None)


class Erasure(Identified, Base):
    """Somebody who was erased, once: after an old back-up is put back, these are done again (`flask privacy replay`)."""

    __tablename__ = "erasure"
    __kind__ = "erasure"
    __fr__ = Names("effacement", "effacements")

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), unique=True)
    rule: Mapped[Rule] = column("Pourquoi", LabelType(Rule))
    by: Mapped[str] = column("Par", default="")
    rows: Mapped[int] = column("Lignes", default=0)
    files: Mapped[int] = column("Fichiers", default=0)
    at: Mapped[datetime] = column("Quand", UTC, default=clock.now)


class RetentionHold(Identified, Base):
    """Somebody whom the nightly rules leave alone, and why (a dispute, a warranty)."""

    __tablename__ = "retention_hold"
    __kind__ = "retention_hold"
    __fr__ = Names("mise à l'écart", "mises à l'écart", True)

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), unique=True)
    reason: Mapped[str] = column("Raison")
    by: Mapped[str] = column("Par", default="")
    at: Mapped[datetime] = column("Depuis", UTC, default=clock.now)
