"""500 invoices of ten lines in one batch: issued, made and proved by two workers of documents, from the click to the end."""

import time

from bench import ground
from bench.installation import Installation
from bench.rounds import show

INVOICES = 500
PATIENCE = 600.0


def measure(house: Installation) -> None:
    """Print the seconds it took, and what became of each invoice."""
    begun = ground.ask("batch", INVOICES, env=house.env)
    start, cpu = time.monotonic(), house.cpu_ms()
    state = "queued"
    while state not in ("done", "failed") and time.monotonic() - start < PATIENCE:
        time.sleep(0.2)
        state = str(house.rows("SELECT state FROM job_run WHERE id = :id", id=begun["run"])[0][0])
    seconds = time.monotonic() - start
    rows = house.rows(
        'SELECT number, "check" FROM sales_document WHERE id BETWEEN :first AND :last AND number IS NOT NULL',
        first=begun["first"], last=begun["last"],
    )  # fmt: skip
    given = sorted(int(str(row[0]).rpartition("-")[2]) for row in rows)
    show(
        "batch", house.scale, cpu_ms=(house.cpu_ms() - cpu) / INVOICES, seconds=seconds, state=state,
        proved=sum(1 for row in rows if row[1] == "passed"), holes=given[-1] - given[0] + 1 - INVOICES if given else INVOICES,
    )  # fmt: skip
