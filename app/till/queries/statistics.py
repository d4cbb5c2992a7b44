"""What was sold by hour, family, means and day. Amounts are cents with tax."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from app.core import clock
from app.core.db import db
from app.till.queries.records import sales_between
from app.till.states import LineKind, Means, SaleKind


@dataclass
class Statistics:
    """Sums of a period. Each dictionary is in the order of its labels."""

    tickets: int = 0
    gross: int = 0
    refunded: int = 0
    hours: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    families: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    means: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    days: dict[date, int] = field(default_factory=lambda: defaultdict(int))
    articles: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))

    @property
    def basket(self) -> int:
        """The mean ticket, in cents."""
        return round(self.gross / self.tickets) if self.tickets else 0


def statistics(begins: date, ends: date, till_id: int | None = None) -> Statistics:
    """The sums of what was sold between two days, included."""
    found = Statistics()
    for sale in db.session.execute(sales_between(begins, ends, till_id)):
        here = clock.local(sale.at)
        found.gross += sale.gross
        found.tickets += sale.kind == SaleKind.SALE
        found.refunded -= sale.gross if sale.kind == SaleKind.REFUND else 0
        found.hours[here.hour] += sale.gross
        found.days[here.date()] += sale.gross
        for row in sale.means:
            found.means[Means(row["means"]).label] += row["amount"]
        for line in sale.lines:
            if line["kind"] == LineKind.ITEM:
                found.families[line["family"]] += line["gross"]
                article = found.articles[line["label"]]
                article[0], article[1] = article[0] + line["quantity"], article[1] + line["gross"]
    return found
