"""What the client takes of a quote of sale: its plain lines, the options he ticks, one line of each choice."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from app.core import clock
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.money import euros
from app.sales.models import Quote, QuoteLine
from app.sales.services.documents.amounts import Share, bases_of, deposit_of, shares_of
from app.sales.services.offers.paper import printed
from app.sales.states import LineKind


@dataclass(frozen=True, slots=True)
class Amounts:
    """Totals in cents, the split by rate, and the deposit that they ask for."""

    net: int
    vat: int
    gross: int
    deposit: int
    shares: list[Share]


def amounts_of(quote: Quote, lines: Iterable[QuoteLine]) -> Amounts:
    """What these lines of a quote amount to."""
    shares = shares_of(bases_of(lines), clock.today())
    net, vat = sum(share["base"] for share in shares), sum(share["vat"] for share in shares)
    return Amounts(net, vat, net + vat, deposit_of(shares, quote.deposit_share, quote.deposit_amount), shares)


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
    for line in quote.lines:
        line.chosen = line in taken and bool(line.optional or line.choice)
    quote.net, quote.vat, quote.gross = amounts.net, amounts.vat, amounts.gross
    kept = [line for line in quote.lines if line.counted or line.kind != LineKind.ITEM]
    quote.content = {**quote.content, "accepted": printed(quote, kept)}
