"""Totals of a document: by VAT code and rate, checked by us before it is issued."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from app.core import clock, money
from app.core.i18n import _
from app.sales.models import DocumentLine, PricedLine, SalesDocument, ThirdPartyShare
from app.sales.services.documents.vat import rates_on
from app.sales.states import DocumentKind, LineKind

#: One entry of `SalesDocument.shares`: code, rate (basis points), category, reason, vatex, base and vat (cents).
Share = dict[str, Any]
#: (code, rate) → cents.
ByRate = dict[tuple[str, int], int]


def bases_of(lines: Iterable[PricedLine]) -> ByRate:
    """What each rate is computed on, in cents."""
    bases: ByRate = defaultdict(int)
    for line in lines:
        if line.kind == LineKind.ITEM:
            bases[line.vat_code, line.vat_rate] += line.net
    return dict(bases)


def vat_on(base: int, rate: int) -> int:
    """The tax of a base in cents, rounded once."""
    return money.totals([(base, rate)]).vat


def deposit_of(shares: Sequence[Share], share: int, amount: int) -> int:
    """Cents with tax of a deposit, as its invoice will ask for it: rounded in each rate."""
    if not share:
        return amount
    parts = [
        (money.round_half_up(Decimal(row["base"]) * share / 10_000), row["rate"]) for row in shares if row["base"] > 0
    ]
    return sum(base + vat_on(base, rate) for base, rate in parts)


def shares_of(bases: ByRate, day: date, vats: ByRate | None = None) -> list[Share]:
    """The split by rate, highest first; `vats` gives the tax where it follows from other documents and not from the base."""
    rates = rates_on(day)
    made = []
    for (code, rate), base in sorted(bases.items(), key=lambda item: (-item[0][1], item[0][0])):
        row = rates.get(code)
        vat = vat_on(base, rate) if vats is None else vats.get((code, rate), 0)
        made.append({
            "code": code, "rate": rate, "category": row.category.value if row else "S", "reason": row.reason if row else "",
            "vatex": row.vatex if row else "", "base": base, "vat": vat,
        })  # fmt: skip
    return made


def put_totals(
    document: SalesDocument,
    lines: Sequence[DocumentLine],
    thirds: Sequence[ThirdPartyShare] = (),
    vats: ByRate | None = None,
) -> None:
    """Write the totals of these lines on their document. What third parties pay comes after the total."""
    document.shares = shares_of(bases_of(lines), document.issued_on or clock.today(), vats)
    document.net = sum(share["base"] for share in document.shares)
    document.vat = sum(share["vat"] for share in document.shares)
    document.gross = document.net + document.vat
    document.third_party = sum(third.amount for third in thirds)
    document.due = document.gross - document.third_party - document.prepaid


def inconsistencies(
    document: SalesDocument, lines: Sequence[DocumentLine], thirds: Sequence[ThirdPartyShare]
) -> list[str]:
    """French sentences: what does not add up. Nothing when quantity × price − discount = line and shares = totals."""
    found = [
        _("La ligne « %(label)s » ne fait pas quantité × prix − remise.", label=line.label)
        for line in lines
        if line.kind == LineKind.ITEM and line.net != line.computed()
    ]
    bases = bases_of(lines)
    if {(share["code"], share["rate"]): share["base"] for share in document.shares} != bases:
        found.append(_("Les bases de TVA ne sont pas la somme des lignes."))
    slack = _slack(document)
    found += [
        _("La TVA à %(rate)s n'est pas celle de sa base.", rate=money.percent(share["rate"]))
        for share in document.shares
        if abs(share["vat"] - vat_on(share["base"], share["rate"])) > slack
    ]
    net, vat = sum(share["base"] for share in document.shares), sum(share["vat"] for share in document.shares)
    if (document.net, document.vat, document.gross) != (net, vat, net + vat):
        found.append(_("Le total n'est pas la somme des taux."))
    if document.third_party != sum(third.amount for third in thirds):
        found.append(_("La part des tiers n'est pas la somme de leurs parts."))
    if document.due != document.gross - document.third_party - document.prepaid:
        found.append(_("Le net à payer n'est pas le total moins la part des tiers et les acomptes."))
    if document.kind != DocumentKind.CREDIT and document.prepaid > max(0, document.gross - document.third_party):
        found.append(
            _(
                "Les acomptes déduits dépassent la facture. Abandonnez ce brouillon, puis facturez de nouveau la commande."
            )
        )
    return found


def _slack(document: SalesDocument) -> int:
    """Cents: an instalment's tax is what brings the sum of all to the order's, so it may differ by a rounding."""
    derived = document.kind in (DocumentKind.DEPOSIT, DocumentKind.PROGRESS, DocumentKind.CREDIT)
    return 2 if derived or document.order_id else 0


def by_rate(shares: Iterable[Share]) -> tuple[ByRate, ByRate]:
    """(bases, taxes) of shares by code and rate."""
    bases: ByRate = defaultdict(int)
    vats: ByRate = defaultdict(int)
    for share in shares:
        bases[share["code"], share["rate"]] += share["base"]
        vats[share["code"], share["rate"]] += share["vat"]
    return dict(bases), dict(vats)
