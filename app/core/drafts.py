"""Drafts: what somebody has typed in a long form and not sent yet, kept on the server."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.db import UTC, Base, Identified, Json, db, require_transaction


class Draft(Identified, Base):
    """One form being filled by one person."""

    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("owner_id", "form"),)

    owner_id: Mapped[int]
    form: Mapped[str]
    values: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(UTC, default=clock.now)


def draft_of(owner_id: int, form: str) -> Draft | None:
    """The draft this person left in that form."""
    return db.session.scalar(select(Draft).where(Draft.owner_id == owner_id, Draft.form == form))


def keep_draft(owner_id: int, form: str, values: dict[str, Any]) -> datetime:
    """Keep what is typed; returns when."""
    require_transaction()
    draft = draft_of(owner_id, form)
    if draft is None:
        draft = Draft(owner_id=owner_id, form=form, values=values)
        db.session.add(draft)
    else:
        draft.values, draft.at = values, clock.now()
    db.session.flush()
    return draft.at


def drop_draft(owner_id: int, form: str) -> None:
    """Forget it: sent or abandoned."""
    require_transaction()
    db.session.execute(delete(Draft).where(Draft.owner_id == owner_id, Draft.form == form))
