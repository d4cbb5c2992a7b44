"""Eight people take devices in without pause for 20 seconds: nobody is refused, and no number is missing."""

import threading
import time
from dataclasses import dataclass, field

from bench.client import Client, Refused
from bench.installation import Installation, copied, installation
from bench.measures import intake
from bench.rounds import percentile, show, yardstick

WRITERS = 8
SECONDS = 20.0
SMALL = 0.5  # of the demonstration: the crowd matters here, not the data


@dataclass
class Writer:
    """One person at a desk."""

    ms: list[float] = field(default_factory=list)
    refused: int = 0

    def work(self, house: Installation, ready: threading.Barrier) -> None:
        """Take devices in until the time is over."""
        operation = intake.prepare(Client.signed_in(house.base, "accueil"), house)
        ready.wait()
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            try:
                self.ms.append(operation().ms)
            except (Refused, OSError):
                self.refused += 1


def measure(database: str | None) -> None:
    """Print how many were taken in, how many refused, and how many numbers are missing or given twice."""
    with copied(SMALL, database) as data, installation(data, SMALL, database) as house, yardstick() as stick:
        before = stick()
        last = _numbers(house)
        start, crowd = house.cpu_ms(), [Writer() for _ in range(WRITERS)]
        ready = threading.Barrier(WRITERS)
        threads = [threading.Thread(target=writer.work, args=(house, ready)) for writer in crowd]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        house.settle()
        given = sorted(_numbers(house) - last)
        ms = [value for writer in crowd for value in writer.ms]
        cpu = (house.cpu_ms() - start) / max(1, len(ms))
        show(
            f"writers_{house.engine.dialect.name}", SMALL, p50_ms=percentile(ms, 0.5), p95_ms=percentile(ms, 0.95), cpu_ms=cpu,
            ratio=cpu / ((before + stick()) / 2), created=len(ms), refused=sum(writer.refused for writer in crowd),
            holes=(given[-1] - given[0] + 1 - len(given)) + abs(len(given) - len(ms)),
        )  # fmt: skip


def _numbers(house: Installation) -> set[int]:
    """Numbers given this year: R-2026-0042 is 42."""
    rows = house.rows("SELECT number FROM ticket WHERE number LIKE :year", year=f"R-{time.strftime('%Y')}-%")
    return {int(str(row[0]).rpartition("-")[2]) for row in rows}
