"""Held against the exact optimum (A5): the same objective given to OR-Tools CP-SAT. `python -m tests.dispatch.proof`
plays all 200 instances; here those of them that the solver closes in a moment."""

from itertools import product

import pytest

from app.dispatch.services.lists import Lists
from app.dispatch.services.search import best_sharing
from app.dispatch.services.starts import least_loaded
from app.dispatch.services.table import NOBODY, Table, table_of
from tests.dispatch.bound import lower_bound
from tests.dispatch.exact import solve
from tests.dispatch.instances import an_instance

pytestmark = pytest.mark.row("A5")

INSTANCES = 40
MEAN, WORST = 2.0, 8.0  # per cent
SECONDS = 20  # far more than any of these takes


def small(seed: int) -> Table:
    return table_of(an_instance(seed, repairs=5 + seed % 12, repairers=2 + seed % 4))


def test_the_gap_to_the_optimum_is_small() -> None:
    gaps = []
    for seed in range(INSTANCES):
        table = small(seed)
        found = best_sharing(table)
        proof = solve(table, found.owners, SECONDS, workers=1)
        assert proof.closed, seed
        assert found.cost >= proof.best, seed
        gaps.append(100 * (found.cost - proof.best) / max(proof.best, 1))
        assert found.cost <= least_loaded(table).cost
    assert sum(gaps) / len(gaps) <= MEAN
    assert max(gaps) <= WORST


@pytest.mark.parametrize("seed", range(6))
def test_the_solver_and_the_program_mean_the_same_cost(seed: int) -> None:
    """Every sharing of a few repairs, one by one: the cheapest is what the solver finds, and the bound is not above."""
    table = table_of(an_instance(seed, repairs=6, repairers=3))
    ways = product(*(able or [NOBODY] for able in table.eligible))
    cheapest = min(Lists(table, way).cost for way in ways)
    found = best_sharing(table)
    assert solve(table, least_loaded(table).owners, SECONDS, workers=1).best == cheapest
    assert lower_bound(table, found.owners) <= cheapest <= found.cost
