"""The problem as numbers: what the search and its proof read.

Repairs still to decide are numbered in the order in which any repairer works on them, so a repairer's list is always a
sorted list of numbers.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from app.dispatch.models import Problem, Repair, Repairer
from app.dispatch.services.calendar import DAYS, Calendar, calendar_of, day_number
from app.dispatch.services.places import metres_between

#: A repairer's load is priced by slices of 5 % of his capacity, up to twice his capacity.
SLICES = 20
TOP = 40
NOBODY = -1
_FAR = 10**6


@dataclass(frozen=True)
class Table:
    """`x[repairer][repair]` where both are numbers; repairers are in the order of their ids."""

    problem: Problem
    repairs: list[Repair]
    repairers: list[Repairer]
    calendars: list[Calendar]
    accepted: list[list[Repair]]
    #: who may have each repair, and whose it is now
    eligible: list[list[int]]
    current: list[int]
    #: minutes of work, cost of a day late
    work: list[int]
    daily: list[int]
    due: list[int]
    #: where it may start on the axis, its earliest finish by the lead time, the last minute of the axis that is in time
    release: list[list[int]]
    earliest: list[list[int]]
    in_time: list[list[int]]
    #: cost, distance and quality together, and each
    fixed: list[list[int]]
    cents: list[list[int]]
    metres: list[list[int | None]]
    #: minutes that do not move, where slices start, and the sums of these starts
    base: list[int]
    starts: list[list[int]]
    sums: list[list[int]]

    def load_cost(self, repairer: int, minutes: int) -> int:
        """The cost of a load, in thousandths of a point: each hour is priced by the slices already full."""
        full = bisect_left(self.starts[repairer], minutes)
        return self.problem.weights.load * (full * minutes - self.sums[repairer][full]) // 60

    def late_cost(self, repairer: int, repair: int, minute: int) -> int:
        """The cost of a repair whose work ends at that minute of the axis."""
        if minute <= self.in_time[repairer][repair]:
            return 0
        free, day = self.calendars[repairer].free, self.earliest[repairer][repair]
        if free[day] < minute:  # written out: the search does little else
            day = min(bisect_left(free, minute, day), DAYS - 1)
        return self.daily[repair] * (day - self.due[repair])

    def late_days(self, repairer: int, repair: int, minute: int) -> int:
        """Days after its due date."""
        return max(0, self.finish(repairer, repair, minute) - self.due[repair])

    def finish(self, repairer: int, repair: int, minute: int) -> int:
        """The day it is given back: when the work is done and the standard lead time over."""
        return max(self.calendars[repairer].day_of(minute), self.earliest[repairer][repair])


def order_key(repair: Repair, problem: Problem) -> tuple[int, int, int, str]:
    """A repairer's list: first what he may start first, then what is due first, then the highest priority."""
    due = _FAR if repair.due is None else (repair.due - problem.today).days
    return day_number(repair.earliest, problem.today), due, -repair.priority, repair.id


def table_of(problem: Problem) -> Table:
    """The numbers of a problem already checked (`services.check`)."""
    repairers = sorted(problem.repairers, key=lambda one: one.id)
    ordered = sorted(problem.repairs, key=lambda repair: order_key(repair, problem))
    repairs = [repair for repair in ordered if not repair.accepted]
    accepted = [[repair for repair in ordered if repair.accepted and repair.repairer == one.id] for one in repairers]
    days = 7 * problem.horizon_weeks
    calendars = [calendar_of(one, problem.today, days, held) for one, held in zip(repairers, accepted, strict=True)]
    number = {one.id: rank for rank, one in enumerate(repairers)}
    cents = [[price(repair, one) for repair in repairs] for one in repairers]
    metres = [[distance(problem, repair, one) for repair in repairs] for one in repairers]
    earliest = [
        [_earliest(calendar, repair, one) for repair in repairs]
        for calendar, one in zip(calendars, repairers, strict=True)
    ]
    due = [_FAR if repair.due is None else (repair.due - problem.today).days for repair in repairs]
    starts = [[calendar.capacity * slice_ // SLICES for slice_ in range(1, TOP + 1)] for calendar in calendars]
    return Table(
        problem=problem,
        repairs=repairs,
        repairers=repairers,
        calendars=calendars,
        accepted=accepted,
        eligible=[[rank for rank, one in enumerate(repairers) if may_have(repair, one)] for repair in repairs],
        current=[NOBODY if repair.repairer is None else number[repair.repairer] for repair in repairs],
        work=[repair.minutes for repair in repairs],
        daily=[0 if repair.due is None else problem.weights.lateness * repair.priority for repair in repairs],
        due=due,
        release=[
            [calendar.axis(day_number(repair.earliest, problem.today)) for repair in repairs] for calendar in calendars
        ],
        earliest=earliest,
        in_time=[_in_time(calendar, due, firsts) for calendar, firsts in zip(calendars, earliest, strict=True)],
        fixed=[_fixed(problem, *one) for one in zip(repairers, cents, metres, strict=True)],
        cents=cents,
        metres=metres,
        base=[one.load_minutes + sum(r.minutes for r in held) for one, held in zip(repairers, accepted, strict=True)],
        starts=starts,
        sums=[[0, *accumulate(row)] for row in starts],
    )


def may_have(repair: Repair, repairer: Repairer) -> bool:
    """The hard rule: he knows the family well enough, works, and has not said no."""
    skill = repairer.skills.get(repair.family)
    works = repairer.weekly_minutes > 0 and bool(repairer.weekdays)
    return skill is not None and skill.level >= repair.level and works and repairer.id not in repair.declined


def price(repair: Repair, repairer: Repairer) -> int:
    """Cents: his price for the family, else his hours."""
    skill = repairer.skills.get(repair.family)
    if skill is not None and skill.cents is not None:
        return skill.cents
    return _rounded(repair.minutes * repairer.hourly_cents, 60)


def distance(problem: Problem, repair: Repair, repairer: Repairer) -> int | None:
    """Metres to carry it, from where it is, as he told or by the map; none when it cannot be known."""
    if repair.place is None and repairer.metres is not None:
        return repairer.metres
    return metres_between(repair.place or problem.place, repairer.place)


def fixed_costs(problem: Problem, repairer: Repairer, cents: int, metres: int | None) -> tuple[int, int, int]:
    """Cost, distance and quality of a choice, in thousandths of a point."""
    weights = problem.weights
    far = problem.unknown_metres if metres is None else metres
    return (
        _rounded(weights.cost * cents, 100),
        _rounded(weights.distance * far, 1000),
        _rounded(weights.quality * (repairer.returned + repairer.late), 10),
    )


def _fixed(problem: Problem, repairer: Repairer, cents: Sequence[int], metres: Sequence[int | None]) -> list[int]:
    return [sum(fixed_costs(problem, repairer, *one)) for one in zip(cents, metres, strict=True)]


def _rounded(value: int, unit: int) -> int:
    return (2 * value + unit) // (2 * unit)


def _earliest(calendar: Calendar, repair: Repair, repairer: Repairer) -> int:
    skill = repairer.skills.get(repair.family)
    return calendar.after_lead(day_number(repair.earliest, calendar.today), skill.lead_days if skill else 0)


def _in_time(calendar: Calendar, due: Sequence[int], earliest: Sequence[int]) -> list[int]:
    """The last minute of the axis that ends by the due date; -1 when even the lead time is late."""
    return [
        -1 if first > day else calendar.free[day] if day < DAYS - 1 else 2**60
        for day, first in zip(due, earliest, strict=True)
    ]
