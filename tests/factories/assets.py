"""Families, custom fields, models, units."""

from typing import Any

from app.assets.models import Asset, AssetModel, Compatibility, Family, FieldDefinition
from app.assets.queries import side_of
from app.assets.services import add_asset, add_family, add_field, add_model, combine
from app.core.db import transaction
from app.core.subject import subject_of
from tests.factories.base import serial


def a_family(**values: Any) -> Family:
    """A family of devices."""
    known = {"name": f"Cafetière {serial()}", "accessories": ["bac à marc", "cordon"], "common_faults": ["Fuit"]}
    with transaction():
        return add_family(**known | values)


def a_field(family: Family | None = None, **values: Any) -> FieldDefinition:
    """A custom field of a family, or of all."""
    with transaction():
        return add_field(family.id if family else None, **{"label": f"Champ {serial()}"} | values)


def a_model(family: Family, **values: Any) -> AssetModel:
    """A maker's model."""
    with transaction():
        return add_model(family.id, **{"brand": "Brévia", "name": f"Barista {serial()}"} | values)


def an_asset(family: Family | None = None, **values: Any) -> Asset:
    """A unit, of a family of its own when none is given."""
    number = serial()
    known = {
        "family_id": (family or a_family()).id, "label": f"Brévia Barista {number}", "serial": f"BR3-{number:04d}-71920",
    }  # fmt: skip
    with transaction():
        return add_asset(**known | values)


def a_fit(
    main: Family | AssetModel | Asset, other: Family | AssetModel | Asset, *, compulsory: bool = False
) -> Compatibility:
    """`other` goes with `main`."""
    sides = [side_of(f"{about.kind}:{about.id}") for about in (subject_of(main), subject_of(other))]
    assert sides[0] is not None
    assert sides[1] is not None
    with transaction():
        return combine(sides[0], sides[1], compulsory=compulsory)
