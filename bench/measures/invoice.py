"""An invoice of ten lines made of a repair's lines and issued: two requests, without the pages they lead to."""

from collections.abc import Callable

from bench import ground
from bench.client import Answer, Client
from bench.installation import Installation
from bench.rounds import REPEATS, ROUNDS, WARM_UP, Measure

TIMES = 20
FIELDS = {"version": ""}


def prepare(client: Client, house: Installation) -> Callable[[], Answer]:
    """Another repair each time."""
    numbers = iter(ground.ask("tickets", ROUNDS * TIMES + 2 * WARM_UP + REPEATS, env=house.env))
    return lambda: issued(client, next(numbers))


def issued(client: Client, ticket: str) -> Answer:
    """Create and issue the invoice of a repair; the milliseconds and statements of both requests."""
    made = client.post(f"/dossiers/{ticket}/facture", {}, follow=False)
    done = client.post(f"{made.url}/emission", FIELDS, follow=False)
    return Answer(made.ms + done.ms, done.body, done.url, made.queries + done.queries)


MEASURE = Measure("invoice", prepare, repeats=TIMES)
