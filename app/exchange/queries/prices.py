"""Reads of suppliers' price lists."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import aliased

from app.catalog.models import Article, ArticleSupplier
from app.core.db import db
from app.core.jobs import JobRun
from app.exchange.models import PriceUpdate, PriceUpdateLine
from app.exchange.states import PriceVerdict


def price_update(update_id: int) -> PriceUpdate | None:
    """A price list, as the database has it now."""
    return db.session.get(PriceUpdate, update_id, populate_existing=True)


def locked_update(update_id: int) -> PriceUpdate:
    """A price list, for the transaction that changes it."""
    query = select(PriceUpdate).where(PriceUpdate.id == update_id)
    return db.session.scalars(query.with_for_update(of=PriceUpdate).execution_options(populate_existing=True)).one()


def job_of(found: PriceUpdate) -> JobRun | None:
    """The job that does it, or did."""
    return db.session.get(JobRun, found.job_id) if found.job_id else None


def updates_query() -> Select[*tuple[Any, ...]]:
    """The price lists, the newest first."""
    return select(PriceUpdate).order_by(PriceUpdate.id.desc())


def counts_of(update_id: int) -> dict[PriceVerdict, int]:
    """How many lines of each verdict."""
    query = (
        select(PriceUpdateLine.verdict, func.count())
        .where(PriceUpdateLine.update_id == update_id)
        .group_by(PriceUpdateLine.verdict)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def lines_query(update_id: int, verdicts: Sequence[PriceVerdict]) -> Select[*tuple[Any, ...]]:
    """The lines of these verdicts, in the order of the file."""
    query = (
        select(PriceUpdateLine, Article.label.label("article"), Article.reference.label("ours"))
        .outerjoin(Article, Article.id == PriceUpdateLine.article_id)
        .where(PriceUpdateLine.update_id == update_id)
        .order_by(PriceUpdateLine.id)
    )
    return query.where(PriceUpdateLine.verdict.in_(verdicts)) if verdicts else query


MATCH: tuple[Any, ...] = (
    Article.id, Article.label, Article.reference, Article.barcode, Article.price, Article.cost,
    ArticleSupplier.reference.label("theirs"), ArticleSupplier.price.label("bought"), ArticleSupplier.preferred,
)  # fmt: skip


def matching(supplier_id: int, references: set[str], barcodes: set[str]) -> list[Any]:
    """The articles in use that this supplier sells under these references, or that have these barcodes."""
    of_him = (ArticleSupplier.article_id == Article.id) & (ArticleSupplier.supplier_id == supplier_id)
    other = aliased(ArticleSupplier)
    elsewhere = exists().where(other.article_id == Article.id, other.supplier_id != supplier_id, other.preferred)
    base = (
        select(*MATCH, elsewhere.label("elsewhere"))
        .outerjoin(ArticleSupplier, of_him)
        .where(Article.archived_at.is_(None))
    )
    found: dict[int, Any] = {}
    theirs = select(ArticleSupplier.article_id).where(
        ArticleSupplier.supplier_id == supplier_id, ArticleSupplier.reference.in_(references)
    )
    for values, condition in ((references, Article.id.in_(theirs)), (barcodes, Article.barcode.in_(barcodes))):
        if values:
            found |= {row.id: row for row in db.session.execute(base.where(condition))}
    return list(found.values())
