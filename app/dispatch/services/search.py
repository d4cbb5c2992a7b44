"""The search: better and better sharings by moves, swaps, chains of three, and parts taken down and built again.

It has no clock and no chance: the same problem gives the same sharing, whatever the machine. Its pace is counted in
evaluations of a list.
"""

from collections.abc import Iterator, Sequence
from heapq import nsmallest

from app.dispatch.services.lists import Lists
from app.dispatch.services.starts import fill, starts
from app.dispatch.services.table import NOBODY, Table

#: Evaluations after which no part is taken down any more: at most; for each repairer who may have a repair; and shared
#: among these, since one costs more the more there are.
EVALUATIONS = 60_000
_EACH = 400
_SHARED = 12_000_000
#: Evaluations after which chains are no longer looked for: beyond a few hundred repairs, moves alone.
PATIENCE = 40_000
NEVER = 2**60
_LARGEST = 12  # repairs taken down at once


def best_sharing(table: Table) -> Lists:
    """The sharing to propose. Never worse than the one in force, nor than each to the least loaded."""
    found = min(starts(table), key=lambda lists: lists.cost)
    improve(found)
    found = _rebuilt(found)
    if all(owner in able for owner, able in zip(table.current, table.eligible, strict=True) if able):
        kept = Lists(table, table.current)
        improve(kept)
        if kept.cost <= found.cost:
            return kept
    return found


def improve(lists: Lists) -> None:
    """Move one, swap two or turn three as long as it costs less."""
    prices = Prices(lists)
    floors = _floors(lists.table)
    end = lists.counted + PATIENCE
    while lists.counted < end:
        while _moves(lists, prices):
            pass
        if not _chains(lists, prices, floors, end):
            return
    while _moves(lists, prices):  # what is explained is the best single choice
        pass


class Prices:
    """What each repair costs elsewhere and spares by leaving, kept until a list changes."""

    def __init__(self, lists: Lists) -> None:
        self.lists = lists
        crowd = range(len(lists.table.repairers))
        self.kept: list[dict[int, int]] = [{} for _one in crowd]
        self.versions = list(lists.versions)

    def of(self, repair: int, repairer: int) -> int:
        """The change of cost when it joins a list, or when it leaves its own."""
        kept = self.kept[repairer]
        if self.versions[repairer] != self.lists.versions[repairer]:
            self.versions[repairer] = self.lists.versions[repairer]
            kept.clear()
        price = kept.get(repair)
        if price is None:
            mine = self.lists.owners[repair] == repairer
            price = self.lists.change(repairer, *((repair, NOBODY) if mine else (NOBODY, repair)))
            kept[repair] = price
        return price

    def elsewhere(self, repair: int) -> list[tuple[int, int]]:
        """The three cheapest of the others' lists."""
        owner = self.lists.owners[repair]
        return nsmallest(3, [(self.of(repair, one), one) for one in self.lists.table.eligible[repair] if one != owner])


def _moves(lists: Lists, prices: Prices) -> bool:
    """Move each repair to where it costs least."""
    moved = False
    for repair, able in enumerate(lists.table.eligible):
        if len(able) < 2:
            continue
        owner = lists.owners[repair]
        price, target = min((prices.of(repair, one), one) for one in able if one != owner)
        if prices.of(repair, owner) + price < 0:
            lists.give(repair, target)
            moved = True
    return moved


# --- chains: one takes the place of another, who goes elsewhere ---------------------------------------------------------


def _chains(lists: Lists, prices: Prices, floors: Sequence[Sequence[int]], end: int) -> bool:
    """One pass over all the repairs; each takes the best chain that begins with it."""
    others: dict[int, list[tuple[int, int]]] = {}
    improved = False
    for repair, able in enumerate(lists.table.eligible):
        if lists.counted > end:
            break
        for target in able:
            if target == lists.owners[repair]:
                continue
            chain = _best_chain(lists, prices, floors, others, repair, target)
            if chain is not None:
                for moved, _to in chain:
                    lists.give(moved, NOBODY)
                for moved, to in chain:
                    lists.give(moved, to)
                others = {}
                improved = True
    return improved


def _best_chain(
    lists: Lists,
    prices: Prices,
    floors: Sequence[Sequence[int]],
    others: dict[int, list[tuple[int, int]]],
    repair: int,
    target: int,
) -> list[tuple[int, int]] | None:
    """`repair` takes in `target`'s list the place of another, who goes to a third or to the first (a swap).

    `others` keeps `Prices.elsewhere` of each repair as long as no list changes.
    """
    owner = lists.owners[repair]
    sure = prices.of(repair, owner) + floors[target][repair]
    best, chain = 0, None
    for other in lists.lists[target]:
        able = lists.table.eligible[other]
        if len(able) < 2:
            continue
        if sure + prices.of(other, target) + min(floors[one][other] for one in able) >= best:
            continue
        if other not in others:
            others[other] = prices.elsewhere(other)
        third = next((option for option in others[other] if option[1] != owner), None)
        swap = floors[owner][other] if owner in able else NEVER
        least = swap if third is None or swap < third[0] else third[0]
        if sure + prices.of(other, target) + least >= best:
            continue
        taking = prices.of(repair, owner) + lists.change(target, other, repair)
        if third is not None and taking + third[0] < best:
            best, chain = taking + third[0], [(repair, target), (other, third[1])]
        if taking + swap < best:
            whole = taking - prices.of(repair, owner) + lists.change(owner, repair, other)
            if whole < best:
                best, chain = whole, [(repair, target), (other, owner)]
    return chain


def _floors(table: Table) -> list[list[int]]:
    """The least that a repair may add to a list: what does not depend on the others."""
    return [
        [
            fixed + table.late_cost(one, repair, table.release[one][repair] + table.work[repair])
            for repair, fixed in enumerate(table.fixed[one])
        ]
        for one in range(len(table.repairers))
    ]


# --- parts taken down and built again -----------------------------------------------------------------------------------


def _rebuilt(lists: Lists) -> Lists:
    """Take down neighbouring repairs and give them again by regret, while the pace allows; the best sharing seen."""
    table = lists.table
    movable = [repair for repair, able in enumerate(table.eligible) if len(able) > 1]
    best, best_cost = list(lists.owners), lists.cost
    if len(movable) < 2:
        return lists
    numbers = _numbers()
    choices = sum(map(len, table.eligible))
    pace = lists.counted + min(EVALUATIONS, _EACH * choices, _SHARED // choices)
    while lists.counted < pace:
        former, cost = list(lists.owners), lists.cost
        _rebuild(lists, movable, numbers)
        if lists.cost < best_cost:
            improve(lists)
            best, best_cost = list(lists.owners), lists.cost
        elif lists.cost > cost + (best_cost >> 7) or lists.cost > best_cost + (best_cost >> 6):
            _restore(lists, former)
    _restore(lists, best)
    return lists


def _rebuild(lists: Lists, movable: Sequence[int], numbers: Iterator[int]) -> None:
    size = min(2 + next(numbers) % (_LARGEST - 1), len(movable))
    first = next(numbers) % len(movable)
    kind = next(numbers) % 3
    if kind == 0:  # neighbours in the order of work
        down = [movable[(first + step) % len(movable)] for step in range(size)]
    elif kind == 1:  # two repairers' lists
        pair = {lists.owners[movable[first]], lists.owners[movable[next(numbers) % len(movable)]]}
        mine = [repair for repair in movable if lists.owners[repair] in pair]
        skip = next(numbers) % len(mine)
        down = (mine[skip:] + mine[:skip])[:size]
    else:  # anywhere
        down = sorted({movable[next(numbers) % len(movable)] for _one in range(size)})
    for repair in down:
        lists.give(repair, NOBODY)
    if next(numbers) % 2:
        fill(lists, down)
    else:
        _refill(lists, down, numbers)


def _refill(lists: Lists, waiting: Sequence[int], numbers: Iterator[int]) -> None:
    """In any order, each where it costs least, or one time in six where it costs least but one."""
    for repair in sorted(waiting, key=lambda _one: next(numbers)):
        able = lists.table.eligible[repair]
        prices = sorted((lists.change(one, NOBODY, repair), one) for one in able)
        lists.give(repair, prices[next(numbers) % 6 == 0][1])


def _restore(lists: Lists, owners: Sequence[int]) -> None:
    changed = [repair for repair, owner in enumerate(owners) if owner != lists.owners[repair]]
    for repair in changed:
        lists.give(repair, NOBODY)
    for repair in changed:
        lists.give(repair, owners[repair])


def _numbers() -> Iterator[int]:
    """Always the same numbers, well mixed (the generator of POSIX's `rand48`)."""
    state = 0x1234ABCD330E
    while True:
        state = (0x5DEECE66D * state + 0xB) % 2**48
        yield state >> 17
