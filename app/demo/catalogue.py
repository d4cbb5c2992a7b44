"""The data files of the demonstration, read once into plain objects."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Case:
    """What goes wrong with a thing, and how it is mended: `parts` are (label, reference, cents without tax)."""

    fault: str
    diagnosis: str
    report: str
    minutes: int
    parts: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Kit:
    """A family: `models` are (brand, name, price in cents with tax), `checks` names its check points."""

    name: str
    trade: str
    icon: str
    checks: str
    repair_days: int
    warranty_months: int
    accessories: tuple[str, ...]
    models: tuple[tuple[str, str, int], ...]
    cases: tuple[Case, ...]
    diagnosis_fee: int | None = None
    refusal_notice: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """An organisation: who it is, the presets it was given, the trades whose families it works on, its own fleet."""

    identity: dict[str, Any]
    sites: tuple[str, ...]
    trades: tuple[str, ...]
    fleet_trade: str
    fleet_size: int
    presets: tuple[str, ...]
    noun: dict[str, Any] = field(default_factory=dict)


@cache
def read(name: str) -> dict[str, Any]:
    """One data file."""
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def kits() -> tuple[Kit, ...]:
    """Every family, in the order of the file."""
    return tuple(kit for data in read("families")["family"] for kit in _kits(data))


def _kits(data: dict[str, Any]) -> Iterator[Kit]:
    """One kit for each family that its models name; they share what goes wrong."""
    cases = tuple(Case(**{**case, "parts": tuple(tuple(part) for part in case["parts"])}) for case in data["cases"])
    models: dict[str, list[tuple[str, str, int]]] = {}
    for brand, name, price, *family in data["models"]:
        models.setdefault(family[0] if family else data["name"], []).append((brand, name, price))
    for family_name, of_family in models.items():
        values = {**data, "name": family_name, "accessories": tuple(data["accessories"])}
        yield Kit(**{**values, "models": tuple(of_family), "cases": cases})


def profile(trade: str) -> Profile:
    """The organisation of a trade; "all" is the whole demonstration. Raises KeyError."""
    data = dict(read("organisations")[trade])
    return Profile(
        sites=tuple(data.pop("site")),
        trades=tuple(data.pop("families")),
        fleet_trade=data.pop("fleet"),
        fleet_size=data.pop("fleet_size"),
        presets=tuple(data.pop("presets")),
        noun=data.pop("noun", {}),
        identity=data,
    )


def trades() -> tuple[str, ...]:
    """What `--trade` may name, the whole first."""
    return tuple(read("organisations"))
