"""An article chosen on a line: whether the line stands by itself, and those that it brings, at the prices of the client (C11)."""

from dataclasses import dataclass

from app.catalog.queries import PartRow, lines_brought, opens, options_of, row_of
from app.tariffs.services.offers import offers


@dataclass(frozen=True, slots=True)
class Brought:
    """A line that an article brings: thousandths, and cents without tax a unit."""

    part: PartRow
    quantity: int
    price: int


def brought(
    article_id: int | None, quantity: int, unit_price: int, contact_id: int | None
) -> tuple[bool, list[Brought]]:
    """(whether its own line stands, what it brings beside) of so many thousandths of an article sold at that price.

    A standard service without a price of its own is what it brings; so is a bundle, which at a price is one line alone.
    """
    article = row_of(article_id)
    if article is None or not opens(article.kind, unit_price):
        return True, []
    found = lines_brought(article.id, quantity)
    lines = _priced(found, contact_id)
    return bool(unit_price) or not lines, lines


def in_option(article_id: int | None, quantity: int, contact_id: int | None) -> list[Brought]:
    """What so many thousandths of an article may be completed with: its parts in option, at the prices of the client."""
    article = row_of(article_id)
    return _priced(options_of(article.id, quantity), contact_id) if article is not None else []


def _priced(found: list[tuple[PartRow, int]], contact_id: int | None) -> list[Brought]:
    prices = offers([(part.part_id, wanted) for part, wanted in found], contact_id)
    return [Brought(part, wanted, prices[part.part_id, wanted].net) for part, wanted in found]
