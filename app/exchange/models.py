"""Imports, what they said of each line, the mappings kept under a name; suppliers' price lists and what they change."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.contacts.models import Contact
from app.core.db import UTC, Base, Cents, Identified, Json, LabelType, Names, Stamped, column
from app.documents.models import StoredFile
from app.exchange.states import ImportState, PriceMode, PriceState, PriceVerdict


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


class PriceUpdate(Identified, Stamped, Base):
    """A supplier's price list, compared with the catalogue, then applied. `position` is the last line that was applied."""

    __tablename__ = "price_update"
    __kind__ = "price_update"
    __fr__ = Names("tarif de fournisseur", "tarifs de fournisseurs")

    supplier_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    supplier: Mapped[Contact] = relationship(lazy="joined", innerjoin=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    file: Mapped[StoredFile] = relationship(lazy="joined", innerjoin=True)
    state: Mapped[PriceState] = column("État", LabelType(PriceState), default=PriceState.MAPPING)
    mode: Mapped[PriceMode] = column("Prix de vente", LabelType(PriceMode), default=PriceMode.KEEP_MARGIN)
    layout: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    headers: Mapped[list[str]] = mapped_column(Json, default=list)
    mapping: Mapped[list[str]] = mapped_column(Json, default=list)
    expected: Mapped[int] = mapped_column(default=0)
    lines: Mapped[int] = column("Lignes", default=0)
    position: Mapped[int] = mapped_column(default=0)
    applied: Mapped[int] = column("Mis à jour", default=0)
    job_id: Mapped[int | None] = mapped_column(default=None)
    owner_name: Mapped[str] = column("Par", default="")
    finished_at: Mapped[datetime | None] = column("Fini le", UTC, default=None)


class PriceUpdateLine(Identified, Base):
    """What one line of a price list changes, in cents without tax."""

    __tablename__ = "price_update_line"
    __fr__ = Names("ligne de tarif", "lignes de tarif", True)
    __table_args__ = (Index(None, "update_id", "verdict", "id"),)

    update_id: Mapped[int] = mapped_column(ForeignKey("price_update.id"))
    line: Mapped[int] = column("Ligne")
    reference: Mapped[str] = column("Référence", default="")
    label: Mapped[str] = column("Désignation", default="")
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"), default=None)
    verdict: Mapped[PriceVerdict] = column("Verdict", LabelType(PriceVerdict))
    reason: Mapped[str] = column("Pourquoi", default="")
    supplier_price: Mapped[int] = column("Prix du fichier", Cents, default=0)
    cost_before: Mapped[int] = column("Achat HT avant", Cents, default=0)
    cost_after: Mapped[int] = column("Achat HT après", Cents, default=0)
    price_before: Mapped[int] = column("Prix HT avant", Cents, default=0)
    price_after: Mapped[int] = column("Prix HT après", Cents, default=0)
