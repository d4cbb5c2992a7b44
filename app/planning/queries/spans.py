"""The stretch of time that the planning shows, cut into slots: a bar stands on whole slots, placed by class."""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.core import clock
from app.core.i18n import _
from app.planning.states import View

# Where slots begin in a day, in minutes after midnight: half hours of the day's work, four parts of a day, two halves.
EDGES = {
    View.DAY: tuple(range(7 * 60, 21 * 60, 30)),
    View.WEEK: (0, 600, 780, 960),
    View.MONTH: (0, 780),
}


@dataclass(frozen=True, slots=True)
class Span:
    """`days` days from `first`, in the organisation's zone."""

    view: View
    first: date
    days: int
    asked: date

    @classmethod
    def of(cls, view: View, day: date) -> "Span":
        """The day, its week from Monday, or its month."""
        if view == View.DAY:
            return cls(view, day, 1, day)
        if view == View.WEEK:
            return cls(view, day - timedelta(days=day.weekday()), 7, day)
        first = day.replace(day=1)
        return cls(view, first, (_next_month(first) - first).days, day)

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Span":
        """From the query string (`vue`, `jour`); what makes no sense is left out."""
        asked = args.get("vue", "")
        view = next((view for view in View if view == asked), View.WEEK)
        try:
            day = date.fromisoformat(args.get("jour", ""))
        except ValueError:
            day = clock.today()
        return cls.of(view, min(max(day, date(1950, 1, 1)), date(2150, 1, 1)))

    @property
    def start(self) -> datetime:
        """Its first moment, UTC."""
        return clock.start_of(self.first)

    @property
    def end(self) -> datetime:
        """The moment after its last, UTC."""
        return clock.start_of(self.last + timedelta(days=1))

    @property
    def last(self) -> date:
        """Its last day."""
        return self.first + timedelta(days=self.days - 1)

    @property
    def slots(self) -> int:
        """How many slots it has."""
        return self.days * len(EDGES[self.view])

    @property
    def before(self) -> date:
        """A day of the span before."""
        return self.first - timedelta(days=1)

    @property
    def after(self) -> date:
        """A day of the span after."""
        return self.last + timedelta(days=1)

    @property
    def title(self) -> str:
        """« mardi 24 novembre 2026 », « 23 – 29 novembre 2026 », « novembre 2026 »."""
        if self.view == View.DAY:
            return clock.long_date(self.first, year=True)
        month = f"{clock.MONTHS[self.last.month - 1]} {self.last.year}"
        if self.view == View.MONTH:
            return month
        if self.first.month == self.last.month:
            return f"{self.first.day} – {self.last.day} {month}"
        year = f" {self.first.year}" if self.first.year != self.last.year else ""
        return f"{self.first.day} {clock.MONTHS_SHORT[self.first.month - 1]}{year} – {self.last.day} {month}"

    @property
    def detail(self) -> str:
        """« semaine 48 »."""
        return _("semaine %(number)s", number=self.first.isocalendar().week) if self.view == View.WEEK else ""

    def slot_from(self, moment: datetime) -> int:
        """The slot where a bar that starts then begins."""
        day, minutes = self._place(moment)
        return self._bounded(day, bisect_right(EDGES[self.view], minutes) - 1)

    def slot_until(self, moment: datetime) -> int:
        """The slot before which a bar that ends then stops."""
        day, minutes = self._place(moment)
        return self._bounded(day, bisect_left(EDGES[self.view], minutes))

    @property
    def hours(self) -> list[int]:
        """When one who books from a slot of a day begins, in minutes after midnight; the night before opening stands for 9."""
        return [minutes or 9 * 60 for minutes in EDGES[self.view]]

    def moment_of(self, slot: int) -> datetime:
        """When one who books from a slot begins, UTC."""
        minutes = self.hours[slot % len(self.hours)]
        return clock.at(self.first + timedelta(days=slot // len(self.hours)), minutes // 60, minutes % 60)

    def _place(self, moment: datetime) -> tuple[int, int]:
        here = clock.local(moment)
        return (here.date() - self.first).days, here.hour * 60 + here.minute

    def _bounded(self, day: int, slot: int) -> int:
        per_day = len(EDGES[self.view])
        return min(max(day * per_day + min(max(slot, 0), per_day), 0), self.slots)


def _next_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)
