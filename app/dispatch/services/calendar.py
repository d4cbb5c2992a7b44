"""A repairer's working time, day after day: what is open, what is taken, what is free.

Time is counted on his *free axis*: the minutes of work left to him since today, once his closures, the work on his bench
and the repairs that he has accepted are taken out. A repair of the axis stops at its last minute; the day of that minute
is when it is finished.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate

from app.dispatch.models import Repair, Repairer

#: Beyond ten years a date has no meaning: what does not fit ends on the last day.
DAYS = 3650


@dataclass(frozen=True)
class Calendar:
    """Lists have an entry a day, today first. Made by `calendar_of`."""

    today: date
    #: minutes he works that day
    opened: list[int]
    closed: list[bool]
    #: free minutes from today to the end of that day
    free: list[int]
    #: minutes he works in the horizon
    capacity: int
    #: the day on which each repair he has accepted is finished
    taken: dict[str, int]

    def axis(self, day: int) -> int:
        """Free minutes before a day."""
        return self.free[day - 1] if day else 0

    def day_of(self, minute: int) -> int:
        """The day on which that minute of the axis is worked."""
        return min(bisect_left(self.free, minute), DAYS - 1)

    def after_lead(self, start: int, lead_days: int) -> int:
        """The first working day once the lead time is over, from the day `start`."""
        return _after_lead(self.opened, self.closed, start, lead_days)

    def date_of(self, day: int) -> date:
        """Its date."""
        return self.today + timedelta(days=day)


def calendar_of(repairer: Repairer, today: date, horizon_days: int, accepted: Sequence[Repair]) -> Calendar:
    """The calendar of a repairer; `accepted` are his repairs that do not move, in the order of his list."""
    closed = _closed_days(repairer, today)
    week = _week(repairer)
    turned = week[today.weekday() :] + week[: today.weekday()]
    opened = [0 if shut else minutes for shut, minutes in zip(closed, turned * (DAYS // 7 + 1), strict=False)]
    left = list(opened)
    _take(left, 0, repairer.load_minutes)
    taken: dict[str, int] = {}
    for repair in accepted:
        start = day_number(repair.earliest, today)
        skill = repairer.skills.get(repair.family)
        lead = _after_lead(opened, closed, start, skill.lead_days if skill else 0)
        taken[repair.id] = max(_take(left, start, repair.minutes), lead)
    return Calendar(today, opened, closed, list(accumulate(left)), sum(opened[:horizon_days]), taken)


def day_number(day: date | None, today: date) -> int:
    """Days from today, never before."""
    return 0 if day is None else min(max((day - today).days, 0), DAYS - 1)


def _week(repairer: Repairer) -> list[int]:
    """Minutes by day of the week: his hours shared evenly, the minutes that do not divide on the first days."""
    days = sorted(set(repairer.weekdays))
    minutes = [0] * 7
    for rank, day in enumerate(days):
        minutes[day] = repairer.weekly_minutes // len(days) + (rank < repairer.weekly_minutes % len(days))
    return minutes


def _closed_days(repairer: Repairer, today: date) -> list[bool]:
    closed = [False] * DAYS
    for closure in repairer.closures:
        first, last = max((closure.first - today).days, 0), min((closure.last - today).days, DAYS - 1)
        for day in range(first, last + 1):
            closed[day] = True
    return closed


def _take(left: list[int], start: int, minutes: int) -> int:
    """Take the first free minutes from that day on; the day of the last one."""
    for day in range(start, DAYS):
        got = min(left[day], minutes)
        left[day] -= got
        minutes -= got
        if minutes == 0:
            return day
    return DAYS - 1


def _after_lead(opened: Sequence[int], closed: Sequence[bool], start: int, lead_days: int) -> int:
    """Closures stop a lead time, week-ends do not."""
    day = start
    while day < DAYS - 1 and (lead_days > 0 or opened[day] == 0):
        day += 1
        lead_days -= not closed[day]
    return day
