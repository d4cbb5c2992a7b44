"""Reads of tariffs."""

from app.tariffs.queries.rules import rule, rule_rows, rules_in_force
from app.tariffs.queries.towns import (
    find_towns,
    town_count,
    towns_at,
    towns_of,
    zone,
    zone_of_town,
    zone_rows,
    zones_of_towns,
)

__all__ = [
    "find_towns", "rule", "rule_rows", "rules_in_force", "town_count", "towns_at", "towns_of", "zone", "zone_of_town",
    "zone_rows", "zones_of_towns",
]  # fmt: skip
