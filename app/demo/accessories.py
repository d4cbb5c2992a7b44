"""Bows and cases of the fleet, each fitting the models of its size: one for each instrument that takes it."""

from typing import Any

from app.demo.things import Shelves

Row = dict[str, Any]
FAMILIES = ("Archet", "Étui")
#: How a model begins, the size of what goes with it, whether the case always comes along.
SIZES: tuple[tuple[str, str, bool], ...] = (
    ("Violon 4/4", "de violon 4/4", False), ("Violon d’étude", "de violon 4/4", False), ("Violon 3/4", "de violon 3/4", True),
    ("Violon 1/2", "de violon 1/2", True), ("Alto", "d’alto 4/4", False), ("Violoncelle", "de violoncelle 4/4", False),
)  # fmt: skip
MAKERS = {"Archet": ("Crinière", 9_000), "Étui": ("Coque", 6_500)}


class Accessories:
    """`rows`: who fits whom, by model. `take` gives the bow and the case that an instrument always leaves with."""

    def __init__(self, shelves: Shelves, families: dict[str, int]) -> None:
        self.shelves, self.families = shelves, families
        self.rows: list[Row] = []
        self.units: list[Row] = []
        self._sets: dict[int, list[Row]] = {}

    def write(self, fleet: list[Row]) -> None:
        """Models, combinations and units for these instruments; nothing where the organisation has none."""
        made: dict[tuple[str, str], int] = {}
        for model in [row for row in self.shelves.models if any(unit["model_id"] == row["id"] for unit in fleet)]:
            units = [unit for unit in fleet if unit["model_id"] == model["id"]]
            size = next(((size, always) for start, size, always in SIZES if units[0]["label"].startswith(start)), None)
            if size is None:
                continue
            for name, family_id in self.families.items():
                other = made.setdefault((name, size[0]), self._model(name, size[0], family_id, made))
                self._fits(model["id"], other, compulsory=name == "Étui" and size[1])
                for unit in units:
                    self._sets.setdefault(unit["id"], []).append(self._unit(name, size[0], other, unit))

    def take(self, unit: Row) -> list[Row]:
        """What this instrument leaves with, each time: it is free whenever he is."""
        return self._sets.get(unit["id"], [])

    def _model(self, name: str, size: str, family_id: int, made: dict[tuple[str, str], int]) -> int:
        if (name, size) in made:
            return made[name, size]
        row: Row = {
            "id": len(self.shelves.models) + 1, "brand": MAKERS[name][0], "name": f"{name} {size}", "family_id": family_id,
            "warranty_months": None, "archived_at": None,
        }  # fmt: skip
        self.shelves.models.append(row)
        return int(row["id"])

    def _fits(self, model: int, other: int, *, compulsory: bool) -> None:
        sides = {
            f"{side}_{column}": None for side in ("main", "with") for column in ("family_id", "model_id", "asset_id")
        }
        self.rows.append(
            {
                **sides,
                "id": len(self.rows) + 1,
                "main_model_id": model,
                "with_model_id": other,
                "compulsory": compulsory,
            }
        )

    def _unit(self, name: str, size: str, model: int, unit: Row) -> Row:
        number = f"{name[0]}{unit['inventory_number']}".replace("É", "E")
        row = {
            **unit, "id": len(self.shelves.assets) + 1, "family_id": self.families[name], "model_id": model, "brand": MAKERS[name][0],
            "label": f"{name} {size} n° {number}", "inventory_number": number, "serial": "", "serial_key": "", "value": MAKERS[name][1],
            "state": "in_use",
        }  # fmt: skip
        self.shelves.assets.append(row)
        self.units.append(row)
        return row
