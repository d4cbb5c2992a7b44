"""6,500 articles while one types: the rows of the list under the field, for one letter more each time."""

from collections.abc import Callable
from itertools import cycle
from urllib.parse import quote

from bench.client import Answer, Client
from bench.installation import Installation
from bench.rounds import Measure

FROM = 2  # letters


def prepare(client: Client, house: Installation) -> Callable[[], Answer]:
    """The first word of some articles, letter by letter."""
    labels = house.rows("SELECT label FROM article WHERE archived_at IS NULL ORDER BY id DESC LIMIT 12")
    words = [str(row[0]).split()[0] for row in labels]
    typed = cycle(word[:end] for word in words for end in range(FROM, len(word) + 1))
    return lambda: client.get(f"/ventes/articles?q={quote(next(typed))}", htmx=True)


MEASURE = Measure("articles", prepare)
