"""Things: models of makers, clients' devices, and the organisation's own fleet."""

import re
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from app.assets.queries import serial_key
from app.assets.states import AssetState
from app.core import clock
from app.demo.catalogue import Kit

Row = dict[str, Any]
PLAIN: Row = {
    "brand": "", "inventory_number": None, "serial": "", "serial_key": "", "barcode": "", "owner_id": None, "ours": False,
    "state": AssetState.IN_USE, "site_id": None, "shelf": "", "bought_on": None, "warranty_until": None, "value": None,
    "custom": {}, "notes": "", "archived_at": None, "source_ref": None, "model_id": None,
}  # fmt: skip
SIZED = ("Violon", "Alto", "Violoncelle")  # families whose preset asks for the size
SIZE = re.compile(r"\d/\d+")


class Shelves:
    """Makes things one after the other, with ids that follow."""

    def __init__(self, rng: Random, kits: dict[int, Kit], sites: list[int]) -> None:
        self.rng, self.kits, self.sites = rng, kits, sites
        self.models: list[Row] = []
        self.assets: list[Row] = []
        self._of_family: dict[int, list[Row]] = {}
        for family_id, kit in kits.items():
            self._of_family[family_id] = [
                self._model(family_id, brand, name, price) for brand, name, price in kit.models
            ]

    def _model(self, family_id: int, brand: str, name: str, price: int) -> Row:
        """« Lave-linge {} L7 » is the model L7, and is called « Lave-linge Norvane L7 »."""
        before, _brand, after = name.partition("{}")
        row = {
            "id": len(self.models) + 1,
            "brand": brand,
            "name": (after or before).strip(),
            "family_id": family_id,
            "warranty_months": None,
            "archived_at": None,
        }
        self.models.append(row)
        return {**row, "price": price, "label": name.replace("{}", brand), "short": name.replace(" {}", "")}

    def device(self, family_id: int, owner_id: int | None, seen: datetime, bought_on: date) -> Row:
        """A client's device, first seen that day."""
        model = self.rng.choice(self._of_family[family_id])
        serial = f"{model['brand'][:2].upper()}{self.rng.randrange(10, 99)}-{self.rng.randrange(1_000_000):06d}"
        return self._add(family_id, model, seen, owner_id=owner_id, serial=serial, bought_on=bought_on)

    def fleet(self, family_ids: list[int], count: int, now: datetime) -> list[Row]:
        """Our own things, each with its inventory number."""
        made = []
        for number in range(1, count + 1):
            family_id = self.rng.choice(family_ids)
            model = self.rng.choice(self._of_family[family_id])
            bought = (now - timedelta(days=self.rng.randrange(60, 3600))).date()
            row = self._add(
                family_id, model, now - timedelta(days=700), ours=True, bought_on=bought, serial=f"LG{number:04d}{self.rng.randrange(100):02d}",
                inventory_number=f"{number:04d}", value=model["price"], shelf=f"{'ABCD'[number % 4]}{number % 12 + 1}",
                site_id=self.sites[-1],
            )  # fmt: skip
            row["label"] = f"{model['short']} n° {number:04d}"
            made.append(row)
        for row in self.rng.sample(made, max(1, count // 40)):
            row["state"] = self.rng.choice([AssetState.OUT_OF_USE, AssetState.LOST])
        return made

    def _add(self, family_id: int, model: Row, seen: datetime, **values: Any) -> Row:
        warranty = clock.months_after(values["bought_on"], self.kits[family_id].warranty_months)
        row = {
            **PLAIN, "id": len(self.assets) + 1, "family_id": family_id, "model_id": model["id"], "brand": model["brand"],
            "label": model["label"], "warranty_until": warranty, "created_at": seen, "updated_at": seen, **values,
        }  # fmt: skip
        size = SIZE.search(model["label"]) if self.kits[family_id].name in SIZED else None
        row["custom"] = {"taille": size[0]} if size else {}
        row["serial_key"] = serial_key(row["serial"])
        self.assets.append(row)
        return row
