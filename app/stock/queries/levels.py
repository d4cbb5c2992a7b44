"""How much there is, where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, or_, select

from app.catalog.models import Article, ArticleFamily, ArticleSupplier
from app.core.db import db
from app.core.fields import chosen_id
from app.core.revisions import kept_until
from app.stock.models import StockLevel, StockLot, StockPlace, StockReservation
from app.stock.states import ReservationState


class Level(NamedTuple):
    """Of an article, in thousandths: what there is, what of it nobody reserved."""

    quantity: int
    free: int


def levels_of(article_ids: Sequence[int], place_id: int | None = None) -> dict[int, Level]:
    """The levels of these articles, in one place or in all; an article that never came has none."""
    query = (
        select(StockLevel.article_id, func.sum(StockLevel.quantity), func.sum(StockLevel.quantity - StockLevel.held))
        .where(StockLevel.article_id.in_(article_ids))
        .group_by(StockLevel.article_id)
    )
    if place_id:
        query = query.where(StockLevel.place_id == place_id)
    return {row[0]: Level(int(row[1]), int(row[2])) for row in db.session.execute(query)}


def places(*, archived: bool = False) -> list[tuple[int, str]]:
    """(id, name) of the places, by name."""
    query = select(StockPlace.id, StockPlace.name).order_by(StockPlace.name)
    if not archived:
        query = query.where(StockPlace.archived_at.is_(None))
    return [(row[0], row[1]) for row in db.session.execute(query)]


def place_by_id(place_id: int | None) -> StockPlace | None:
    """The place of that id, when it is in use."""
    found = db.session.get(StockPlace, place_id) if place_id else None
    return found if found is not None and found.archived_at is None else None


def families() -> list[tuple[int, str]]:
    """(id, name) of the families of articles, by name."""
    query = select(ArticleFamily.id, ArticleFamily.name).where(ArticleFamily.archived_at.is_(None))
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(ArticleFamily.name))]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the query string asks of the list."""

    text: str = ""
    place: int | None = None
    family: int | None = None
    low: bool = False

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Filters":
        """From the query string; what makes no sense is left out."""
        return cls(
            args.get("q", "").strip()[:100], chosen_id(args.get("lieu")), chosen_id(args.get("famille")),
            args.get("minimum") == "1",
        )  # fmt: skip

    @property
    def any(self) -> bool:
        """True when something is filtered."""
        return bool(self.text or self.place or self.family or self.low)


def _sums(place_id: int | None = None) -> Any:
    query = select(
        StockLevel.article_id,
        func.sum(StockLevel.quantity).label("quantity"),
        func.sum(StockLevel.held).label("held"),
    ).group_by(StockLevel.article_id)
    if place_id:
        query = query.where(StockLevel.place_id == place_id)
    return query.subquery()


def _waiting() -> Any:
    return (
        select(StockReservation.article_id, func.sum(StockReservation.quantity).label("waiting"))
        .where(StockReservation.state == ReservationState.WAITING)
        .group_by(StockReservation.article_id)
        .subquery()
    )


def listing(filters: Filters) -> Select[Any]:
    """The list's query, by label: id, reference, label, unit, minimum, cost, family, quantity, held, waiting."""
    level, waiting = _sums(filters.place), _waiting()
    quantity, held = func.coalesce(level.c.quantity, 0), func.coalesce(level.c.held, 0)
    query = (
        select(
            Article.id, Article.reference, Article.label, Article.unit, Article.minimum, Article.cost,
            ArticleFamily.name.label("family"), quantity.label("quantity"), held.label("held"),
            func.coalesce(waiting.c.waiting, 0).label("waiting"),
        )
        .outerjoin(level, level.c.article_id == Article.id)
        .outerjoin(waiting, waiting.c.article_id == Article.id)
        .outerjoin(ArticleFamily, ArticleFamily.id == Article.family_id)
        .where(Article.stocked, Article.archived_at.is_(None))
        .order_by(Article.label, Article.id)
    )  # fmt: skip
    if filters.place:
        query = query.where(quantity > 0)
    if filters.family:
        query = query.where(Article.family_id == filters.family)
    if filters.low:
        query = query.where(or_(and_(Article.minimum > 0, quantity - held < Article.minimum), waiting.c.waiting > 0))
    if filters.text:
        query = query.where(matching(filters.text))
    return query


def matching(text: str) -> Any:
    """Articles whose reference, label or barcode has every word."""
    return and_(
        *(
            or_(
                Article.label.icontains(word, autoescape=True),
                Article.reference.icontains(word, autoescape=True),
                Article.barcode == word,
            )
            for word in text.split()[:6]
        )
    )


class Figures(NamedTuple):
    """Of the whole stock: articles that are there, those below their minimum or awaited, value in cents."""

    articles: int
    low: int
    value: int


def figures() -> Figures:
    """The figures at the head of the list."""
    level, waiting = _sums(), _waiting()
    quantity, held = func.coalesce(level.c.quantity, 0), func.coalesce(level.c.held, 0)
    base = (
        select(func.count())
        .select_from(Article)
        .outerjoin(level, level.c.article_id == Article.id)
        .outerjoin(waiting, waiting.c.article_id == Article.id)
        .where(Article.stocked, Article.archived_at.is_(None))
    )
    there = db.session.execute(
        base.with_only_columns(func.count(), func.coalesce(func.sum(quantity * Article.cost), 0)).where(quantity > 0)
    ).one()
    low = db.session.scalar(
        base.where(or_(and_(Article.minimum > 0, quantity - held < Article.minimum), waiting.c.waiting > 0))
    )
    return Figures(there[0], low or 0, round(int(there[1]) / 1000))


def article_stock(article_id: int) -> Any | None:
    """What one article's page shows of it; None when it is no article."""
    level = _sums()
    query = (
        select(
            Article.id, Article.reference, Article.label, Article.unit, Article.minimum, Article.reorder, Article.cost,
            Article.traced, Article.stocked, Article.barcode, func.coalesce(level.c.quantity, 0).label("quantity"),
            func.coalesce(level.c.held, 0).label("held"),
        )
        .outerjoin(level, level.c.article_id == Article.id)
        .where(Article.id == article_id)
    )  # fmt: skip
    return db.session.execute(query).one_or_none()


def by_place(article_id: int) -> Sequence[Any]:
    """(place, lot, origin, quantity, held) where there is some of the article."""
    query = (
        select(
            StockPlace.name.label("place"), StockPlace.kind, StockLot.code.label("lot"), StockLot.id.label("lot_id"),
            StockLot.origin, StockLevel.place_id, StockLevel.quantity, StockLevel.held,
        )
        .join(StockPlace, StockPlace.id == StockLevel.place_id)
        .outerjoin(StockLot, StockLot.id == StockLevel.lot_id)
        .where(StockLevel.article_id == article_id, StockLevel.quantity > 0)
        .order_by(StockPlace.name, StockLot.id)
    )  # fmt: skip
    return db.session.execute(query).all()


class Found(NamedTuple):
    """What a code names: an article, and its lot when the code is a lot's."""

    article_id: int
    label: str
    lot_id: int


def found_by_code(code: str) -> Found | None:
    """The article of a barcode, a reference of ours or of a supplier, or a lot; None when nothing or several have it."""
    text = code.strip()
    if not text:
        return None
    kept = (Article.stocked, Article.archived_at.is_(None))
    own = select(Article.id, Article.label).where(
        or_(Article.barcode == text, func.lower(Article.reference) == text.lower())
    )
    rows = db.session.execute(own.where(*kept).limit(2)).all()
    if not rows:
        lots = select(Article.id, Article.label, StockLot.id).join(StockLot, StockLot.article_id == Article.id)
        found = db.session.execute(lots.where(StockLot.code == text, *kept).limit(2)).all()
        if len(found) == 1:
            return Found(*found[0])
        theirs = (
            select(Article.id, Article.label).distinct().join(ArticleSupplier, ArticleSupplier.article_id == Article.id)
        )
        rows = db.session.execute(
            theirs.where(func.lower(ArticleSupplier.reference) == text.lower(), *kept).limit(2)
        ).all()
    return Found(rows[0][0], rows[0][1], 0) if len(rows) == 1 else None


@kept_until("stock", "articles")
def low_count() -> int:
    """How many articles are below their minimum or awaited, for the menu; kept until the stock changes."""
    return figures().low
