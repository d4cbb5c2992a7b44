"""The same objective, to the last thousandth of a point, given to an exact solver (OR-Tools CP-SAT)."""

from dataclasses import dataclass

from ortools.sat.python import cp_model

from app.dispatch.services.lists import Lists
from app.dispatch.services.table import TOP, Table


@dataclass(frozen=True)
class Proof:
    """The best cost found and the least that any sharing may cost; equal when `closed`."""

    best: int
    bound: int
    closed: bool
    seconds: float


def solve(table: Table, hint: list[int], seconds: float, workers: int) -> Proof:
    """The optimum, or what the time allows to know of it. `hint` is a sharing to begin with."""
    model = _Model(table, hint)
    already = sum(table.load_cost(one, base) for one, base in enumerate(table.base))
    known = Lists(table, hint).cost + already
    model.model.add(sum(model.terms) <= known)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = workers
    solver.parameters.linearization_level = 2
    status = solver.solve(model.model)
    assert status in (cp_model.OPTIMAL, cp_model.FEASIBLE, cp_model.UNKNOWN), solver.status_name(status)
    return Proof(
        best=(known if status == cp_model.UNKNOWN else round(solver.objective_value)) - already,
        bound=round(solver.best_objective_bound) - already,
        closed=status == cp_model.OPTIMAL,
        seconds=solver.wall_time,
    )


class _Model:
    def __init__(self, table: Table, hint: list[int]) -> None:
        self.table = table
        self.model = cp_model.CpModel()
        self.terms: list[cp_model.LinearExprT] = []
        self.gives = [
            {one: self.model.new_bool_var(f"x{repair}_{one}") for one in able}
            for repair, able in enumerate(table.eligible)
        ]
        for repair, row in enumerate(self.gives):
            if row:
                self.model.add_exactly_one(row.values())
            for one, give in row.items():
                self.terms.append(table.fixed[one][repair] * give)
                self.model.add_hint(give, hint[repair] == one)
        for one in range(len(table.repairers)):
            self._list(one)
            self._load(one)
        self.model.minimize(sum(self.terms))

    def _list(self, one: int) -> None:
        """The minute of the axis at which each repair of the list would end, and the days that it is late."""
        table, model = self.table, self.model
        mine = [repair for repair, row in enumerate(self.gives) if one in row]
        most = max((table.release[one][repair] for repair in mine), default=0) + sum(table.work[r] for r in mine)
        end: cp_model.LinearExprT = 0
        finishing: dict[int, list[cp_model.LinearExprT]] = {}
        for repair in mine:
            give, work, release = self.gives[repair][one], table.work[repair], table.release[one][repair]
            after = model.new_int_var(0, most, f"end{repair}_{one}")
            model.add(after >= end + work * give)
            if release:
                model.add(after >= release + work).only_enforce_if(give)
            end = after
            if table.daily[repair]:
                self._lateness(one, repair, after, most, finishing)
        done: list[cp_model.LinearExprT] = []
        for day in sorted(finishing):  # implied, and what makes the bound strong: what is finished by a day fits in it
            done += finishing[day]
            model.add(sum(done) <= table.calendars[one].free[day])

    def _lateness(
        self, one: int, repair: int, end: cp_model.IntVar, most: int, finishing: dict[int, list[cp_model.LinearExprT]]
    ) -> None:
        """A truth for « in time », and one for each day on which it may be finished late."""
        table, model = self.table, self.model
        calendar, work = table.calendars[one], table.work[repair]
        limit, alone = table.in_time[one][repair], table.release[one][repair] + work
        options = [(min(limit, most), 0)] if limit >= alone else []
        minute = max(limit + 1, alone)
        while minute <= most:
            last = min(calendar.free[calendar.day_of(minute)], most)
            options.append((last, table.late_cost(one, repair, minute)))
            minute = last + 1
        truths = [model.new_bool_var("") for _option in options]
        model.add(sum(truths) == self.gives[repair][one])
        for truth, (last, cost) in zip(truths, options, strict=True):
            self.terms.append(cost * truth)
            finishing.setdefault(calendar.day_of(last), []).append(work * truth)
            model.add(end <= last).only_enforce_if(truth)

    def _load(self, one: int) -> None:
        """The load's slices; the cost is rounded down once, as the table does."""
        table, model = self.table, self.model
        mine = [(repair, row[one]) for repair, row in enumerate(self.gives) if one in row]
        given = sum(table.work[repair] * give for repair, give in mine)
        most = table.base[one] + sum(table.work[repair] for repair, _give in mine)
        cost = model.new_int_var(0, table.load_cost(one, most), f"load{one}")
        load = table.base[one] + given
        price = table.problem.weights.load
        for full in range(1, TOP + 1):  # convex: the dearest line is the cost
            if table.starts[one][full - 1] < most:
                model.add(60 * cost >= price * (full * load - table.sums[one][full]) - 59)
        self.terms.append(cost)
