"""Sums of a ticket. Prices are cents with tax; the tax is taken out of each rate's total, once (BOI-TVA-LIQ-20)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.core.errors import DomainError
from app.core.i18n import _
from app.core.money import MAX_CENTS, discounted_cents, euros, round_half_up
from app.till.states import LineKind, Means


@dataclass(frozen=True, slots=True)
class SaleLine:
    """A line as it is sealed. `quantity` in thousandths (below zero when given back), `price` cents with tax, `discount`
    and `rate` in basis points; `list_price` is the catalogue's, `of` the line of the ticket that a refund gives back; `lots` the lot or
    serial numbers of an article `traced` by them."""

    label: str
    price: int
    quantity: int = 1000
    discount: int = 0
    kind: LineKind = LineKind.ITEM
    article_id: int | None = None
    reference: str = ""
    unit: str = ""
    family: str = ""
    vat_code: str = ""
    rate: int = 0
    reason: str = ""
    list_price: int | None = None
    document_id: int | None = None
    voucher: str = ""
    stocked: bool = False
    of: int | None = None
    amount: int | None = None
    traced: bool = False
    lots: str = ""

    @property
    def gross(self) -> int:
        """What the line comes to, with tax, in cents: `amount` when it is imposed (the last cents of a line given back)."""
        return discounted_cents(self.quantity, self.price, self.discount) if self.amount is None else self.amount

    @property
    def given(self) -> int:
        """What the discount takes off, in cents."""
        return discounted_cents(self.quantity, self.price, 0) - self.gross

    def told(self) -> dict[str, Any]:
        """The line as it is kept and sealed."""
        return {
            "kind": self.kind.value, "label": self.label, "reference": self.reference, "article": self.article_id,
            "family": self.family, "quantity": self.quantity, "unit": self.unit, "price": self.price,
            "list_price": self.list_price, "discount": self.discount, "gross": self.gross, "vat_code": self.vat_code,
            "rate": self.rate, "reason": self.reason, "document": self.document_id, "voucher": self.voucher,
            "stocked": self.stocked, "of": self.of, **({"lots": self.lots} if self.lots else {}),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Paid:
    """A means of payment of a ticket: what was handed over, in cents (below zero when given back to the client). `payer_id`: the
    third party that owes it, under the mention of `reference`."""

    means: Means
    amount: int
    reference: str = ""
    payer_id: int | None = None


def net_of(gross: int, rate: int) -> int:
    """What is left of an amount with tax once the tax of that rate (basis points) is taken out, in cents."""
    return round_half_up(Decimal(gross) * 10_000 / (10_000 + rate))


def shares_of(lines: Iterable[SaleLine]) -> list[dict[str, Any]]:
    """Base, tax and total of each rate of what was sold, in cents, by rate then code."""
    sums: dict[tuple[int, str, str], int] = defaultdict(int)
    for line in lines:
        if line.kind == LineKind.ITEM:
            sums[line.rate, line.vat_code, line.reason] += line.gross
    return [_share(key, gross) for key, gross in sorted(sums.items())]


def _share(key: tuple[int, str, str], gross: int) -> dict[str, Any]:
    rate, code, reason = key
    base = net_of(gross, rate)
    return {"code": code, "rate": rate, "reason": reason, "base": base, "vat": gross - base, "gross": gross}


@dataclass(frozen=True, slots=True)
class Sums:
    """Totals of a ticket in cents: sold (net, tax, gross), settled beside, what is to pay."""

    shares: list[dict[str, Any]]
    gross: int
    settled: int

    @property
    def net(self) -> int:
        """Without tax."""
        return sum(int(share["base"]) for share in self.shares)

    @property
    def vat(self) -> int:
        """The tax."""
        return self.gross - self.net

    @property
    def due(self) -> int:
        """To pay."""
        return self.gross + self.settled


def sums_of(lines: Sequence[SaleLine]) -> Sums:
    """Totals of lines. Raises DomainError when they are beyond what a till counts."""
    shares = shares_of(lines)
    gross = sum(int(share["gross"]) for share in shares)
    settled = sum(line.gross for line in lines if line.kind != LineKind.ITEM)
    if abs(gross) > MAX_CENTS or abs(settled) > MAX_CENTS:
        raise DomainError(_("Ce total est trop grand. Vérifiez les quantités et les prix."))
    return Sums(shares, gross, settled)


def settle(due: int, means: Sequence[Paid]) -> tuple[list[dict[str, Any]], int]:
    """(means as they are sealed, change in cents). Change is given from cash alone.

    Raises DomainError when something is missing, or when too much came by another means than cash.
    """
    if any(paid.amount <= 0 for paid in means):
        raise DomainError(_("Un moyen de paiement n'a pas de montant. Tapez-le, ou retirez ce moyen."))
    handed = sum(paid.amount for paid in means)
    if handed < due:
        raise DomainError(_("Il manque %(left)s. Ajoutez un moyen de paiement.", left=euros(due - handed)))
    change = handed - due
    cash = sum(paid.amount for paid in means if paid.means == Means.CASH)
    if change > cash:
        raise DomainError(
            _("%(more)s de trop : seules les espèces se rendent. Corrigez le montant.", more=euros(change - cash))
        )
    return _without_change(means, change), change


def _without_change(means: Sequence[Paid], change: int) -> list[dict[str, Any]]:
    kept = []
    for paid in means:
        back = min(change, paid.amount) if paid.means == Means.CASH else 0
        change -= back
        kept.append(row_of(paid, paid.amount - back, paid.amount))
    return kept


def row_of(paid: Paid, amount: int, received: int) -> dict[str, Any]:
    """A means as it is sealed; of a third party's part, with who owes it."""
    row = {"means": paid.means.value, "amount": amount, "received": received, "reference": paid.reference}
    return row | {"payer": paid.payer_id} if paid.means == Means.THIRD else row


def by_means(rows: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Cents per means of sealed rows."""
    found: dict[str, int] = defaultdict(int)
    for row in rows:
        found[row["means"]] += int(row["amount"])
    return dict(found)
