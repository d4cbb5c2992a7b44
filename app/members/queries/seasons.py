"""Seasons, and the articles of the catalogue that are memberships."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from app.catalog.models import Article
from app.catalog.queries import tree, under
from app.core import clock
from app.core.db import db
from app.core.search import fold
from app.core.settings import setting
from app.members.models import Season

COMING = 120


class FeeRow(NamedTuple):
    """An article that is a membership; cents with tax, by the catalogue."""

    id: int
    label: str
    price_gross: int


def enabled() -> bool:
    """True when the organisation has members."""
    return bool(setting("members.enabled"))


def seasons(*, archived: bool = False) -> Sequence[Season]:
    """The seasons in use, the latest first; or those put away."""
    shown = Season.archived_at.is_not(None) if archived else Season.archived_at.is_(None)
    return db.session.scalars(select(Season).where(shown).order_by(Season.first_day.desc(), Season.id.desc())).all()


def season_on(day: date) -> Season | None:
    """The season of a day; of two that overlap, the one that began last."""
    return next((row for row in seasons() if row.first_day <= day <= row.last_day), None)


def open_season() -> Season | None:
    """The season one joins today: the present one, else the next to come, else the last that was."""
    rows, today = seasons(), clock.today()
    coming = [row for row in rows if row.first_day > today]
    return season_on(today) or (coming[-1] if coming else rows[0] if rows else None)


def season_before(season: Season) -> Season | None:
    """The one that ended last before it begins."""
    earlier = [row for row in seasons() if row.first_day < season.first_day and row.id != season.id]
    return max(earlier, key=lambda row: (row.last_day, row.id)) if earlier else None


def fee_rows() -> list[FeeRow]:
    """The articles of the family of memberships named by the settings, by label."""
    wanted = fold(setting("members.family"))
    families = [number for branch in tree() if fold(branch.name) == wanted for number in under(branch.id)]
    query = select(Article.id, Article.label, Article.price_gross).where(
        Article.family_id.in_(families), Article.archived_at.is_(None)
    )
    return [FeeRow(*row) for row in db.session.execute(query.order_by(Article.label))] if families else []
