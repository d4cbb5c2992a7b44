"""First sharings, from which the search goes on."""

from collections.abc import Callable

from app.dispatch.services.lists import Lists
from app.dispatch.services.table import NOBODY, Table

#: Above so many repairs, the order of urgency alone: regrets would be counted again too often.
MANY = 150


def starts(table: Table) -> list[Lists]:
    """Sharings to start from, the plainest first."""
    ways: list[Callable[[Table], Lists]] = [least_loaded, by_urgency]
    if len(table.repairs) <= MANY:
        ways.append(by_regret)
    return [way(table) for way in ways]


def least_loaded(table: Table) -> Lists:
    """Each repair in turn to the repairer with the smallest share of his capacity: what people do without a tool."""
    lists = Lists(table)
    for repair, able in enumerate(table.eligible):
        if able:
            lists.give(
                repair, min(able, key=lambda one: (lists.loads[one] / (table.calendars[one].capacity or 1e-9), one))
            )
    return lists


def by_urgency(table: Table) -> Lists:
    """Each repair in turn, the most urgent first, where it costs least."""
    lists = Lists(table)
    for repair, able in enumerate(table.eligible):
        if able:
            lists.give(repair, cheapest(lists, repair))
    return lists


def by_regret(table: Table) -> Lists:
    """First the repair that would lose most by not having its best repairer."""
    lists = Lists(table)
    fill(lists, [repair for repair, able in enumerate(table.eligible) if able])
    return lists


def cheapest(lists: Lists, repair: int) -> int:
    """The repairer to whom a repair that nobody has costs least."""
    return min(lists.table.eligible[repair], key=lambda one: (lists.change(one, NOBODY, repair), one))


def fill(lists: Lists, waiting: list[int]) -> None:
    """Give those that nobody has, by largest regret."""
    costs = {
        repair: {one: lists.change(one, NOBODY, repair) for one in lists.table.eligible[repair]} for repair in waiting
    }
    while costs:
        repair = min(costs, key=lambda one: (-_regret(costs[one]), one))
        row = costs.pop(repair)
        chosen = min(row, key=lambda one: (row[one], one))
        lists.give(repair, chosen)
        for other, others in costs.items():
            if chosen in others:
                others[chosen] = lists.change(chosen, NOBODY, other)


def _regret(row: dict[int, int]) -> int:
    best, *rest = sorted(row.values())
    return rest[0] - best if rest else 2**40
