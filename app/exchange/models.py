"""Imports, what they said of each line, and the mappings kept under a name."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import UTC, Base, Identified, Json, LabelType, Names, Stamped, column
from app.documents.models import StoredFile
from app.exchange.states import ImportState


class ImportRun(Identified, Stamped, Base):
    """A file on its way in. `mapping` gives the field of each column, "" for none; `position` is the last line written."""

    __tablename__ = "import_run"
    __kind__ = "import"
    __fr__ = Names("import", "imports")

    kind: Mapped[str] = column("Sorte")
    state: Mapped[ImportState] = column("État", LabelType(ImportState), default=ImportState.MAPPING)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    file: Mapped[StoredFile] = relationship(lazy="joined", innerjoin=True)
    layout: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    headers: Mapped[list[str]] = mapped_column(Json, default=list)
    mapping: Mapped[list[str]] = mapped_column(Json, default=list)
    format_name: Mapped[str] = column("Format reconnu", default="")
    keep_good: Mapped[bool] = column("Garder les bonnes lignes", default=False)
    rehearsal: Mapped[bool] = column("Essai", default=False)
    expected: Mapped[int] = mapped_column(default=0)
    lines: Mapped[int] = column("Lignes", default=0)
    position: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = column("Créées", default=0)
    unchanged: Mapped[int] = column("Inchangées", default=0)
    refused: Mapped[int] = column("Refusées", default=0)
    doubtful: Mapped[int] = column("Douteuses", default=0)
    job_id: Mapped[int | None] = mapped_column(default=None)
    owner_name: Mapped[str] = column("Par", default="")
    finished_at: Mapped[datetime | None] = column("Fini le", UTC, default=None)


class ImportNote(Identified, Base):
    """What was found on a line: a refusal of the line, or a doubtful value kept as text."""

    __tablename__ = "import_note"
    __fr__ = Names("remarque d'import", "remarques d'import", True)
    __table_args__ = (Index(None, "run_id", "line"),)

    run_id: Mapped[int] = mapped_column(ForeignKey("import_run.id"))
    line: Mapped[int] = column("Ligne")
    header: Mapped[str] = column("Colonne", default="")
    value: Mapped[str] = column("Valeur", default="")
    refused: Mapped[bool] = column("Ligne refusée")
    reason: Mapped[str] = column("Pourquoi")
    remedy: Mapped[str] = column("Que faire", default="")


class SavedMapping(Identified, Stamped, Base):
    """A mapping kept under a name, proposed for a file with the same headers."""

    __tablename__ = "saved_mapping"
    __fr__ = Names("correspondance de colonnes", "correspondances de colonnes", True)
    __table_args__ = (UniqueConstraint("kind", "name"),)

    kind: Mapped[str] = column("Sorte")
    name: Mapped[str] = column("Nom")
    headers: Mapped[list[str]] = mapped_column(Json, default=list)
    mapping: Mapped[list[str]] = mapped_column(Json, default=list)
