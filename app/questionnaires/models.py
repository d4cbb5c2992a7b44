"""Questionnaires, their versions, and the answers given."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import UTC, Archivable, Base, Identified, Json, LabelType, Names, Stamped, column
from app.questionnaires.states import ItemType, Use


class Questionnaire(Identified, Stamped, Archivable, Base):
    """A form under a name. Answers keep the version they were given to."""

    __tablename__ = "questionnaire"
    __kind__ = "questionnaire"
    __fr__ = Names("questionnaire", "questionnaires")

    code: Mapped[str] = column("Code", unique=True)
    name: Mapped[str] = column("Nom")
    use: Mapped[Use] = column("Usage", LabelType(Use))
    intro: Mapped[str] = column("Introduction", default="")
    version: Mapped[int] = column("Version", default=1)
    items: Mapped[list["QuestionnaireItem"]] = relationship(
        order_by="QuestionnaireItem.position", cascade="all, delete-orphan", lazy="selectin"
    )


class QuestionnaireItem(Identified, Base):
    """One question. `code` stays the same across versions; `choices` for a choice, `unit`/bounds for a measure."""

    __tablename__ = "questionnaire_item"
    __fr__ = Names("question", "questions", True)
    __table_args__ = (UniqueConstraint("questionnaire_id", "code"),)

    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"))
    position: Mapped[int] = column("Rang", default=0)
    code: Mapped[str] = column("Code")
    label: Mapped[str] = column("Question")
    type: Mapped[ItemType] = column("Type", LabelType(ItemType), default=ItemType.TRISTATE)
    hint: Mapped[str] = column("Aide", default="")
    compulsory: Mapped[bool] = column("Obligatoire", default=False)
    choices: Mapped[list[str]] = column("Choix", Json, default=list)
    unit: Mapped[str] = column("Unité", default="")
    minimum: Mapped[str] = column("Minimum", default="")
    maximum: Mapped[str] = column("Maximum", default="")
    bad_answer: Mapped[str] = column("Réponse à signaler", default="non")


class Response(Identified, Stamped, Base):
    """The answers given about a record. `answers` maps item codes to {"value", "note", "file_ids"}; `form` is the
    questionnaire as it was (list of items), so that old answers always read right."""

    __tablename__ = "questionnaire_response"
    __kind__ = "response"
    __fr__ = Names("réponse", "réponses", True)
    __table_args__ = (Index(None, "subject_kind", "subject_id", "use"),)

    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"), index=True)
    version: Mapped[int] = column("Version")
    use: Mapped[Use] = column("Usage", LabelType(Use))
    subject_kind: Mapped[str] = column("Type de fiche")
    subject_id: Mapped[int]
    form: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    answers: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    by: Mapped[str] = column("Rempli par", default="")
    completed_at: Mapped[datetime | None] = column("Terminé le", UTC, default=None)
    started_at: Mapped[datetime] = column("Commencé le", UTC, default=clock.now)
