"""What the pages of the ledger are asked: a year, a period inside it, a journal, a text."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from app.ledger.queries.years import Year, year_named, year_of
from app.ledger.states import Journal

FIRST, LAST = 1990, 2190


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Filters:
    """`start` and `end` lie in the year; None stands for its bounds."""

    year: Year
    start: date | None = None
    end: date | None = None
    journal: str = ""
    text: str = ""

    @classmethod
    def read(cls, args: Mapping[str, str], today: date) -> "Filters":
        """From the query string; what makes no sense is left out, a period outside the year too."""
        asked = args.get("exercice", "")
        number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) == 4 else year_of(today)
        year = year_named(number if FIRST <= number <= LAST else year_of(today))
        start, end = _day(args.get("du", "")), _day(args.get("au", ""))
        journal = args.get("journal", "")
        return cls(
            year, start if start and year.holds(start) else None, end if end and year.holds(end) else None,
            journal if journal in Journal._value2member_map_ else "", args.get("q", "").strip()[:80],
        )  # fmt: skip

    @property
    def first(self) -> date:
        """The first day asked for."""
        return self.start or self.year.start

    @property
    def last(self) -> date:
        """The last one."""
        return max(self.first, self.end or self.year.end)

    @property
    def narrowed(self) -> bool:
        """True when less than the whole year is asked for."""
        return bool(self.start or self.end or self.journal or self.text)

    def query(self, **changes: Any) -> dict[str, str]:
        """Back to the query string, with some filters changed."""
        new = replace(self, **changes)
        names = {
            "exercice": str(new.year.year), "du": new.start.isoformat() if new.start else "",
            "au": new.end.isoformat() if new.end else "", "journal": new.journal, "q": new.text,
        }  # fmt: skip
        return {name: value for name, value in names.items() if value}

    def words(self, **changes: Any) -> str:
        """The same, encoded."""
        return urlencode(self.query(**changes))
