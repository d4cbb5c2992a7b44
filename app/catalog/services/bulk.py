"""Many articles at once, whose values were checked: what an import and a supplier's price list write."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from app.catalog.models import Article, ArticleSupplier
from app.catalog.queries.rates import all_rates
from app.catalog.services.prices import both, note_price
from app.core import clock
from app.core.db import db, insert_many, require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.numbers import next_block
from app.core.revisions import bump
from app.core.search import index_new


def add_articles(rows: Sequence[dict[str, Any]], suppliers: Sequence[dict[str, Any] | None] = ()) -> list[int]:
    """New articles from their columns, the same for every row; their ids, in order. `suppliers` gives for each row the
    columns of its supplier, or None. The price that follows is made here. Raises DomainError when a reference is taken."""
    require_transaction()
    blank = [row for row in rows if not row["reference"]]
    for row, reference in zip(blank, next_block("ART", len(blank), width=5) if blank else (), strict=True):
        row["reference"] = reference
    references = [row["reference"] for row in rows]
    taken = set(db.session.scalars(select(Article.reference).where(Article.reference.in_(references))))
    twice = next((found for found in references if found in taken or references.count(found) > 1), None)
    if twice is not None:
        raise DomainError(_("La référence %(ref)s est déjà prise.", ref=twice), field="reference")
    rates = _rates_today()
    for row in rows:
        if row["vat_code"] not in rates:
            raise DomainError(
                _("La TVA « %(code)s » n'a pas de taux aujourd'hui.", code=row["vat_code"]), field="vat_code"
            )
        typed = row["price_gross"] if row["gross_rules"] else row["price"]
        row["price"], row["price_gross"] = both(typed, rates[row["vat_code"]], gross_rules=row["gross_rules"])
    ids = insert_many(Article, rows)
    theirs = [
        {**supplier, "article_id": article_id, "preferred": True}
        for article_id, supplier in zip(ids, suppliers, strict=False)
        if supplier is not None
    ]
    insert_many(ArticleSupplier, theirs)
    bump("article_suppliers")
    index_new(Article.__kind__, ids)
    return ids


def _rates_today() -> dict[str, int]:
    today = clock.today()
    return {
        rate.code: rate.rate
        for rate in all_rates()
        if rate.valid_from <= today and (rate.valid_to is None or rate.valid_to >= today)
    }


class NewPrice(NamedTuple):
    """What a supplier's list changes of an article, in cents without tax, from what it was when it was compared."""

    article_id: int
    supplier_price: int
    cost_before: int
    cost_after: int
    price_before: int
    price_after: int
    reference: str = ""


def write_prices(supplier_id: int, changes: Sequence[NewPrice], source: str) -> set[int]:
    """Write these changes; returns the articles left as they are, because somebody changed them since."""
    require_transaction()
    ids = [change.article_id for change in changes]
    articles = {row.id: row for row in db.session.scalars(select(Article).where(Article.id.in_(ids)).with_for_update())}
    where = ArticleSupplier.article_id.in_(ids), ArticleSupplier.supplier_id == supplier_id
    theirs = {row.article_id: row for row in db.session.scalars(select(ArticleSupplier).where(*where))}
    rates, left = _rates_today(), set()
    for change in changes:
        article = articles.get(change.article_id)
        if article is None or (article.cost, article.price) != (change.cost_before, change.price_before):
            left.add(change.article_id)
            continue
        if change.article_id in theirs:
            theirs[change.article_id].price = change.supplier_price
        else:
            db.session.add(_bought(supplier_id, change))
        note_price(article, change.price_after, change.cost_after, source)
        _write(article, change, rates)
    db.session.flush()
    return left


def _bought(supplier_id: int, change: NewPrice) -> ArticleSupplier:
    """A supplier who was not known yet to sell this article."""
    return ArticleSupplier(
        article_id=change.article_id, supplier_id=supplier_id, reference=change.reference, price=change.supplier_price,
        preferred=change.cost_after == change.supplier_price,
    )  # fmt: skip


def _write(article: Article, change: NewPrice, rates: Mapping[str, int]) -> None:
    article.cost = change.cost_after
    if change.price_after != article.price:
        rate = rates.get(article.vat_code, 0)
        article.price, article.price_gross = both(change.price_after, rate, gross_rules=False)
