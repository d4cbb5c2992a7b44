"""Exchanges with partners: one row for each time a task of an account was done, page after page."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import UTC, Base, Identified, Json, LabelType, Names, column
from app.partners.states import Origin, RunState

_LIVE = text("state IN ('running', 'waiting')")


class PartnerRun(Identified, Base):
    """A task of an account, done once. `cursor`: where its next page begins; the last run's is where the next run begins.

    `step` grows with each outcome, so that a step handed twice to workers is kept once. `tries`: refusals in a row.
    """

    __tablename__ = "partner_run"
    __kind__ = "partner_run"
    __fr__ = Names("échange avec un partenaire", "échanges avec les partenaires")
    __table_args__ = (
        Index(None, "account_id", "task", "id"),
        Index(
            "uq_partner_run_live", "account_id", "task", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE
        ),
        Index(None, "state", "due_at"),
    )  # fmt: skip

    account_id: Mapped[int] = mapped_column(ForeignKey("partner_account.id"))
    task: Mapped[str] = column("Travail")
    origin: Mapped[Origin] = column("Pourquoi", LabelType(Origin), default=Origin.RHYTHM)
    state: Mapped[RunState] = column("État", LabelType(RunState), default=RunState.RUNNING)
    started_at: Mapped[datetime] = column("Commencé", UTC, default=clock.now)
    ended_at: Mapped[datetime | None] = column("Fini", UTC, default=None)
    due_at: Mapped[datetime | None] = column("Suite à partir de", UTC, default=clock.now)
    pages: Mapped[int] = column("Pages", default=0)
    counts: Mapped[dict[str, int]] = column("Comptes", Json, default=dict)
    note: Mapped[str] = column("Remarque", default="")
    error: Mapped[str] = column("Refus", default="")
    tries: Mapped[int] = column("Refus de suite", default=0)
    cursor: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    step: Mapped[int] = mapped_column(default=0)
    job_id: Mapped[int | None] = mapped_column(default=None)
