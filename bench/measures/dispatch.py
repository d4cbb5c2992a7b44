"""300 repairs shared among 25 repairers, from nothing and explained: the whole of « Rééquilibrer », without the page."""

import time

from app.dispatch.services import rebalance
from bench.rounds import percentile, show
from tests.dispatch.instances import an_instance

REPAIRS, REPAIRERS = 300, 25
INSTANCES = 10


def measure() -> None:
    """Print the time of a sharing, over several sets of repairs; `worst_ms` is the longest."""
    ms, cpu = [], []
    for seed in range(INSTANCES):
        problem = an_instance(seed, REPAIRS, REPAIRERS)
        start, spent = time.perf_counter(), time.process_time()
        rebalance(problem)
        ms.append(1000 * (time.perf_counter() - start))
        cpu.append(1000 * (time.process_time() - spent))
    show(
        "dispatch", None, p50_ms=percentile(ms, 0.5), p95_ms=percentile(ms, 0.95), cpu_ms=percentile(cpu, 0.5),
        worst_ms=max(ms), repairs=REPAIRS, repairers=REPAIRERS,
    )  # fmt: skip
