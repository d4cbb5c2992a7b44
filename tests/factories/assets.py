"""Families and things."""

from typing import Any

from app.assets.models import Asset, Family
from app.assets.services import add_asset
from app.core.db import transaction
from tests.factories.base import saved, serial


def a_family(**values: Any) -> Family:
    """A family of devices."""
    known = {"name": f"Cafetière {serial()}", "accessories": ["bac à marc", "cordon"], "common_faults": ["Fuit"]}
    return saved(Family(**known | values))


def an_asset(family: Family | None = None, **values: Any) -> Asset:
    """A device."""
    number = serial()
    known = {"label": f"Brévia Barista {number}", "serial": f"BR3-{number:04d}-71920"}
    family_id = (family or a_family()).id
    with transaction():
        return add_asset(family_id=family_id, **known | values)
