"""What a bar says: whom, what comes next, and in full for those who hear it."""

from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from app.core import clock
from app.core.i18n import _
from app.planning.queries.bars import Bar, Mark
from app.planning.states import BEGUN, MOVABLE, BookingState, Look, kind_of

S = BookingState
NBSP = "\u00a0"
LOOKS = {
    S.OVERDUE: Look.CONFLICT,
    S.AT_RISK: Look.CONFLICT,
    S.OPTION: Look.OPTION,
    S.HELD: Look.OPTION,
    S.RETURNED: Look.DONE,
}
MINUTE = timedelta(minutes=1)
ICONS = {S.OVERDUE: "clock-exclamation"}


class Booked(NamedTuple):
    """What is read of a booking to draw it, in the order of `grid.BOOKED`; `client`: its contact's name."""

    id: int
    resource: str
    kind: str
    state: BookingState
    starts_at: datetime
    ends_at: datetime
    label: str
    expires_at: datetime | None
    expected_at: datetime | None
    buffer_before: int
    buffer_after: int
    client: str | None


def used(starts_at: datetime, ends_at: datetime, before: int, after: int) -> tuple[datetime, datetime]:
    """From hand-over to return: the period without its buffers (minutes)."""
    return (
        starts_at + timedelta(minutes=before) if before else starts_at, ends_at - timedelta(minutes=after) if after else ends_at,
    )  # fmt: skip


def moment(at: datetime, now: datetime) -> str:
    """« mercredi 18 h », with the date when it is not this week."""
    here = clock.local(at)
    near = abs((here.date() - clock.local(now).date()).days) < 6
    day = clock.DAYS[here.weekday()] if near else clock.card_date(here.date())
    return (
        day if (here.hour, here.minute) in ((0, 0), (23, 59)) else f"{day} {clock.hour(at).removesuffix(f'{NBSP}00')}"
    )


def when(start: datetime, end: datetime) -> str:
    """« du mar. 24 nov. 9 h 30 au mer. 25 nov. 18 h », « mar. 24 nov., 9 h – 12 h » within a day."""
    start, end = clock.local(start), clock.local(end)
    first, last = start.date(), end.date()
    if first == last:
        return _(
            "%(day)s, %(start)s – %(end)s", day=clock.card_date(first), start=clock.hour(start), end=clock.hour(end)
        )
    return _(
        "du %(first)s %(start)s au %(last)s %(end)s",
        first=clock.card_date(first), start=clock.hour(start), last=clock.card_date(last), end=clock.hour(end),
    )  # fmt: skip


def _repair_late(row: Booked) -> bool:
    return bool(row.state == S.MAINTENANCE and row.expected_at and row.ends_at > row.expected_at)


class Words:
    """Speaks at one moment; `brief`: titles alone (a month has no room for more); `shift`: the person may move bars. What is said of
    a time is said once for all that begin, or end, then."""

    def __init__(self, now: datetime, *, brief: bool = False, shift: bool = False) -> None:
        self.now, self.brief, self.shift = now, brief, shift
        self._when, self._moment = cache(when), cache(lambda at: moment(at, now))

    def booking(self, row: Booked, place: str) -> Bar:
        """The bar of a booking at its place."""
        kind = kind_of(row.kind)
        start, end = used(row.starts_at, row.ends_at, row.buffer_before, row.buffer_after)
        title = row.client or row.label or kind.label
        detail = "" if self.brief else self._detail(row, start, end)
        full = _(
            "%(title)s : %(state)s, %(when)s", title=title, state=row.state.label.lower(), when=self._when(start, end)
        )
        move = "" if not self.shift else "m" if row.state in MOVABLE else "f" if row.state in BEGUN else ""
        look = Look.CONFLICT if _repair_late(row) else LOOKS.get(row.state, kind.look)
        return Bar(str(row.id), f"/planning/reservations/{row.id}", look, place, title, detail, full, move)

    def mark(self, mark: Mark, place: str) -> Bar:
        """The bar of something shown without occupying, at its place."""
        full = f"{mark.title}, {self._when(mark.starts_at, mark.ends_at)}"
        return Bar("", mark.url, mark.look, place, mark.title, "" if self.brief else mark.detail, full, "")

    def _detail(self, row: Booked, start: datetime, end: datetime) -> str:
        if row.state == S.OVERDUE or _repair_late(row):
            due = row.expected_at or end
            late = max((clock.local(self.now).date() - clock.local(due).date()).days, 0)
            return _("en retard de %(days)s j", days=late) if late else _("en retard")
        if row.state == S.MAINTENANCE and row.expected_at is None:
            return _("sans date de fin")
        words, at = _next(row, start, end)
        if at is not None:
            return words % {"when": self._moment(at)}
        return row.label if row.client and row.label != row.client else ""


def _next(row: Booked, start: datetime, end: datetime) -> tuple[str, datetime | None]:
    """What comes next, « %(when)s » for its moment; no moment when nothing does."""
    words: str = ""
    at: datetime | None = None
    match row.state:
        case S.OUT:
            words, at = _("retour %(when)s"), end
        case S.MAINTENANCE:
            words, at = _("fin prévue %(when)s"), row.expected_at and row.expected_at - MINUTE
        case S.RETURNED:
            words, at = _("rendu %(when)s"), end
        case S.AT_RISK:
            words, at = _("menacé, prévu %(when)s"), start
        case S.OPTION | S.HELD:
            words, at = _("expire %(when)s"), row.expires_at
        case S.CONFIRMED:
            words, at = _("remise %(when)s") if row.client else "%(when)s", start
    return words, at
