"""Eight clients issuing 400 invoices while eight tills sell without pause: none refused, numbers without a hole, stock exact."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from bench import ground
from bench.client import Answer, Client, Refused
from bench.installation import Installation, copied, installation
from bench.measures import invoice, sale
from bench.rounds import percentile, show

CLIENTS = 8
INVOICES = 400
SMALL = 1.5  # of the demonstration: enough repairs for the invoices, and no more data
SOLD_EACH = 1_000  # thousandths of each article of a sale


@dataclass
class Writer:
    """One person at a desk, or at a till."""

    ms: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def work(self, operation: Callable[[], Answer | None], ready: threading.Barrier) -> None:
        """Do it again until it gives nothing."""
        ready.wait()
        while True:
            try:
                answer = operation()
            except (Refused, OSError) as error:
                self.refused.append(str(error)[:300])
                continue
            if answer is None:
                return
            self.ms.append(answer.ms)


def measure(database: str | None) -> None:
    """Print how many invoices and sales were written, how many refused, what is missing of the numbers and of the stock."""
    with copied(SMALL, database) as data, installation(data, SMALL, database, workers=0) as house:
        tickets = ground.ask("tickets", INVOICES, env=house.env)
        shop = ground.ask("tills", env=house.env)
        left, last, before = list(tickets), _invoices(house), _stock(house, shop["articles"])
        busy = threading.Event()
        busy.set()
        desks = [Writer() for _ in range(CLIENTS)]
        tills = [Writer() for _ in shop["codes"]]
        ready, start = threading.Barrier(len(desks) + len(tills)), time.monotonic()
        doing = [threading.Thread(target=desk.work, args=(_issuer(house, left), ready)) for desk in desks]
        selling = [
            threading.Thread(target=till.work, args=(_seller(house, code, shop["articles"], busy), ready))
            for till, code in zip(tills, shop["codes"], strict=True)
        ]
        for thread in (*doing, *selling):
            thread.start()
        for thread in doing:
            thread.join()
        busy.clear()
        for thread in selling:
            thread.join()
        seconds = time.monotonic() - start
        issued, sold = [ms for desk in desks for ms in desk.ms], [ms for till in tills for ms in till.ms]
        given = sorted(_invoices(house) - last)
        taken = [was - now for was, now in zip(before, _stock(house, shop["articles"]), strict=True)]
        show(
            f"money_writers_{house.engine.dialect.name}", SMALL, p50_ms=percentile(issued, 0.5), p95_ms=percentile(issued, 0.95),
            sale_p50_ms=percentile(sold, 0.5), sale_p95_ms=percentile(sold, 0.95), seconds=seconds, invoices=len(given), sales=len(sold),
            refused=[word for one in (*desks, *tills) for word in one.refused],
            holes=given[-1] - given[0] + 1 - len(given) + _till_holes(house), stock_off=sum(abs(each - len(sold) * SOLD_EACH) for each in taken),
        )  # fmt: skip


def _issuer(house: Installation, left: list[str]) -> Callable[[], Answer | None]:
    client = Client.signed_in(house.base, "gerant")

    def operation() -> Answer | None:
        try:
            number = left.pop()
        except IndexError:
            return None
        return invoice.issued(client, number)

    return operation


def _seller(house: Installation, code: str, articles: list[int], busy: threading.Event) -> Callable[[], Answer | None]:
    client = Client.signed_in(house.base, "accueil")
    return lambda: sale.sold(client, code, articles) if busy.is_set() else None


def _invoices(house: Installation) -> set[int]:
    """Numbers given this year: F-2026-0042 is 42."""
    rows = house.rows("SELECT number FROM sales_document WHERE number LIKE :year", year=f"F-{time.strftime('%Y')}-%")
    return {int(str(row[0]).rpartition("-")[2]) for row in rows}


def _till_holes(house: Installation) -> int:
    rows = house.rows("SELECT till_id, count(*), max(number), min(number) FROM till_sale GROUP BY till_id")
    ranks = [(int(str(row[1])), *(int(str(number).rpartition("-")[2]) for number in row[2:])) for row in rows]
    return sum(last - first + 1 - count for count, last, first in ranks)


def _stock(house: Installation, articles: list[int]) -> list[int]:
    wanted = ", ".join(map(str, articles))
    rows = house.rows(
        f"SELECT article_id, sum(quantity) FROM stock_level WHERE article_id IN ({wanted}) GROUP BY 1 ORDER BY 1"  # noqa: S608
    )
    return [int(str(row[1])) for row in rows]
