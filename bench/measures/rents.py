"""The month of 300 owners of twenty stays each: numbered, invoiced, proved, printed and put in the outbox, from the approval."""

import time

from bench import ground
from bench.installation import Installation
from bench.rounds import show

OWNERS = 300
PATIENCE = 600.0


def measure(house: Installation) -> None:
    """Print the seconds it took, and what became of each statement."""
    begun = ground.ask("rents", OWNERS, env=house.env)
    start, cpu, done = time.monotonic(), house.cpu_ms(), 0
    while done < OWNERS and time.monotonic() - start < PATIENCE:
        time.sleep(0.2)
        rows = house.rows("SELECT count(*) FROM owner_statement WHERE state = 'sent' OR fault <> ''")
        done = int(str(rows[0][0]))
    seconds = time.monotonic() - start
    numbers = house.rows("SELECT number FROM owner_statement WHERE state = 'sent'")
    given = sorted(int(str(row[0]).rpartition("-")[2]) for row in numbers)
    mails = house.rows("SELECT count(*) FROM outbox_message WHERE template = 'concierge.statement'")
    show(
        "rents", house.scale, cpu_ms=(house.cpu_ms() - cpu) / OWNERS, seconds=seconds, count_s=begun["count_s"],
        approve_s=begun["approve_s"], sent=len(given), messages=int(str(mails[0][0])),
        holes=given[-1] - given[0] + 1 - len(given) if given else OWNERS,
    )  # fmt: skip
