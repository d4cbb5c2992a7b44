"""What a sharing says of itself: each repair's choice with its parts, each repairer's load."""

from bisect import bisect_left

from app.core.i18n import _
from app.dispatch.models import Assignment, Candidate, Exclusion, Facts, Load, Part, Plan, Repair
from app.dispatch.services import words
from app.dispatch.services.lists import Lists
from app.dispatch.services.table import NOBODY, Table, distance, fixed_costs, may_have, price
from app.dispatch.states import Criterion


def plan_of(lists: Lists, decided: set[int]) -> Plan:
    """The whole answer; `decided` are the numbers of the repairs chosen here, the others are kept as they are."""
    table = lists.table
    told = [
        _decided(lists, repair) if repair in decided else _kept(lists, repair)
        for repair in range(len(table.repairs))
        if repair in decided or lists.owners[repair] != NOBODY
    ]
    told += [_accepted(lists, one, repair) for one, held in enumerate(table.accepted) for repair in held]
    loads = tuple(_load(lists, one) for one in range(len(table.repairers)))
    parts = _whole(lists)
    return Plan(tuple(sorted(told, key=lambda one: one.repair)), loads, sum(part.cost for part in parts), parts)


def candidate(lists: Lists, repair: int, repairer: int) -> Candidate:
    """What it would cost to give him a repair that nobody has at the moment."""
    table = lists.table
    line, ends = lists.lists[repairer], lists.ends[repairer]
    place = bisect_left(line, repair)
    minute = max(ends[place - 1] if place else 0, table.release[repairer][repair]) + table.work[repair]
    late = lists.late_change(repairer, NOBODY, repair)
    before = lists.loads[repairer]
    return _candidate(
        table,
        table.repairs[repair],
        repairer,
        finish=table.finish(repairer, repair, minute),
        late=late,
        delays=late - table.late_cost(repairer, repair, minute),
        loads=(before, before + table.work[repair]),
    )


def _candidate(
    table: Table, repair: Repair, repairer: int, *, finish: int, late: int, delays: int, loads: tuple[int, int]
) -> Candidate:
    problem, who, calendar = table.problem, table.repairers[repairer], table.calendars[repairer]
    cents, metres = price(repair, who), distance(problem, repair, who)
    before, after = loads
    facts = Facts(
        late_days=_late_days(table, repair, finish),
        delays=delays,
        share_before=_share(before, calendar.capacity),
        share_after=_share(after, calendar.capacity),
        cents=cents,
        metres=metres,
        returned=who.returned,
        late=who.late,
    )
    money, far, good = fixed_costs(problem, who, cents, metres)
    load = table.load_cost(repairer, after) - table.load_cost(repairer, before)
    parts = (
        Part(Criterion.LATENESS, late, words.lateness(facts, due=repair.due is not None)),
        Part(Criterion.LOAD, load, words.load(facts)),
        Part(Criterion.COST, money, words.euros(cents)),
        Part(Criterion.DISTANCE, far, words.distance(facts, problem.unknown_metres)),
        Part(Criterion.QUALITY, good, words.quality(facts)),
    )
    return Candidate(who.id, sum(part.cost for part in parts), calendar.date_of(finish), parts, facts)


def _late_days(table: Table, repair: Repair, finish: int) -> int:
    return 0 if repair.due is None else max(0, finish - (repair.due - table.problem.today).days)


def _share(minutes: int, capacity: int) -> int:
    """Thousandths; a repairer closed for the whole horizon is full from the first minute."""
    return 1000 * minutes // capacity if capacity else 1000 * (minutes > 0)


# --- one repair ---------------------------------------------------------------------------------------------------------


def _decided(lists: Lists, repair: int) -> Assignment:
    table, owner = lists.table, lists.owners[repair]
    asked = table.repairs[repair]
    excluded = tuple(
        Exclusion(one.id, words.exclusion(asked, one)) for one in table.repairers if not may_have(asked, one)
    )
    if owner == NOBODY:
        return Assignment(asked.id, None, words.nobody(excluded), excluded=excluded)
    lists.give(repair, NOBODY)
    able = {one: candidate(lists, repair, one) for one in table.eligible[repair]}
    lists.give(repair, owner)
    chosen = able.pop(owner)
    others = sorted(able.items(), key=lambda item: (item[1].cost, item[0]))
    if not others:
        return Assignment(asked.id, chosen, _("Seul réparateur possible."), candidates=(chosen,), excluded=excluded)
    second, name = others[0][1], table.repairers[others[0][0]].name
    return Assignment(
        asked.id,
        chosen,
        _("Le plus petit total : %(points)s points.", points=words.points(chosen.cost)),
        second=second,
        why_not=words.why_not(chosen, second, name, table.problem.unknown_metres),
        candidates=(chosen, *(other for _one, other in others)),
        excluded=excluded,
    )


def _kept(lists: Lists, repair: int) -> Assignment:
    owner = lists.owners[repair]
    lists.give(repair, NOBODY)
    chosen = candidate(lists, repair, owner)
    lists.give(repair, owner)
    name = lists.table.repairers[owner].name
    return Assignment(
        lists.table.repairs[repair].id, chosen, _("Déjà proposée à %(name)s : laissée en place.", name=name), kept=True
    )


def _accepted(lists: Lists, repairer: int, repair: Repair) -> Assignment:
    table = lists.table
    finish = table.calendars[repairer].taken[repair.id]
    late = table.problem.weights.lateness * repair.priority * _late_days(table, repair, finish)
    now = table.base[repairer]  # what is only proposed has no effect on what is accepted
    chosen = _candidate(table, repair, repairer, finish=finish, late=late, delays=0, loads=(now - repair.minutes, now))
    name = table.repairers[repairer].name
    return Assignment(repair.id, chosen, _("Acceptée par %(name)s : ne bouge plus.", name=name), kept=True)


# --- the whole ----------------------------------------------------------------------------------------------------------


def _load(lists: Lists, repairer: int) -> Load:
    table = lists.table
    calendar = table.calendars[repairer]
    ends = zip(lists.lists[repairer], lists.ends[repairer], strict=True)
    days = [(table.repairs[repair], table.finish(repairer, repair, minute)) for repair, minute in ends]
    days += [(repair, calendar.taken[repair.id]) for repair in table.accepted[repairer]]
    late = [days_late for repair, day in days if (days_late := _late_days(table, repair, day))]
    return Load(
        repairer=table.repairers[repairer].id,
        repairs=len(days),
        minutes=lists.loads[repairer],
        capacity=calendar.capacity,
        share=_share(lists.loads[repairer], calendar.capacity),
        late_repairs=len(late),
        late_days=sum(late),
        finish=calendar.date_of(max(day for _repair, day in days)) if days else None,
    )


def _whole(lists: Lists) -> tuple[Part, ...]:
    """The cost of the sharing by criterion."""
    table = lists.table
    held = [(repair, owner) for repair, owner in enumerate(lists.owners) if owner != NOBODY]
    fixed = [
        fixed_costs(table.problem, table.repairers[one], table.cents[one][repair], table.metres[one][repair])
        for repair, one in held
    ]
    totals = {
        Criterion.LATENESS: sum(map(sum, lists.lates)),
        Criterion.LOAD: sum(
            table.load_cost(one, load) - table.load_cost(one, base)
            for one, (load, base) in enumerate(zip(lists.loads, table.base, strict=True))
        ),
        Criterion.COST: sum(costs[0] for costs in fixed),
        Criterion.DISTANCE: sum(costs[1] for costs in fixed),
        Criterion.QUALITY: sum(costs[2] for costs in fixed),
    }
    told = _whole_words(lists, held)
    return tuple(Part(criterion, cost, told[criterion]) for criterion, cost in totals.items())


def _whole_words(lists: Lists, held: list[tuple[int, int]]) -> dict[Criterion, str]:
    table = lists.table
    late = [
        table.late_days(one, repair, minute)
        for one, line in enumerate(lists.lists)
        for repair, minute in zip(line, lists.ends[one], strict=True)
    ]
    shares = [_share(load, table.calendars[one].capacity) for one, load in enumerate(lists.loads)]
    metres = [table.metres[one][repair] for repair, one in held]
    past = [table.repairers[one].returned + table.repairers[one].late for _repair, one in held]
    return {
        Criterion.LATENESS: words.whole_lateness(sum(late), sum(day > 0 for day in late)),
        Criterion.LOAD: words.whole_load(min(shares, default=0), max(shares, default=0)),
        Criterion.COST: words.euros(sum(table.cents[one][repair] for repair, one in held)),
        Criterion.DISTANCE: words.whole_distance(
            sum(table.problem.unknown_metres if far is None else far for far in metres), metres.count(None)
        ),
        Criterion.QUALITY: words.whole_quality(sum(past) // len(past) if past else 0),
    }
