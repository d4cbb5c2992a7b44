"""Articles: one, the list, what a typeahead finds, at whose they are bought, what their price was."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.accounts.queries import allowed
from app.catalog.models import Article, ArticleFamily, ArticleSupplier, PriceChange
from app.catalog.queries.families import under
from app.catalog.states import ArticleKind, Origin
from app.contacts.models import Contact
from app.core import search
from app.core.db import db
from app.core.revisions import kept_until

VIEW = "catalog.view"
FOUND_MOST = 500


class ArticleRow(NamedTuple):
    """What a typeahead shows and a line takes. Prices are cents: `price` without tax, `price_gross` with."""

    id: int
    reference: str
    label: str
    unit: str
    price: int
    price_gross: int
    vat_code: str
    family: str | None
    stocked: bool
    kind: ArticleKind
    cost: int
    origin: Origin


ROW: tuple[Any, ...] = (
    Article.id, Article.reference, Article.label, Article.unit, Article.price, Article.price_gross, Article.vat_code,
    ArticleFamily.name.label("family"), Article.stocked, Article.kind, Article.cost, Article.origin,
)  # fmt: skip
_ROWS = select(*ROW).outerjoin(ArticleFamily, ArticleFamily.id == Article.family_id)


def article_for(user: User, article_id: int) -> Article | None:
    """The article, with its family and questionnaire, when this person may see the catalogue."""
    if not allowed(user, VIEW):
        return None
    whole = (joinedload(Article.family), joinedload(Article.questionnaire))
    return db.session.scalar(select(Article).where(Article.id == article_id).options(*whole))


def find_articles(text: str, limit: int = 10) -> list[ArticleRow]:
    """Articles in use whose reference, label, barcode or supplier's reference holds every word of the text.

    The reference or barcode typed whole comes first. Two queries, both served by an index.
    """
    text = text.strip()
    if not text:
        return []
    ids = [hit.subject_id for hit in search.find(text, [Article.__kind__], limit)]
    same = or_(Article.reference == text, Article.reference == text.upper(), Article.barcode == text)
    rows = rows_of(ids, also=same)
    first = [row for row in rows if row.id not in ids or row.reference.upper() == text.upper()]
    known = {row.id for row in first}
    return (first + [row for row in rows if row.id not in known])[:limit]


def rows_of(ids: Sequence[int], also: Any = None) -> list[ArticleRow]:
    """The rows of these articles in use, in the order given, those of `also` at the end."""
    which = Article.id.in_(ids) if also is None else or_(Article.id.in_(ids), also)
    query = _ROWS.where(which, Article.archived_at.is_(None))
    found = {row.id: ArticleRow(*row) for row in db.session.execute(query)}
    ordered = [found.pop(article_id) for article_id in ids if article_id in found]
    return ordered + list(found.values())


def row_of(article_id: int | None) -> ArticleRow | None:
    """The row of one article, archived or not."""
    found = db.session.execute(_ROWS.where(Article.id == article_id)).first() if article_id else None
    return ArticleRow(*found) if found else None


def article_scanned(code: str) -> int | None:
    """The article in use that has this barcode or reference."""
    code = code.strip()
    if len(code) < 3:
        return None
    query = (
        select(Article.id)
        .where(or_(Article.barcode == code, Article.reference == code), Article.archived_at.is_(None))
        .order_by(Article.id)
        .limit(1)
    )
    return db.session.scalar(query)


def listing(
    *,
    text: str = "",
    family_id: int | None = None,
    kind: ArticleKind | None = None,
    stocked: bool = False,
    supplier_id: int | None = None,
    archived: bool = False,
) -> Select[Any]:
    """The list's query, by label. Archived ones are not in the index: they are found by their label and reference."""
    query = _ROWS.where(Article.archived_at.is_not(None) if archived else Article.archived_at.is_(None))
    if family_id:
        query = query.where(Article.family_id.in_(under(family_id)))
    if kind is not None:
        query = query.where(Article.kind == kind)
    if stocked:
        query = query.where(Article.stocked.is_(True))
    if supplier_id:
        query = query.where(
            Article.id.in_(select(ArticleSupplier.article_id).where(ArticleSupplier.supplier_id == supplier_id))
        )
    if text and archived:
        query = query.where(
            or_(Article.label.icontains(text, autoescape=True), Article.reference.icontains(text, autoescape=True))
        )
    elif text:
        ids = [hit.subject_id for hit in search.find(text, [Article.__kind__], FOUND_MOST)]
        query = query.where(Article.id.in_(ids))
    return query.order_by(Article.label, Article.id)


class SupplierRow(NamedTuple):
    """At whose an article is bought; price in cents without tax, `pack` in thousandths."""

    id: int
    supplier_id: int
    supplier: str
    reference: str
    price: int
    pack: int
    days: int
    preferred: bool
    updated_at: datetime


def suppliers_of(article_id: int) -> list[SupplierRow]:
    """The preferred one first, then the cheapest."""
    query = (
        select(
            ArticleSupplier.id, ArticleSupplier.supplier_id, Contact.name, ArticleSupplier.reference, ArticleSupplier.price,
            ArticleSupplier.pack, ArticleSupplier.days, ArticleSupplier.preferred, ArticleSupplier.updated_at,
        )
        .join(Contact, Contact.id == ArticleSupplier.supplier_id)
        .where(ArticleSupplier.article_id == article_id)
        .order_by(ArticleSupplier.preferred.desc(), ArticleSupplier.price, ArticleSupplier.id)
    )  # fmt: skip
    return [SupplierRow(*row) for row in db.session.execute(query)]


def supplier_choices() -> list[tuple[int, str]]:
    """(id, name) of who supplies at least one article, by name."""
    query = (
        select(Contact.id, Contact.name)
        .where(Contact.id.in_(select(ArticleSupplier.supplier_id)))
        .order_by(func.lower(Contact.name))
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def price_changes(article_id: int, limit: int = 30) -> list[PriceChange]:
    """The price history, the newest first."""
    query = (
        select(PriceChange)
        .where(PriceChange.article_id == article_id)
        .order_by(PriceChange.at.desc(), PriceChange.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))


def same_reference(reference: str, besides: int | None = None) -> Article | None:
    """The article that has this reference, archived or not."""
    found = db.session.scalar(select(Article).where(Article.reference == reference))
    return found if found is not None and found.id != besides else None


def same_barcode(barcode: str, besides: int | None = None) -> Article | None:
    """The article in use that has this barcode."""
    query = select(Article).where(
        Article.barcode == barcode, Article.archived_at.is_(None), Article.id != (besides or 0)
    )
    return db.session.scalar(query.limit(1))


@kept_until("article_suppliers")
def supplied() -> dict[int, int]:
    """How many articles each supplier has, by his id."""
    query = select(ArticleSupplier.supplier_id, func.count()).group_by(ArticleSupplier.supplier_id)
    return {row[0]: row[1] for row in db.session.execute(query)}
