"""A task as a feature writes one: the bookings of Smoobu, page by page, one row of history each."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.connectors.calls import Observer
from app.connectors.stays import Page, Window
from app.core.db import db
from app.core.history import HistoryEntry, record
from app.core.partners import PartnerAccount, Route
from app.partners.services import PartnerTask, Step
from app.partners.services.kinds.smoobu import client_of

KEPT = "test.stay_kept"


def fetch(route: Route, cursor: dict[str, Any], watcher: Observer) -> Page:
    return client_of(route.settings, route.secrets, watcher, (2.0, 2.0)).stays(Window(), cursor.get("page", 0) + 1)


def keep(account: PartnerAccount, page: Page, cursor: dict[str, Any]) -> Step:
    known = set(kept())
    for stay in page.stays:
        if stay.id not in known:
            record(account, KEPT, ref=stay.id)
    new = sum(stay.id not in known for stay in page.stays)
    counts = {"read": len(page.stays), "new": new}
    return Step({"page": cursor.get("page", 0) + 1} if page.more else {"page": 0}, page.more, counts)


def kept() -> list[str]:
    """The stays that are known, in the order in which they were kept."""
    rows = db.session.scalars(select(HistoryEntry.facts).where(HistoryEntry.verb == KEPT).order_by(HistoryEntry.id))
    return [facts["ref"] for facts in rows]


READING = PartnerTask(
    "reading", "Relever les séjours", timedelta(minutes=15), fetch, keep, counts={"read": ("séjour lu", "séjours lus"), "new": ("nouveau", "nouveaux")}
)  # fmt: skip
