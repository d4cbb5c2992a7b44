"""What a standard service or a bundle is made of: its parts, the lines that it brings, what it takes from the stock."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from sqlalchemy import select

from app.catalog.models import Article, ArticlePart
from app.catalog.queries.articles import row_of
from app.catalog.states import ArticleKind, Origin
from app.core.db import db

DEEPEST = 5  # bundles in bundles
MADE = (ArticleKind.STANDARD, ArticleKind.BUNDLE)


class PartRow(NamedTuple):
    """A component of an article. `quantity` in thousandths."""

    id: int
    part_id: int
    quantity: int
    optional: bool
    reference: str
    label: str
    unit: str
    price: int
    price_gross: int
    vat_code: str
    kind: ArticleKind
    minutes: int
    cost: int
    origin: Origin
    stocked: bool


def parts_of(article_id: int) -> list[PartRow]:
    """What an article brings, in order."""
    query = (
        select(
            ArticlePart.id, ArticlePart.part_id, ArticlePart.quantity, ArticlePart.optional, Article.reference, Article.label,
            Article.unit, Article.price, Article.price_gross, Article.vat_code, Article.kind, Article.minutes, Article.cost,
            Article.origin, Article.stocked,
        )
        .join(Article, Article.id == ArticlePart.part_id)
        .where(ArticlePart.whole_id == article_id)
        .order_by(ArticlePart.position, ArticlePart.id)
    )  # fmt: skip
    return [PartRow(*values) for values in map(tuple[Any, ...], db.session.execute(query))]


def lines_brought(article_id: int, quantity: int = 1000) -> list[tuple[PartRow, int]]:
    """(part, thousandths) of the lines that so many of an article bring, options left out: a part of a price is a line, and
    so is what a standard service holds; a bundle of a price is one line, one without is what it holds (C4, C11)."""
    return _brought(article_id, quantity, 0)


def _brought(article_id: int, quantity: int, depth: int) -> list[tuple[PartRow, int]]:
    found: list[tuple[PartRow, int]] = []
    for part in parts_of(article_id):
        wanted = round(part.quantity * quantity / 1000)
        if part.optional or not wanted:
            continue
        inside = opens(part.kind, part.price) and depth < DEEPEST
        brought = _brought(part.part_id, wanted, depth + 1) if inside else []
        if part.price or not brought:
            found.append((part, wanted))
        found += brought
    return found


def options_of(article_id: int, quantity: int = 1000) -> list[tuple[PartRow, int]]:
    """(part, thousandths) of what so many of an article are offered with: its parts in option, and those of what it holds."""
    return _offered(article_id, quantity, 0)


def _offered(article_id: int, quantity: int, depth: int) -> list[tuple[PartRow, int]]:
    found: list[tuple[PartRow, int]] = []
    for part in parts_of(article_id):
        wanted = round(part.quantity * quantity / 1000)
        if part.optional and wanted:
            found.append((part, wanted))
        elif part.kind in MADE and depth < DEEPEST:
            found += _offered(part.part_id, wanted, depth + 1)
    return found


def opens(kind: ArticleKind, price: int) -> bool:
    """Whether an article at that price brings lines: a standard service always, a bundle when it is not sold as one."""
    return kind == ArticleKind.STANDARD or (kind == ArticleKind.BUNDLE and not price)


def parts_beside(article_id: int | None, price: int) -> list[PartRow]:
    """What choosing an article at that price brings beside its own line, or in its place."""
    article = row_of(article_id)
    if article is None or not opens(article.kind, price):
        return []
    return [part for part in parts_of(article.id) if not part.optional]


def components_of(sold: Mapping[int, int]) -> dict[int, int]:
    """Thousandths of each followed article that selling these (thousandths by article) takes from the stock: themselves, or
    of a bundle or a standard service what it is made of, options left out."""
    taken: dict[int, int] = defaultdict(int)
    for own in db.session.execute(select(Article.id, Article.kind, Article.stocked).where(Article.id.in_(sold))):
        if own.kind in MADE:
            for part_id, quantity in _components(own.id, sold[own.id], 0):
                taken[part_id] += quantity
        elif own.stocked:
            taken[own.id] += sold[own.id]
    return dict(taken)


def _components(article_id: int, quantity: int, depth: int) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for part in parts_of(article_id):
        wanted = round(part.quantity * quantity / 1000)
        if part.optional:
            continue
        if part.kind in MADE and depth < DEEPEST:
            found += _components(part.part_id, wanted, depth + 1)
        elif part.stocked:
            found.append((part.part_id, wanted))
    return found


def stocked_in(article_id: int | None, quantity: int) -> dict[int, int]:
    """{article: thousandths} of the followed articles that a line of so many takes: itself, or what a bundle is made of. What
    a standard service brings has lines of its own."""
    own = row_of(article_id)
    return components_of({own.id: quantity}) if own is not None and own.kind != ArticleKind.STANDARD else {}


def used_in(article_id: int) -> list[tuple[int, str]]:
    """(id, label) of the standard services and bundles in use that bring this article."""
    query = (
        select(Article.id, Article.label)
        .join(ArticlePart, ArticlePart.whole_id == Article.id)
        .where(ArticlePart.part_id == article_id, Article.archived_at.is_(None))
        .order_by(Article.label)
        .limit(50)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]
