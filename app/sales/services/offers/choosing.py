"""What the client takes of a quote of sale: its plain lines, the options he ticks, one line of each choice."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from app.core import clock
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.money import euros
from app.sales.models import Quote, QuoteLine
from app.sales.services.documents.amounts import Share, bases_of, deposit_of, shares_of
from app.sales.services.facturx.shape import nature_of
from app.sales.services.offers.paper import printed
from app.sales.services.thirds import of_quote, told
from app.sales.states import LineKind


@dataclass(frozen=True, slots=True)
class Amounts:
    """Totals in cents, the split by rate, the deposit that they ask for, and what others pay (`thirds`, printed after the total)."""

    net: int
    vat: int
    gross: int
    deposit: int
    shares: list[Share]
    thirds: list[dict[str, Any]]

    @property
    def covered(self) -> int:
        """What others pay of it."""
        return sum(int(third["cents"]) for third in self.thirds)

    @property
    def due(self) -> int:
        """What is left to the client; below zero when others would pay more than the total."""
        return self.gross - self.covered


def amounts_of(quote: Quote, lines: Iterable[QuoteLine]) -> Amounts:
    """What these lines of a quote amount to."""
    shares = shares_of(bases_of(lines), clock.today())
    net, vat = sum(share["base"] for share in shares), sum(share["vat"] for share in shares)
    deposit = deposit_of(shares, quote.deposit_share, quote.deposit_amount)
    return Amounts(net, vat, net + vat, deposit, shares, told(of_quote(quote.id)))


def check_parts(amounts: Amounts) -> None:
    """Raises DomainError when what others pay, or the deposit with it, is more than the total."""
    if amounts.due < 0:
        words = _("La part payée par des tiers, %(parts)s, dépasse le total de %(gross)s. Baissez-la, ou ajoutez des lignes.",
                  parts=euros(amounts.covered), gross=euros(amounts.gross))  # fmt: skip
        raise DomainError(words)
    if amounts.deposit > amounts.due:
        raise DomainError(_("L'acompte dépasse ce qui reste à payer, %(due)s. Baissez-le.", due=euros(amounts.due)))


def choices_of(lines: Iterable[QuoteLine]) -> dict[str, list[QuoteLine]]:
    """The lines of each choice, by its name."""
    found: dict[str, list[QuoteLine]] = defaultdict(list)
    for line in lines:
        if line.choice and line.kind == LineKind.ITEM:
            found[line.choice].append(line)
    return dict(found)


def proposed(quote: Quote) -> set[int]:
    """Ids of the options and choices that are taken to begin with."""
    return {line.id for line in quote.lines if line.chosen}


def check_choice(quote: Quote, ids: Collection[int]) -> list[QuoteLine]:
    """The lines that count when these are taken. Raises DomainError when one is unknown, or a choice is not made."""
    wanted = set(ids)
    free = {line.id for line in quote.lines if line.optional or line.choice}
    if wanted - free:
        raise DomainError(_("Une des options n'est plus proposée. Rechargez la page, puis choisissez de nouveau."))
    for name, lines in choices_of(quote.lines).items():
        if len(wanted & {line.id for line in lines}) != 1:
            raise DomainError(_("Choisissez une des possibilités pour « %(name)s ».", name=name), field="choice")
    return [
        line
        for line in quote.lines
        if line.kind == LineKind.ITEM and (line.id in wanted or not (line.optional or line.choice))
    ]


def take_choice(quote: Quote, ids: Collection[int] | None, expected: int | None = None) -> None:
    """Write what the client takes on a locked quote (what was proposed, when nothing is said), and its totals.

    `expected` is the total that he read, in cents. Raises DomainError when it is another one: he reads again, then agrees.
    """
    taken = check_choice(quote, proposed(quote) if ids is None else ids)
    amounts = amounts_of(quote, taken)
    if expected is not None and expected != amounts.gross:
        raise DomainError(
            _("Avec vos choix, le total est de %(gross)s. Relisez-le, puis acceptez.", gross=euros(amounts.gross)),
            field="expected",
        )
    if not 0 <= amounts.deposit <= amounts.due:
        raise DomainError(
            _("Avec ces choix, la part prise en charge ne convient plus au total. Choisissez autrement, ou appelez-nous."),
            field="choice",
        )  # fmt: skip
    for line in quote.lines:
        line.chosen = line in taken and bool(line.optional or line.choice)
    quote.net, quote.vat, quote.gross = amounts.net, amounts.vat, amounts.gross
    kept = [line for line in quote.lines if line.counted or line.kind != LineKind.ITEM]
    quote.content = {**quote.content, "accepted": printed(quote, kept), "nature": nature_of(taken)}
