"""Templates, threads and tasks. The messages themselves wait in `core.outbox`."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.contacts.models import Contact
from app.core import clock
from app.core.db import UTC, Archivable, Base, Identified, LabelType, Names, Stamped, column
from app.messaging.states import Direction, TaskState


class MessageTemplate(Identified, Stamped, Archivable, Base):
    """Words of an automatic or proposed message; `{{ … }}` placeholders are a closed list per code."""

    __tablename__ = "message_template"
    __kind__ = "message_template"
    __fr__ = Names("modèle de message", "modèles de message")

    code: Mapped[str] = column("Code", unique=True)
    name: Mapped[str] = column("Nom")
    subject: Mapped[str] = column("Objet du courriel", default="")
    body: Mapped[str] = column("Courriel", default="")
    sms: Mapped[str] = column("SMS", default="")
    active: Mapped[bool] = column("Actif", default=True)


class ThreadMessage(Identified, Base):
    """One message of the conversation about a record, or an internal note beside it."""

    __tablename__ = "thread_message"
    __kind__ = "thread_message"
    __fr__ = Names("message", "messages")
    __table_args__ = (Index(None, "subject_kind", "subject_id", "id"), Index(None, "direction", "read_at"))

    subject_kind: Mapped[str] = column("Type de fiche")
    subject_id: Mapped[int]
    direction: Mapped[Direction] = column("Sens", LabelType(Direction))
    author: Mapped[str] = column("Auteur")
    body: Mapped[str] = column("Texte")
    at: Mapped[datetime] = column("Quand", UTC, default=clock.now)
    read_at: Mapped[datetime | None] = column("Lu le", UTC, default=None)
    outbox_id: Mapped[int | None] = mapped_column(ForeignKey("outbox_message.id"), default=None)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), default=None, index=True)
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    mail_id: Mapped[str | None] = mapped_column(default=None, unique=True)


class Task(Identified, Stamped, Base):
    """Something somebody must do or somebody to call, by a day."""

    __tablename__ = "task"
    __kind__ = "task"
    __fr__ = Names("tâche", "tâches", True)
    __table_args__ = (Index(None, "state", "due_on"),)

    label: Mapped[str] = column("Quoi")
    call: Mapped[bool] = column("Appel à passer", default=False)
    due_on: Mapped[date | None] = column("Pour le", default=None)
    state: Mapped[TaskState] = column("État", LabelType(TaskState), default=TaskState.OPEN)
    subject_kind: Mapped[str | None] = column("Type de fiche", default=None)
    subject_id: Mapped[int | None] = mapped_column(default=None)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), default=None, index=True)
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), default=None, index=True)
    assignee: Mapped[User | None] = relationship(lazy="raise_on_sql")
    notes: Mapped[str] = column("Notes", default="")
    done_at: Mapped[datetime | None] = column("Fait le", UTC, default=None)
