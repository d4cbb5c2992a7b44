"""The cost of a sharing told day by day, as docs/dispatch.md tells it: the slow way, sharing nothing with the program."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.dispatch.models import Problem, Repair, Repairer
from app.dispatch.services.places import metres_between

DAY = timedelta(days=1)


@dataclass
class Told:
    """When each repair is given back, and the cost of those not accepted, in thousandths of a point."""

    finish: dict[str, date]
    cost: int


def told(problem: Problem, owners: Mapping[str, str]) -> Told:
    """`owners`: the repairer of each repair that has one, accepted ones included."""
    finish: dict[str, date] = {}
    cost = 0
    for one in problem.repairers:
        mine = [repair for repair in problem.repairs if owners.get(repair.id) == one.id]
        mine.sort(
            key=lambda repair: (
                max(repair.earliest or problem.today, problem.today),
                repair.due or date.max,
                -repair.priority,
                repair.id,
            )
        )
        accepted = [repair for repair in mine if repair.accepted]
        free = [repair for repair in mine if not repair.accepted]
        finish |= _days(problem, one, accepted, free)
        held = one.load_minutes + sum(repair.minutes for repair in accepted)
        cost += _load(problem, one, held + sum(repair.minutes for repair in free)) - _load(problem, one, held)
        for repair in free:
            if repair.due is not None:
                cost += problem.weights.lateness * repair.priority * max(0, (finish[repair.id] - repair.due).days)
            cost += _fixed(problem, repair, one)
    return Told(finish, cost)


def minutes_on(one: Repairer, day: date) -> int:
    """What he works that day."""
    days = sorted(set(one.weekdays))
    if day.weekday() not in days or is_closed(one, day):
        return 0
    return one.weekly_minutes // len(days) + (days.index(day.weekday()) < one.weekly_minutes % len(days))


def is_closed(one: Repairer, day: date) -> bool:
    """Whether he says he is away."""
    return any(closure.first <= day <= closure.last for closure in one.closures)


def _days(problem: Problem, one: Repairer, accepted: list[Repair], free: list[Repair]) -> dict[str, date]:
    """Bench first, then what he accepted, then the rest of the list in its order."""
    left = {repair.id: repair.minutes for repair in accepted + free}
    bench, day, ended = one.load_minutes, problem.today, {}
    while len(ended) < len(left):
        minutes = minutes_on(one, day)
        used = min(bench, minutes)
        bench, minutes = bench - used, minutes - used
        for repair in accepted + free:
            if repair.id in ended:
                continue
            if day < (repair.earliest or day):
                if repair.accepted:
                    continue
                break
            used = min(left[repair.id], minutes)
            left[repair.id] -= used
            minutes -= used
            if left[repair.id] == 0:
                ended[repair.id] = max(day, _lead(problem, one, repair))
            elif not repair.accepted:
                break
        day += DAY
    return ended


def _lead(problem: Problem, one: Repairer, repair: Repair) -> date:
    day = max(repair.earliest or problem.today, problem.today)
    skill = one.skills.get(repair.family)
    lead = skill.lead_days if skill else 0
    while lead or not minutes_on(one, day):
        day += DAY
        lead -= bool(lead) and not is_closed(one, day)
    return day


def _load(problem: Problem, one: Repairer, minutes: int) -> int:
    capacity = sum(minutes_on(one, problem.today + day * DAY) for day in range(7 * problem.horizon_weeks))
    dear = sum(max(0, minutes - capacity * slice_ // 20) for slice_ in range(1, 41))
    return problem.weights.load * dear // 60


def _fixed(problem: Problem, repair: Repair, one: Repairer) -> int:
    skill = one.skills[repair.family]
    cents = skill.cents if skill.cents is not None else _half_up(repair.minutes * one.hourly_cents, 60)
    metres = metres_between(repair.place or problem.place, one.place)
    return (
        _half_up(problem.weights.cost * cents, 100)
        + _half_up(problem.weights.distance * (problem.unknown_metres if metres is None else metres), 1000)
        + _half_up(problem.weights.quality * (one.returned + one.late), 10)
    )


def _half_up(value: int, unit: int) -> int:
    return (2 * value + unit) // (2 * unit)
