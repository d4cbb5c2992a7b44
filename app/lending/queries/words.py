"""What somebody types to find a thing: « violon 3/4, du 2 au 20 décembre » is words and two days."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

from app.core import clock


def _flat(text: str) -> str:
    """Lower case without accents, letter for letter."""
    return "".join(unicodedata.normalize("NFD", letter)[0] for letter in text.lower())


MONTHS = {
    _flat(name).rstrip("."): rank for names in (clock.MONTHS, clock.MONTHS_SHORT) for rank, name in enumerate(names, 1)
}
_MONTH, _WEEKDAY = "|".join(sorted(MONTHS, key=len, reverse=True)), "|".join(clock.DAYS)
_DAY = rf"(?:(?:{_WEEKDAY})\s+)?(\d{{1,2}})(?:er)?(?:/(\d{{1,2}})|\s+({_MONTH})\b\.?)?(?:[/\s](\d{{4}}))?"
PERIOD = re.compile(rf"\b(?:du\s+{_DAY}\s+au\s+{_DAY}|jusqu.?au\s+{_DAY}|(?:le|au)\s+{_DAY})(?![\w/])")


@dataclass(frozen=True, slots=True)
class Asked:
    """The words, and the days when some were typed."""

    words: str
    first: date | None = None
    last: date | None = None


def asked(text: str) -> Asked:
    """Read what was typed; a day without a year is the next one; what is no date stays a word."""
    plain = _flat(text)
    found = PERIOD.search(plain) if len(plain) == len(text) else None
    if found is None:
        return Asked(text.strip())
    parts = [found.groups()[at : at + 4] for at in range(0, 16, 4)]
    words = " ".join((text[: found.start()] + " " + text[found.end() :]).replace(",", " ").split())
    try:
        if parts[0][0]:
            last = _day(*parts[1], after=clock.today())
            first = _day(parts[0][0], parts[0][1], parts[0][2], parts[0][3], like=last)
            return Asked(words, first, last) if first <= last else Asked(text.strip())
        if parts[2][0]:
            return Asked(words, None, _day(*parts[2], after=clock.today()))
        day = _day(*parts[3], after=clock.today())
    except ValueError:
        return Asked(text.strip())
    return Asked(words, day, day)


def _day(
    day: str, number: str | None, month: str | None, year: str | None, *, after: date | None = None, like: date | None = None
) -> date:  # fmt: skip
    """One day: « 2 », « 2/12 », « 2 déc. 2026 ». Without a month that of `like`; without a year the next one, or the one
    before `like`. Raises ValueError when it is none."""
    near = like or after or clock.today()
    rank = int(number) if number else MONTHS[month] if month else near.month
    if year:
        return date(int(year), rank, int(day))
    if like is not None:
        found = date(like.year, rank, int(day))
        return found if found <= like else date(like.year - 1, rank, int(day))
    found = _existing(near.year, rank, int(day))
    if not month and not number and found < near:
        following = near.replace(day=1) + timedelta(days=32)
        return date(following.year, following.month, int(day))
    return found if found >= near else _existing(near.year + 1, rank, int(day))


def _existing(year: int, month: int, day: int) -> date:
    """That day of that year; the 29th of February of the next year that has one."""
    while (month, day) == (2, 29) and (year % 4 or (not year % 100 and year % 400)):
        year += 1
    return date(year, month, day)
