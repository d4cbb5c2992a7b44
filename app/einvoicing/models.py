"""What is exchanged with the approved platform, one row a file."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import UTC, Base, Cents, Identified, Json, LabelType, Names, Stamped, column
from app.core.partners import PartnerAccount
from app.documents.models import StoredFile
from app.einvoicing.states import Direction, FlowKind, FlowState


class EinvoiceFlow(Identified, Stamped, Base):
    """An invoice, a status or a supplier's invoice on its way. Our intent is written before the platform is called.

    `about`: the document of sale or the supplier's invoice. `round` counts the times that an invoice was handed over again after
    a refusal; `tracking_id` names the round at the platform. `amount`: cents told by a status « encaissée ».
    `told`: of a status, {code, reason_code, reason, number}; of a supplier's invoice, who sent it.
    """

    __tablename__ = "einvoice_flow"
    __kind__ = "einvoice_flow"
    __fr__ = Names("flux de facturation électronique", "flux de facturation électronique")
    __table_args__ = (
        UniqueConstraint("tracking_id"), UniqueConstraint("account_id", "flow_id"),
        Index(None, "about_kind", "about_id"), Index(None, "state", "next_at"),
    )  # fmt: skip

    account_id: Mapped[int | None] = mapped_column(ForeignKey("partner_account.id"), default=None)
    account: Mapped[PartnerAccount | None] = relationship(lazy="raise_on_sql")
    direction: Mapped[Direction] = column("Sens", LabelType(Direction))
    kind: Mapped[FlowKind] = column("Contenu", LabelType(FlowKind))
    state: Mapped[FlowState] = column("État", LabelType(FlowState), default=FlowState.TO_SEND)
    about_kind: Mapped[str | None] = mapped_column(default=None)
    about_id: Mapped[int | None] = mapped_column(default=None)
    round: Mapped[int] = column("Dépôt n°", default=1)
    label: Mapped[str] = column("Objet", default="")
    tracking_id: Mapped[str | None] = column("Référence chez nous", default=None)
    flow_id: Mapped[str | None] = column("Référence de la plateforme", default=None)
    sha256: Mapped[str] = mapped_column(default="")
    content: Mapped[str] = mapped_column(default="")
    told: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    amount: Mapped[int] = column("Montant déclaré", Cents, default=0)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), default=None, index=True)
    file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")
    error: Mapped[str] = column("Raison", default="")
    attempts: Mapped[int] = column("Essais", default=0)
    next_at: Mapped[datetime | None] = column("Prochain essai", UTC, default=None)
    claimed_at: Mapped[datetime | None] = mapped_column(UTC, default=None)
    sent_at: Mapped[datetime | None] = column("Transmis le", UTC, default=None)
    answered_at: Mapped[datetime | None] = column("Répondu le", UTC, default=None)
