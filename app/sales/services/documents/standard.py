"""An article put on a document or a quote of sale: one line, or for a standard service the lines that it brings (C11)."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from app.catalog.queries import parts_of
from app.core import clock
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.money import line_cents
from app.core.money import quantity as written
from app.sales.models import DocumentLine, SalesDocument
from app.sales.services.documents.editing import add_line
from app.sales.services.documents.lines import LineData
from app.sales.services.documents.vat import rates_on, vat_of
from app.sales.states import LineKind
from app.tariffs.services import Brought, brought, in_option

UNIT = 1000


def add_article_line(document: SalesDocument, line: LineData, taken: Collection[int] = ()) -> list[DocumentLine]:
    """Add a line at the end of a locked draft; of a standard service, then the lines that it brings. `taken`: ids of the
    articles in option that were ticked. Raises DomainError."""
    lines = lines_of_article(line, document.contact_id)
    for extra in options_of_line(line, document.contact_id) if taken else ():
        lines += lines_of_article(extra, document.contact_id) if extra.article_id in taken else []
    return [add_line(document, item) for item in lines]


def lines_of_article(line: LineData, contact_id: int | None) -> list[LineData]:
    """The line, and those that its article brings at the prices of this client; the discount is that of all of them."""
    if line.kind != LineKind.ITEM:
        return [line]
    stands, more = brought(line.article_id, line.quantity, line.unit_price, contact_id)
    own = [line] if stands else []
    return own + [_line(item, line.discount) for item in more]


def options_of_line(line: LineData, contact_id: int | None) -> list[LineData]:
    """What the article of a line may be completed with, a line each, at the prices of this client."""
    return [_line(item, line.discount) for item in in_option(line.article_id, line.quantity, contact_id)]


def _line(item: Brought, discount: int) -> LineData:
    return LineData(
        item.part.label, item.quantity, item.price, item.part.vat_code, discount, reference=item.part.reference,
        unit=item.part.unit, article_id=item.part.part_id, cost=item.part.cost,
    )  # fmt: skip


def as_one(line: LineData, contact_id: int | None) -> LineData:
    """The same in one line worth all of them, for what a client takes or leaves as a whole. Raises DomainError, with the
    field `taking`, when they bear several rates of VAT."""
    lines = lines_of_article(line, contact_id)
    if len(lines) == 1 or not line.quantity:
        return lines[0]
    rates = rates_on(clock.today())
    codes = {vat_of(item.vat_code, rates).code for item in lines}
    if len(codes) > 1:
        raise DomainError(
            _("« %(label)s » apporte des lignes de plusieurs taux de TVA : mettez-la comprise dans le prix, ou faites une ligne par taux.", label=line.label),
            field="taking",
        )  # fmt: skip
    return replace(
        line, unit_price=_each(line, [(item.quantity, item.unit_price) for item in lines]), vat_code=codes.pop(),
        cost=_each(line, [(item.quantity, item.cost) for item in lines]), detail=line.detail or contents(line.article_id),
    )  # fmt: skip


def _each(line: LineData, parts: Sequence[tuple[int, int]]) -> int:
    return round(sum(line_cents(quantity, price) for quantity, price in parts) * UNIT / line.quantity)


def contents(article_id: int | None) -> str:
    """« Comprend : 4 × Bouchon, 1 × Pompe »; "" for an article that is not made of others."""
    parts = [part for part in parts_of(article_id) if not part.optional] if article_id else []
    listed = ", ".join(f"{written(part.quantity)} × {part.label}" for part in parts)
    return _("Comprend : %(parts)s", parts=listed) if listed else ""
