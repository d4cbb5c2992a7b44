"""Stored files, and what they are attached to."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import UTC, Base, Identified, LabelType, Names, Stamped, column
from app.documents.states import FileKind


class StoredFile(Identified, Base):
    """A file kept under a random name, outside the public folder. Never changed once written."""

    __tablename__ = "stored_file"
    __kind__ = "file"
    __fr__ = Names("fichier", "fichiers")

    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[FileKind] = column("Nature", LabelType(FileKind))
    name: Mapped[str] = column("Nom")
    mime: Mapped[str] = column("Type")
    size: Mapped[int] = column("Taille (octets)")
    sha256: Mapped[str] = column("Empreinte", index=True)
    width: Mapped[int | None] = mapped_column(default=None)
    height: Mapped[int | None] = mapped_column(default=None)
    created_at: Mapped[datetime] = column("Déposé le", UTC, default=clock.now)
    created_by: Mapped[str] = column("Déposé par", default="")


class Attachment(Identified, Stamped, Base):
    """A file attached to a record; `point` names the check point it shows; `for_client` opens it to the portal."""

    __tablename__ = "attachment"
    __kind__ = "attachment"
    __fr__ = Names("pièce jointe", "pièces jointes", True)
    __table_args__ = (Index(None, "subject_kind", "subject_id"),)

    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    file: Mapped[StoredFile] = relationship(lazy="raise_on_sql")
    subject_kind: Mapped[str] = column("Type de fiche")
    subject_id: Mapped[int]
    label: Mapped[str] = column("Libellé", default="")
    point: Mapped[str] = column("Point de contrôle", default="")
    topic: Mapped[str] = column("Sujet", default="")
    for_client: Mapped[bool] = column("Visible du client", default=False)
