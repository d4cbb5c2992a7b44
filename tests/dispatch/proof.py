"""All the instances against the optimum: `python -m tests.dispatch.proof [FIRST LAST [SECONDS]]`, a line each, then the figures.

A gap is counted against the optimum where the solver (OR-Tools CP-SAT) closes in its time, else against the greater of
its proven lower bound and that of column generation: it is then an upper bound of the true gap.
"""

import sys
from statistics import fmean

from app.dispatch.services.search import best_sharing
from app.dispatch.services.starts import least_loaded
from app.dispatch.services.table import table_of
from tests.dispatch.bound import lower_bound
from tests.dispatch.exact import solve
from tests.dispatch.instances import an_instance

INSTANCES = 200
SECONDS = 10.0


def main(words: list[str]) -> int:
    """Play the instances."""
    first, last = (int(words[0]), int(words[1])) if len(words) > 1 else (0, INSTANCES)
    seconds = float(words[2]) if len(words) > 2 else SECONDS
    gaps: list[float] = []
    closed = optimal = worse = 0
    for seed in range(first, last):
        table = table_of(an_instance(seed))
        found = best_sharing(table)
        proof = solve(table, found.owners, seconds, workers=4)
        least = proof.best if proof.closed else max(proof.bound, lower_bound(table, found.owners))
        gaps.append(100 * (found.cost - least) / max(least, 1))
        closed += proof.closed
        optimal += proof.closed and found.cost == proof.best
        worse += found.cost > least_loaded(table).cost
        shape = f"{len(table.repairs)} repairs, {len(table.repairers)} repairers"
        print(
            f"{seed}: {shape}, cost {found.cost}, least {least}, {'closed' if proof.closed else 'open'}, gap {gaps[-1]:.3f} %",
            flush=True,
        )
    print(
        f"{len(gaps)} instances: {closed} closed, {optimal} of them at the optimum, mean gap {fmean(gaps):.3f} %, "
        f"worst {max(gaps):.3f} %, {worse} worse than the least loaded"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
