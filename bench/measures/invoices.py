"""The list of 20,000 invoices, 50 a page."""

from collections.abc import Callable

from bench import ground
from bench.client import Answer, Client
from bench.installation import Installation
from bench.rounds import Measure


def prepare(client: Client, house: Installation) -> Callable[[], Answer]:
    """The invoices are laid once."""
    if not house.rows("SELECT 1 FROM sales_document WHERE number = 'A-000000'"):
        ground.ask("invoices", env=house.env)
    return lambda: client.get("/factures?par=50")


MEASURE = Measure("invoices", prepare)
