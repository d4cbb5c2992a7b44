"""Smoobu's lodgings and stays, page by page: once a day every arrival of the period, each hour what changed."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from app.concierge.services.receiving import keep_lodgings, receive
from app.connectors.calls import Observer
from app.connectors.stays import Page, RemoteLodging, RemoteStay, Window
from app.core import clock
from app.core.partners import PartnerAccount, Route
from app.core.settings import setting
from app.partners.services import PartnerTask, Step
from app.partners.services.kinds.smoobu import client_of

#: Arrivals of these days around today are read whole.
BEFORE, AHEAD = timedelta(days=120), timedelta(days=540)
#: What changed is asked for from a day earlier: their clock and their zone are not ours.
MARGIN = timedelta(days=1)
WINDOW, CHANGES = "window", "changes"
COUNTS = {
    "read": ("séjour lu", "séjours lus"), "new": ("nouveau", "nouveaux"), "changed": ("modifié", "modifiés"),
    "cancelled": ("annulé", "annulés"), "unread": ("illisible", "illisibles"),
}  # fmt: skip
#: Ten calls a second at most; they allow 700 a minute.
PACE = timedelta(milliseconds=100)


def wanted(_account: PartnerAccount) -> bool:
    """Whether lodgings are managed here."""
    return bool(setting("concierge.active"))


def ask(_account: PartnerAccount, cursor: Mapping[str, Any]) -> dict[str, Any]:
    """The page to ask for: the one where the last step stopped, else the first of a new run."""
    if "page" in cursor:
        return dict(cursor)
    today = clock.today()
    swept = cursor.get("swept") == today.isoformat()
    return {
        "pass": CHANGES if swept else WINDOW, "page": 1, "began": today.isoformat(), "swept": cursor.get("swept", ""),
        "since": cursor.get("since", (today - MARGIN).isoformat()),
    }  # fmt: skip


def window_of(plan: Mapping[str, Any]) -> Window:
    """Which stays a page is of."""
    began = date.fromisoformat(plan["began"])
    if plan["pass"] == WINDOW:
        return Window(first=began - BEFORE, last=began + AHEAD)
    return Window(changed_since=date.fromisoformat(plan["since"]))


def fetch(route: Route, plan: Mapping[str, Any], watcher: Observer) -> tuple[Mapping[str, Any], Page]:
    """A page, with what it was asked for. Raises PartnerError."""
    return plan, client_of(route.settings, route.secrets, watcher).stays(window_of(plan), plan["page"])


def keep(account: PartnerAccount, brought: tuple[Mapping[str, Any], Page], _cursor: Mapping[str, Any]) -> Step:
    """Write a page, and say which is the next."""
    plan, page = brought
    result = receive(account.id, page.stays, page.unread)
    cursor, more = following(plan, page.more)
    return Step(cursor, more, result.counts())


def following(plan: Mapping[str, Any], more: bool) -> tuple[dict[str, Any], bool]:
    """(cursor, whether there is a page now) after that page: its pass to the end, then what changed, then the next run."""
    if more:
        return {**plan, "page": plan["page"] + 1}, True
    if plan["pass"] == WINDOW:
        return {**plan, "pass": CHANGES, "page": 1, "swept": plan["began"]}, True
    since = date.fromisoformat(plan["began"]) - MARGIN
    return {"since": since.isoformat(), "swept": plan["swept"]}, False


def fetch_lodgings(route: Route, _asked: Any, watcher: Observer) -> list[RemoteLodging]:
    """All of them. Raises PartnerError."""
    return client_of(route.settings, route.secrets, watcher).lodgings()


def keep_all_lodgings(account: PartnerAccount, lodgings: list[RemoteLodging], _cursor: Mapping[str, Any]) -> Step:
    """Rows to map."""
    return Step({}, counts={"read": len(keep_lodgings(account.id, lodgings))})


def one(route: Route, stay_id: str, watcher: Observer) -> RemoteStay:
    """A stay as it is now. Raises PartnerError."""
    return client_of(route.settings, route.secrets, watcher).stay(stay_id)


LODGINGS = PartnerTask(
    "lodgings", "Relever les logements", timedelta(days=1), fetch=fetch_lodgings, keep=keep_all_lodgings,
    counts={"read": ("logement lu", "logements lus")}, wanted=wanted,
)  # fmt: skip
STAYS = PartnerTask(
    "stays", "Relever les séjours", timedelta(hours=1), fetch=fetch, keep=keep, ask=ask, counts=COUNTS, pace=PACE, wanted=wanted,
)  # fmt: skip
