"""The search box: the fragment with its 10 first results, for another name each time."""

from collections.abc import Callable
from itertools import cycle
from urllib.parse import quote

from bench.client import Answer, Client
from bench.installation import Installation
from bench.rounds import Measure


def prepare(client: Client, house: Installation) -> Callable[[], Answer]:
    """First words of clients' names, as one types them."""
    names = cycle(str(row[0]).split()[0] for row in house.rows("SELECT name FROM contact ORDER BY id LIMIT 40"))
    return lambda: client.get(f"/recherche?q={quote(next(names))}", htmx=True)


MEASURE = Measure("search", prepare)
