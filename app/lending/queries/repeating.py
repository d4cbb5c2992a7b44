"""The days on which something comes back: plain dates in and out, no database."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from app.core.errors import DomainError
from app.core.i18n import _
from app.lending.states import Every

#: How many dates one gesture books at most.
LIMIT = 60


@dataclass(frozen=True, slots=True)
class Rule:
    """How something comes back. `weekdays` (Monday is 0; none: that of the first day) are for weeks; `until` is the last day,
    included; `times` how many dates. One of the two at least ends it. `anchor`: the first day of the series that goes on."""

    every: Every
    weekdays: tuple[int, ...] = ()
    until: date | None = None
    times: int | None = None
    anchor: date | None = None

    def days(self, first: date) -> list[date]:
        """Its days from `first` on, in order. The 31st is the last day of a shorter month; a fifth Wednesday is the last one.

        Raises DomainError when nothing ends it, when nothing is left, or over `LIMIT`.
        """
        if self.until is None and self.times is None:
            raise DomainError(
                _("Dites quand la série s'arrête : une dernière date, ou combien de fois."), field="until"
            )
        found: list[date] = []
        for day in self._endless(self.anchor or first):
            if day < first:
                continue
            if (self.until is not None and day > self.until) or len(found) == self.times:
                break
            if len(found) == LIMIT:
                raise DomainError(
                    _(
                        "Une série compte %(n)s dates au plus : arrêtez-la plus tôt, vous pourrez la prolonger.",
                        n=LIMIT,
                    ),
                    field="until",
                )
            found.append(day)
        if not found:
            raise DomainError(_("Aucune date jusque-là : choisissez une dernière date plus lointaine."), field="until")
        return found

    def _endless(self, first: date) -> Iterator[date]:
        if self.every in (Every.WEEK, Every.FORTNIGHT):
            return _weeks(first, self.weekdays or (first.weekday(),), 1 if self.every == Every.WEEK else 2)
        return _months(first, same_weekday=self.every == Every.MONTH_DAY)


def _weeks(first: date, weekdays: tuple[int, ...], step: int) -> Iterator[date]:
    """These days of the week, every `step` weeks from the week of the first of them."""
    wanted = sorted(set(weekdays))
    start = next(day for day in (first + timedelta(days=rank) for rank in range(7)) if day.weekday() in wanted)
    monday = start - timedelta(days=start.weekday())
    for week in count(0, step):
        for weekday in wanted:
            day = monday + timedelta(days=7 * week + weekday)
            if day >= start:
                yield day


def _months(first: date, *, same_weekday: bool) -> Iterator[date]:
    for rank in count(first.month - 1):
        year, month = first.year + rank // 12, rank % 12 + 1
        length = monthrange(year, month)[1]
        if same_weekday:
            day = 1 + (first.weekday() - date(year, month, 1).weekday()) % 7 + (first.day - 1) // 7 * 7
            yield date(year, month, day if day <= length else day - 7)
        else:
            yield date(year, month, min(first.day, length))
