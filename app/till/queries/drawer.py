"""What a session sold, received and should have in its drawer. Amounts are cents; training counts for nothing."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.core.db import db
from app.till.models import TillEvent, TillSale, TillSession
from app.till.states import COUNTED, EventKind, LineKind, Means, SaleKind


@dataclass
class Figures:
    """Sums of a session or a longer period. `means`: what paid for sales; `settled`: for invoices; `beside`: for accounts
    and vouchers sold. `rates`: (code, rate) → base, tax and total."""

    tickets: int = 0
    net: int = 0
    vat: int = 0
    gross: int = 0
    absolute: int = 0
    refunds: int = 0
    refunded: int = 0
    discounts: int = 0
    first: str = ""
    last: str = ""
    means: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    settled: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    beside: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    account_paid: int = 0
    vouchers_sold: int = 0
    rates: dict[tuple[str, int], list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0, 0]))
    cash_in: int = 0
    cash_out: int = 0

    def add(self, sale: Any) -> None:
        """Count a ticket (a row with the columns of `COLUMNS`)."""
        self.tickets += 1
        self.net, self.vat, self.gross = self.net + sale.net, self.vat + sale.vat, self.gross + sale.gross
        self.absolute += abs(sale.gross)
        self.first, self.last = self.first or sale.number, sale.number
        if sale.kind == SaleKind.REFUND:
            self.refunds, self.refunded = self.refunds + 1, self.refunded - sale.gross
        for row in sale.means:
            self.settled[row["means"]] += row["documents"]
            self.beside[row["means"]] += row["beside"]
            self.means[row["means"]] += row["amount"] - row["documents"] - row["beside"]
        for share in sale.shares:
            sums = self.rates[share["code"], share["rate"]]
            for place, key in enumerate(("base", "vat", "gross")):
                sums[place] += share[key]
        for line in sale.lines:
            self._line(line)

    def _line(self, line: Mapping[str, Any]) -> None:
        if line["kind"] == LineKind.ACCOUNT:
            self.account_paid += line["gross"]
        elif line["kind"] == LineKind.VOUCHER:
            self.vouchers_sold += line["gross"]
        elif line["discount"]:
            full = line["gross"] * 10_000 / (10_000 - line["discount"]) if line["discount"] < 10_000 else line["price"]
            self.discounts += round(full) - line["gross"]

    def received(self, means: Means) -> int:
        """All that came by one means, in cents."""
        return self.means[means.value] + self.settled[means.value] + self.beside[means.value]

    def told(self) -> dict[str, Any]:
        """The figures as a closing seals them."""
        return {
            "refunds": self.refunds, "refunded": self.refunded, "discounts": self.discounts, "first": self.first,
            "last": self.last, "means": _plain(self.means), "settled": _plain(self.settled),
            "beside": _plain(self.beside), "account_paid": self.account_paid, "vouchers_sold": self.vouchers_sold,
            "cash_in": self.cash_in, "cash_out": self.cash_out,
            "rates": [
                {"code": code, "rate": rate, "base": sums[0], "vat": sums[1], "gross": sums[2]}
                for (code, rate), sums in sorted(self.rates.items())
            ],
        }  # fmt: skip


def _plain(found: Mapping[str, int]) -> dict[str, int]:
    return {key: value for key, value in sorted(found.items()) if value}


COLUMNS = (
    TillSale.number, TillSale.kind, TillSale.net, TillSale.vat, TillSale.gross, TillSale.means, TillSale.shares, TillSale.lines,
)  # fmt: skip


def figures_of(session_id: int) -> Figures:
    """What a session sold and received."""
    found = Figures()
    query = (
        select(*COLUMNS).where(TillSale.session_id == session_id, TillSale.training.is_(False)).order_by(TillSale.id)
    )
    for sale in db.session.execute(query):
        found.add(sale)
    return found


def cash_moves(session: TillSession) -> tuple[int, int]:
    """(cents put into the drawer, cents taken out) since the session began, sales aside."""
    query = select(TillEvent.kind, TillEvent.facts).where(
        TillEvent.till_id == session.till_id, TillEvent.at >= session.opened_at,
        TillEvent.kind.in_((EventKind.CASH_IN, EventKind.CASH_OUT)),
    )  # fmt: skip
    return _moves(
        (kind, facts)
        for kind, facts in db.session.execute(query)
        if facts["session"] == session.id and not facts["training"]
    )


def _moves(rows: Iterable[tuple[EventKind, Mapping[str, Any]]]) -> tuple[int, int]:
    put = taken = 0
    for kind, facts in rows:
        if kind == EventKind.CASH_IN:
            put += int(facts["amount"])
        else:
            taken += int(facts["amount"])
    return put, taken


def full_figures(session: TillSession) -> Figures:
    """The figures of a session, with the cash that came and went beside its sales."""
    found = figures_of(session.id)
    found.cash_in, found.cash_out = cash_moves(session)
    return found


def expected_of(session: TillSession, figures: Figures) -> dict[str, int]:
    """What should be counted of each means when the session is closed."""
    expected = {means.value: figures.received(means) for means in COUNTED}
    expected[Means.CASH.value] += session.float_amount + figures.cash_in - figures.cash_out
    return expected


def cash_in_drawer(session: TillSession) -> int:
    """The cash that should be in the drawer now."""
    return expected_of(session, full_figures(session))[Means.CASH.value]
