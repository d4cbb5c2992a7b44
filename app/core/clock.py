"""Time: aware UTC is stored and computed with; the organisation's zone is shown."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from functools import lru_cache
from zoneinfo import ZoneInfo

DEFAULT_ZONE = "Europe/Paris"
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
DAYS_SHORT = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
MONTHS_SHORT = (
    "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.",
)  # fmt: skip

_zone = ZoneInfo(DEFAULT_ZONE)


@lru_cache(maxsize=8)
def zone_named(name: str) -> ZoneInfo:
    """The zone of that IANA name. Raises ZoneInfoNotFoundError."""
    return ZoneInfo(name)


def use_zone(name: str) -> None:
    """Make `name` the organisation's zone of this process."""
    global _zone  # noqa: PLW0603  a process has one organisation
    _zone = zone_named(name)


def zone() -> ZoneInfo:
    """The organisation's zone."""
    return _zone


_told: ContextVar[datetime | None] = ContextVar("etabli_told", default=None)


@contextmanager
def told_at(moment: datetime) -> Iterator[None]:
    """What is written inside happens at that moment: the past of the demonstration, never a desk's."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)


def now() -> datetime:
    """The present moment, aware, in UTC. The only place that reads the clock."""
    return _told.get() or datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The moment in the organisation's zone."""
    return moment.astimezone(_zone)


def today() -> date:
    """Today's date for the organisation."""
    return local(now()).date()


def start_of(day: date) -> datetime:
    """Midnight of the day in the organisation's zone, as UTC."""
    return datetime.combine(day, clock_time(), tzinfo=_zone).astimezone(UTC)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """That wall-clock time of the day in the organisation's zone, as UTC."""
    return datetime.combine(day, clock_time(hour, minute), tzinfo=_zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open period [start, end) of aware moments; `end` None is open."""

    start: datetime
    end: datetime | None

    def overlaps(self, other: "Period") -> bool:
        """True when the two share a moment; touching is not overlapping."""
        return (other.end is None or self.start < other.end) and (self.end is None or other.start < self.end)


def _day_number(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def long_date(day: date, *, year: bool = False) -> str:
    """« mardi 24 novembre », with the year when asked."""
    text = f"{DAYS[day.weekday()]} {_day_number(day)} {MONTHS[day.month - 1]}"
    return f"{text} {day.year}" if year else text


def written_date(day: date) -> str:
    """« 24 novembre 2026 », as documents write it."""
    return f"{_day_number(day)} {MONTHS[day.month - 1]} {day.year}"


def months_after(day: date, months: int) -> date:
    """The same day so many months later, before it below zero; the last of the month when it has no such day."""
    whole = day.year * 12 + day.month - 1 + months
    year, month = whole // 12, whole % 12 + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return min(date(year, month, 1) + timedelta(days=day.day - 1), following - timedelta(days=1))


def month_name(day: date) -> str:
    """« novembre 2026 »."""
    return f"{MONTHS[day.month - 1]} {day.year}"


def of_month(day: date) -> str:
    """« de novembre 2026 », « d'octobre 2026 »: the words that follow « le relevé »."""
    name = month_name(day)
    return f"d'{name}" if name[0] in "ao" else f"de {name}"


def card_date(day: date) -> str:
    """« mar. 24 nov. »; the year is added when it is not this one."""
    text = f"{DAYS_SHORT[day.weekday()]} {_day_number(day)} {MONTHS_SHORT[day.month - 1]}"
    return text if day.year == today().year else f"{text} {day.year}"


def table_date(day: date) -> str:
    """« 24/11/2026 »."""
    return f"{day.day:02d}/{day.month:02d}/{day.year}"


def hour(moment: datetime) -> str:
    """« 9 h 05 » in the organisation's zone."""
    here = local(moment)
    return f"{here.hour}\u00a0h\u00a0{here.minute:02d}"


def since(moment: datetime, reference: datetime | None = None) -> str:
    """« auj. 10 h 20 », « hier 17 h 45 », else the card date."""
    here, ref = local(moment), local(reference or now())
    days = (ref.date() - here.date()).days
    if days == 0:
        return f"auj. {hour(moment)}"
    if days == 1:
        return f"hier {hour(moment)}"
    return card_date(here.date())


def full(moment: datetime) -> str:
    """« mardi 24 novembre 2026 à 10 h 50 »."""
    return f"{long_date(local(moment).date(), year=True)} à {hour(moment)}"
