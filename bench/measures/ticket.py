"""The page of a repair in progress, another one each time."""

from collections.abc import Callable
from itertools import cycle

from bench.client import Answer, Client
from bench.installation import Installation
from bench.rounds import Measure


def prepare(client: Client, house: Installation) -> Callable[[], Answer]:
    """Repairs being done: those with diagnosis, lines and a time-line."""
    numbers = cycle(
        str(row[0]) for row in house.rows("SELECT number FROM ticket WHERE state = 'repairing' ORDER BY id LIMIT 20")
    )
    return lambda: client.get(f"/dossiers/{next(numbers)}")


MEASURE = Measure("ticket", prepare)
