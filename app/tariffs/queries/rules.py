"""Rules of prices."""

from typing import Any

from sqlalchemy import Row, select

from app.catalog.models import Article, ArticleFamily
from app.core.db import db
from app.tariffs.models import TariffRule, TariffZone


def rule_rows(*, archived: bool = False) -> list[Row[*tuple[Any, ...]]]:
    """(rule, article's label, family's name, zone's name), by what they are about."""
    query = (
        select(TariffRule, Article.label.label("article"), ArticleFamily.name.label("family"), TariffZone.name.label("zone"))
        .outerjoin(Article, Article.id == TariffRule.article_id)
        .outerjoin(ArticleFamily, ArticleFamily.id == TariffRule.family_id)
        .outerjoin(TariffZone, TariffZone.id == TariffRule.zone_id)
        .where(TariffRule.archived_at.is_not(None) if archived else TariffRule.archived_at.is_(None))
        .order_by(TariffRule.purpose, Article.label, ArticleFamily.name, TariffRule.label)
    )  # fmt: skip
    return list(db.session.execute(query))


def rule(rule_id: int) -> TariffRule | None:
    """A rule."""
    return db.session.get(TariffRule, rule_id)


def rules_in_force() -> list[TariffRule]:
    """Every rule that is not archived."""
    return list(db.session.scalars(select(TariffRule).where(TariffRule.archived_at.is_(None)).order_by(TariffRule.id)))
