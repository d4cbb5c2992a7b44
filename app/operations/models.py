"""Back-ups that were taken, and what became of them."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import UTC, Base, Identified, Names, column
from app.operations.states import BackupState, RehearsalState


class Backup(Identified, Base):
    """One back-up: asked, then finished or failed (`error`); taken away by the rotation; rehearsed. Sizes are bytes."""

    __tablename__ = "backup"
    __kind__ = "backup"
    __fr__ = Names("sauvegarde", "sauvegardes", True)
    __table_args__ = (Index(None, "started_at"),)

    name: Mapped[str] = column("Fichier", unique=True)
    place: Mapped[str] = column("Où", default="")
    asked_by: Mapped[str] = column("Demandée par", default="")
    started_at: Mapped[datetime] = column("Commencée le", UTC, default=clock.now)
    finished_at: Mapped[datetime | None] = column("Finie le", UTC, default=None)
    size: Mapped[int] = column("Taille (octets)", default=0)
    rows: Mapped[int] = column("Lignes", default=0)
    files: Mapped[int] = column("Fichiers", default=0)
    error: Mapped[str] = column("Raison de l'échec", default="")
    removed_at: Mapped[datetime | None] = column("Retirée le", UTC, default=None)
    rehearsed_at: Mapped[datetime | None] = column("Restauration essayée le", UTC, default=None)
    rehearsal_error: Mapped[str] = column("Défaut de la restauration", default="")
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def state(self) -> BackupState:
        """What came of it."""
        if self.error:
            return BackupState.FAILED
        if self.finished_at is None:
            return BackupState.RUNNING
        return BackupState.REMOVED if self.removed_at else BackupState.DONE

    @property
    def rehearsal(self) -> RehearsalState:
        """What came of putting it back."""
        if self.rehearsed_at is None:
            return RehearsalState.NONE
        return RehearsalState.BAD if self.rehearsal_error else RehearsalState.GOOD

    @property
    def seconds(self) -> int:
        """How long it took."""
        return int((self.finished_at - self.started_at).total_seconds()) if self.finished_at else 0
