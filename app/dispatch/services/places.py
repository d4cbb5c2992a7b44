"""How far a repairer is, as the crow flies."""

from math import asin, cos, radians, sin, sqrt

from app.dispatch.models import Place

_EARTH = 6_371_000  # metres


def metres_between(one: Place, other: Place | None) -> int | None:
    """Metres between two places by their coordinates, 0 in the same town; none when it cannot be known."""
    if other is None:
        return None
    if None not in (one.latitude, one.longitude, other.latitude, other.longitude):
        return _haversine(one, other)
    same = one.town.strip().casefold() == other.town.strip().casefold() != ""
    return 0 if same else None


def _haversine(one: Place, other: Place) -> int:
    first, second = radians(one.latitude or 0), radians(other.latitude or 0)
    across = radians((other.longitude or 0) - (one.longitude or 0))
    half = sin((second - first) / 2) ** 2 + cos(first) * cos(second) * sin(across / 2) ** 2
    return round(2 * _EARTH * asin(min(1.0, sqrt(half))))
