"""Reads of stock."""

from app.stock.queries.counting import count_by_id, count_lines, counts
from app.stock.queries.levels import (
    Filters,
    article_stock,
    by_place,
    families,
    figures,
    found_by_code,
    levels_of,
    listing,
    low_count,
    place_by_id,
    places,
)
from app.stock.queries.moves import gone_by_lot, lots_of, moves_listing, moves_of, uses_of_article
from app.stock.queries.reserved import Reserved, awaited_of, held_at, reserved_for, reserved_of_article

__all__ = [
    "Filters", "Reserved", "article_stock", "awaited_of", "by_place", "count_by_id", "count_lines", "counts", "families", "figures",
    "found_by_code", "gone_by_lot", "held_at", "levels_of", "listing", "lots_of", "low_count", "moves_listing", "moves_of", "place_by_id", "places", "reserved_for",
    "reserved_of_article", "uses_of_article",
]  # fmt: skip
