"""Repairers' lists with their cost, changed one repair at a time and counted again only from where they change."""

from bisect import bisect_left, insort
from collections.abc import Sequence

from app.dispatch.services.table import NOBODY, Table

_NONE = 2**60


class Lists:
    """Who has what, and what it costs. `counted` is the number of evaluations, by which the search paces itself."""

    def __init__(self, table: Table, owners: Sequence[int] | None = None) -> None:
        self.table = table
        self.owners = [NOBODY] * len(table.repairs)
        crowd = range(len(table.repairers))
        self.lists: list[list[int]] = [[] for _one in crowd]
        #: minute of the axis at which each repair of a list ends, and its lateness cost
        self.ends: list[list[int]] = [[] for _one in crowd]
        self.lates: list[list[int]] = [[] for _one in crowd]
        self.loads = list(table.base)
        self.versions = [0 for _one in crowd]
        self.cost = 0
        self.counted = 0
        for repair, owner in enumerate(owners or ()):
            if owner != NOBODY:
                self.give(repair, owner)

    def late_change(self, repairer: int, drop: int, add: int) -> int:
        """What the lateness of a list changes by when `drop` leaves it and `add` joins it (`NOBODY`: none)."""
        self.counted += 1
        table = self.table
        line, ends, lates = self.lists[repairer], self.ends[repairer], self.lates[repairer]
        release, in_time = table.release[repairer], table.in_time[repairer]
        work, late_cost = table.work, table.late_cost
        joining = _NONE if add == NOBODY else add
        place = bisect_left(line, joining if drop == NOBODY else min(drop, joining))
        minute = ends[place - 1] if place else 0
        change = 0
        for rank in range(place, len(line)):
            repair = line[rank]
            if joining < repair:
                minute = max(minute, release[joining]) + work[joining]
                if minute > in_time[joining]:
                    change += late_cost(repairer, joining, minute)
                joining = _NONE
            if repair == drop:
                change -= lates[rank]
                continue
            minute = max(minute, release[repair]) + work[repair]
            if minute == ends[rank] and joining == _NONE and repair > drop:
                return change
            if minute > in_time[repair]:
                change += late_cost(repairer, repair, minute)
            change -= lates[rank]
        if joining == _NONE:
            return change
        return change + late_cost(repairer, joining, max(minute, release[joining]) + work[joining])

    def change(self, repairer: int, drop: int, add: int) -> int:
        """The same for the whole cost."""
        table, load = self.table, self.loads[repairer]
        after = load
        cost = self.late_change(repairer, drop, add)
        if drop != NOBODY:
            after -= table.work[drop]
            cost -= table.fixed[repairer][drop]
        if add != NOBODY:
            after += table.work[add]
            cost += table.fixed[repairer][add]
        if after != load:
            cost += table.load_cost(repairer, after) - table.load_cost(repairer, load)
        return cost

    def give(self, repair: int, repairer: int) -> None:
        """Give a repair to a repairer, or to nobody; its former one loses it."""
        former = self.owners[repair]
        if former != NOBODY:
            self.cost += self.change(former, repair, NOBODY)
            self.lists[former].remove(repair)
            self.loads[former] -= self.table.work[repair]
            self._count(former, repair)
        if repairer != NOBODY:
            self.cost += self.change(repairer, NOBODY, repair)
            insort(self.lists[repairer], repair)
            self.loads[repairer] += self.table.work[repair]
            self._count(repairer, repair)
        self.owners[repair] = repairer

    def _count(self, repairer: int, first: int) -> None:
        """Count the ends of a list again, from the repair that changed it."""
        table, line = self.table, self.lists[repairer]
        self.versions[repairer] += 1
        place = bisect_left(line, first)
        ends, lates = self.ends[repairer][:place], self.lates[repairer][:place]
        minute = ends[-1] if ends else 0
        for repair in line[place:]:
            minute = max(minute, table.release[repairer][repair]) + table.work[repair]
            ends.append(minute)
            lates.append(table.late_cost(repairer, repair, minute))
        self.ends[repairer], self.lates[repairer] = ends, lates
