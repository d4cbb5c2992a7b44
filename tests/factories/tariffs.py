"""Towns, zones and rules of prices."""

from typing import Any

from app.core.db import db, transaction
from app.tariffs import services
from app.tariffs.models import TariffRule, TariffZone, Town
from app.tariffs.queries.towns import town_key
from app.tariffs.states import Effect
from tests.factories.base import serial

TOWNS = (
    ("83023", "Brignoles", ["83170"]), ("83037", "Le Castellet", ["83330"]), ("42218", "Saint-Étienne", ["42000", "42100"]),
    ("83069", "Hyères", ["83400"]), ("2A004", "Ajaccio", ["20000", "20090"]), ("83059", "Val", ["83143"]),
    ("01245", "Val", ["01250"]),
)  # fmt: skip


def some_towns() -> None:
    """A few towns, as the package names them."""
    with transaction():
        for insee, name, postcodes in TOWNS:
            if db.session.get(Town, insee) is None:
                db.session.add(Town(insee=insee, name=name, name_key=town_key(name), postcodes=postcodes))


def a_zone(*codes: str, **values: Any) -> TariffZone:
    """A zone with these towns."""
    some_towns()
    with transaction():
        zone = services.add_zone(values.get("name", f"Zone {serial()}"))
        services.put_towns(zone, codes)
        return zone


def a_rule(**values: Any) -> TariffRule:
    """A rule on an object of its own, so that it ties with no other."""
    number = serial()
    known = {
        "label": f"Règle {number}",
        "purpose": f"objet {number}",
        "effect": Effect.PRICE,
        "amount": 1_000,
        "share": 0,
    }
    with transaction():
        return services.add_rule(**known | values)
