"""The three totals of an invoice, chosen so that they add up. Cents, without sign."""

import re
from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from app.documents.printed.places import Seen, near
from app.documents.printed.values import Found, amounts_in

GROSS = re.compile(
    r"net a payer|total (?:general )?t\.?t\.?c\.?|montant (?:total )?t\.?t\.?c\.?|total a payer|toutes taxes comprises|t\.?t\.?c\.? a payer"
    r"|montant a payer|solde a payer|(?:grand|invoice) total|total (?:amount )?due|amount due|total incl[a-z.]*(?: vat| tax)?|\bt\.?t\.?c\b\.?"
    r"|total (?:de l'avoir|a deduire|en votre faveur)"
)
NET = re.compile(
    r"total (?:net )?h\.?t\b\.?|montant (?:net |total )?h\.?t\b\.?|net h\.?t\b\.?|total hors taxes?|hors taxes?|base h\.?t\b\.?|sous-?total|sub-?total"
    r"|total excl[a-z.]*(?: vat| tax)?|net amount|\bh\.?t\b\.?"
)
VAT = re.compile(r"(?:total |montant (?:de la |de )?)?t\.?v\.?a\b\.?|\bvat\b|total (?:des )?taxes|montant tax")
NO_VAT = re.compile(r"tva non applicable|293 ?b|exonera\w+ de tva|autoliquidation|reverse charge|auto-?liquidation")


class Totals(NamedTuple):
    """What seems to be each, None when nothing does; the words it was read among."""

    net: int | None = None
    vat: int | None = None
    gross: int | None = None
    excerpts: dict[str, str] = {}  # noqa: RUF012 - never written


def totals_in(lines: Sequence[str]) -> Totals:
    """The totals: three labelled amounts that add up, else two and what is missing between them, else the one that is labelled."""
    net, vat, gross = (_labelled(lines, label) for label in (NET, VAT, GROSS))
    vat += _sums(vat)
    if any(NO_VAT.search(line) for line in lines):
        vat.append(Seen(Found(0, 0, 0), "TVA non applicable"))
    whole = [
        (n, v, g)
        for g, n, v in product(_largest(gross), _largest(net), vat)
        if n.found.value + v.found.value == g.found.value and 0 <= v.found.value < max(1, n.found.value)
    ]
    if whole:
        n, v, g = max(whole, key=lambda three: (three[2].found.value, three[0].found.value))
        return Totals(n.found.value, v.found.value, g.found.value, _told(net=n, vat=v, gross=g))
    return _two(net, vat, gross, [one.value for line in lines for one in amounts_in(line)])


def _labelled(lines: Sequence[str], label: re.Pattern[str]) -> list[Seen[Found]]:
    seen = near(lines, label, amounts_in, last=True)
    first = near(lines, label, amounts_in)
    kept: dict[int, Seen[Found]] = {}
    for one in (*seen, *first):
        value = abs(one.found.value)
        kept.setdefault(value, Seen(one.found._replace(value=value), one.excerpt))
    return list(kept.values())


def _sums(vat: list[Seen[Found]]) -> list[Seen[Found]]:
    """Several rates: their taxes together, two by two and all."""
    values = [one.found.value for one in vat if one.found.value]
    pairs = {a + b for rank, a in enumerate(values) for b in values[rank + 1 :]} | {sum(values)}
    return [Seen(Found(value, 0, 0), "") for value in sorted(pairs) if value not in values]


def _largest(seen: list[Seen[Found]]) -> list[Seen[Found]]:
    return sorted(seen, key=lambda one: -one.found.value)[:12]


def _two(net: list[Seen[Found]], vat: list[Seen[Found]], gross: list[Seen[Found]], amounts: list[int]) -> Totals:
    """Two of them that agree with another amount of the page; else what is to pay alone."""
    others = {abs(value) for value in amounts}
    for g in _largest(gross):
        for n in _largest(net):
            tax = g.found.value - n.found.value
            if 0 < tax < n.found.value * 0.35 and tax in others:
                return Totals(n.found.value, tax, g.found.value, _told(net=n, gross=g))
        for v in vat:
            base = g.found.value - v.found.value
            if 0 < v.found.value < base * 0.35 and base in others:
                return Totals(base, v.found.value, g.found.value, _told(vat=v, gross=g))
    if gross:
        g = _largest(gross)[0]
        return Totals(gross=g.found.value, excerpts=_told(gross=g))
    return Totals()


def _told(**seen: Seen[Found]) -> dict[str, str]:
    return {name: one.excerpt for name, one in seen.items() if one.excerpt}
