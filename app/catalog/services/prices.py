"""The price that rules and the one that follows; every change leaves its row in the history of prices."""

from decimal import Decimal

from app.catalog.models import Article, PriceChange
from app.core.db import db
from app.core.money import gross_cents, round_half_up


def net_of(gross: int, rate: int) -> int:
    """Cents without tax of a price with tax, at `rate` basis points."""
    return round_half_up(Decimal(gross) * 10_000 / (10_000 + rate))


def both(typed: int, rate: int, *, gross_rules: bool) -> tuple[int, int]:
    """(without tax, with tax) in cents, from the one that was typed."""
    return (net_of(typed, rate), typed) if gross_rules else (typed, gross_cents(typed, rate))


def follow_rule(article: Article, rate: int, source: str) -> bool:
    """Make again the price that follows. True when it changed."""
    ruling = article.price_gross if article.gross_rules else article.price
    price, gross = both(ruling, rate, gross_rules=article.gross_rules)
    if (price, gross) == (article.price, article.price_gross):
        return False
    note_price(article, price, article.cost, source)
    article.price, article.price_gross = price, gross
    return True


def note_price(article: Article, price: int, cost: int, source: str) -> None:
    """One row of history when the price or the cost becomes another; the article still holds the former ones."""
    if (price, cost) != (article.price, article.cost):
        db.session.add(
            PriceChange(
                article_id=article.id, price_before=article.price, price_after=price, cost_before=article.cost,
                cost_after=cost, source=source[:200],
            )
        )  # fmt: skip


def price_keeping_margin(price: int, cost_before: int, cost_after: int) -> int:
    """The price without tax that keeps the rate of margin when the cost changes; the price itself when there was no cost."""
    if cost_before <= 0 or price <= 0:
        return price
    return round_half_up(Decimal(price) * cost_after / cost_before)


def margin_rate(price: int, cost: int) -> int | None:
    """The margin on the price without tax (taux de marque), in basis points; None without a price."""
    return round_half_up(Decimal(price - cost) * 10_000 / price) if price else None
