"""A lower bound for the instances that the solver leaves open: column generation, one column a possible list of a repairer.

The linear programme (OR-Tools GLOP) gives each repair a price; the bound that follows from any whole prices is exact
integer arithmetic: sum of the prices + for each repairer the least of (cost of a list - prices of its repairs).
"""

from ortools.linear_solver import pywraplp

from app.dispatch.services.lists import Lists
from app.dispatch.services.table import Table


def lower_bound(table: Table, owners: list[int], enough: float = 0.001, rounds: int = 300) -> int:
    """The least that any sharing may cost, base loads not counted; stops when it is that near to `owners`' cost."""
    known = Lists(table, owners)
    columns = {(one, _bits(line)): _list_cost(table, one, line) for one, line in enumerate(known.lists)}
    best, centre = -(10**15), None
    for _round in range(rounds):
        prices = _prices(table, columns, dear=known.cost)
        if prices is None:
            break
        tried = (
            prices if centre is None else [(price + middle) // 2 for price, middle in zip(prices, centre, strict=True)]
        )
        bound, found = _priced(table, tried)
        if bound > best:
            best, centre = bound, tried
        new = {key: cost for key, cost in found.items() if key not in columns}
        if not new and tried != prices:
            bound, found = _priced(table, prices)
            if bound > best:
                best, centre = bound, prices
            new = {key: cost for key, cost in found.items() if key not in columns}
        columns |= new
        if not new or known.cost - best <= enough * known.cost:
            break
    return best


def _prices(table: Table, columns: dict[tuple[int, int], int], dear: int) -> list[int] | None:
    """What the programme says each repair is worth; none when it has lost its way in roundings."""
    solver = pywraplp.Solver.CreateSolver("GLOP")
    covers = {repair: solver.Constraint(1, 1) for repair, able in enumerate(table.eligible) if able}
    lists = [solver.Constraint(0, 1) for _one in table.repairers]
    aim = solver.Objective()
    for cover in covers.values():
        slack = solver.NumVar(0, 1, "")
        cover.SetCoefficient(slack, 1)
        aim.SetCoefficient(slack, dear)
    for (one, bits), cost in columns.items():
        weight = solver.NumVar(0, solver.infinity(), "")
        aim.SetCoefficient(weight, cost)
        lists[one].SetCoefficient(weight, 1)
        for repair, cover in covers.items():
            if bits >> repair & 1:
                cover.SetCoefficient(weight, 1)
    aim.SetMinimization()
    if solver.Solve() != pywraplp.Solver.OPTIMAL:
        return None
    return [round(covers[repair].dual_value()) if repair in covers else 0 for repair in range(len(table.repairs))]


def _priced(table: Table, prices: list[int]) -> tuple[int, dict[tuple[int, int], int]]:
    bound, found = sum(prices), {}
    for one in range(len(table.repairers)):
        reduced, bits = _cheapest_list(table, one, prices)
        bound += reduced
        found[one, bits] = reduced + sum(price for repair, price in enumerate(prices) if bits >> repair & 1)
    return bound, found


def _cheapest_list(table: Table, one: int, prices: list[int]) -> tuple[int, int]:
    """By the minutes given, all the (end, cost, set) that no other beats."""
    states: dict[int, list[tuple[int, int, int]]] = {0: [(0, 0, 0)]}
    for repair, able in enumerate(table.eligible):
        if one not in able:
            continue
        work, release = table.work[repair], table.release[one][repair]
        gain, in_time = table.fixed[one][repair] - prices[repair], table.in_time[one][repair]
        joined: dict[int, list[tuple[int, int, int]]] = {}
        for given, options in states.items():
            row = joined[given + work] = []
            for end, cost, bits in options:
                after = max(end, release) + work
                late = table.late_cost(one, repair, after) if after > in_time else 0
                row.append((after, cost + gain + late, bits | 1 << repair))
        for given, row in joined.items():
            states[given] = _unbeaten(states.get(given, []) + row)
    base = table.load_cost(one, table.base[one])
    return min(
        (
            min(cost for _end, cost, _bits in options) + table.load_cost(one, table.base[one] + given) - base,
            _bits_of(options),
        )
        for given, options in states.items()
    )


def _bits_of(options: list[tuple[int, int, int]]) -> int:
    """The set of the cheapest."""
    return min(options, key=lambda option: option[1])[2]


def _unbeaten(options: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    kept, least = [], None
    for option in sorted(options):
        if least is None or option[1] < least:
            kept.append(option)
            least = option[1]
    return kept


def _bits(line: list[int]) -> int:
    return sum(1 << repair for repair in line)


def _list_cost(table: Table, one: int, line: list[int]) -> int:
    lists = Lists(table)
    for repair in line:
        lists.give(repair, one)
    return lists.cost
