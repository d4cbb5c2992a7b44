"""A sale of three articles at the till, paid in cash: the request that numbers and seals it, without the page it leads to."""

import json
import secrets
from collections.abc import Callable
from itertools import cycle
from typing import Any

from bench import ground
from bench.client import Answer, Client
from bench.installation import Installation
from bench.rounds import Measure

MUCH = 500_00  # cents: more than the three articles cost, the change is given


def prepare(client: Client, house: Installation) -> Callable[[], Answer]:
    """The tills that are open, in turn."""
    shop = ground.ask("tills", env=house.env)
    codes = cycle(shop["codes"])
    return lambda: sold(client, next(codes), shop["articles"])


def sold(client: Client, code: str, articles: list[int]) -> Answer:
    """Press « Encaisser »."""
    cart: dict[str, Any] = {
        "items": [{"what": "article", "ref": article, "quantity": 1_000, "discount": 0} for article in articles],
        "means": [["cash", MUCH, ""]],
        "key": secrets.token_urlsafe(12),
    }
    return client.post(f"/caisse/{code}", {"do": "encaisser", "cart": json.dumps(cart)}, follow=False)


MEASURE = Measure("sale", prepare)
