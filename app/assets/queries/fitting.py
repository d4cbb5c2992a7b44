"""What goes with what: combinations between families, models and units."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from app.assets.models import Asset, AssetModel, Compatibility, Family
from app.assets.queries.families import family_line
from app.assets.queries.families import parents_of_families as parents
from app.core import search
from app.core.db import db
from app.core.subject import Subject

FAMILY, MODEL, UNIT = Family.__kind__, AssetModel.__kind__, Asset.__kind__
KINDS = (FAMILY, MODEL, UNIT)


@dataclass(frozen=True, slots=True)
class Side:
    """A family, a model or a unit, as it is called."""

    kind: str
    id: int
    label: str

    @property
    def key(self) -> str:
        """« family:3 »."""
        return f"{self.kind}:{self.id}"

    def covers(self, unit: Asset) -> bool:
        """True when the unit is it, or is of it; a family covers those under it."""
        if self.kind == UNIT:
            return unit.id == self.id
        return unit.model_id == self.id if self.kind == MODEL else self.id in family_line(unit.family_id)

    def condition(self) -> ColumnElement[bool]:
        """The same, for the database (`Asset`)."""
        if self.kind == UNIT:
            return Asset.id == self.id
        return Asset.model_id == self.id if self.kind == MODEL else Asset.family_id.in_(families_under(self.id))


@dataclass(frozen=True, slots=True)
class Combination:
    """A line of « Accessoires compatibles »."""

    id: int
    main: Side
    other: Side
    compulsory: bool


def families_under(family_id: int) -> list[int]:
    """The family and those under it."""
    return [each for each in parents() if family_id in family_line(each)]


def _named(row: Any, prefix: str) -> Side:
    for kind in KINDS:
        key = getattr(row, f"{prefix}_{kind}_id")
        if key is not None:
            return Side(kind, key, getattr(row, f"{prefix}_{kind}"))
    raise LookupError


def _query() -> Select[*tuple[Any, ...]]:
    query = select(Compatibility.id, Compatibility.compulsory)
    for prefix in ("main", "with"):
        family, model, unit = aliased(Family), aliased(AssetModel), aliased(Asset)
        ours: dict[str, Any] = {
            FAMILY: getattr(Compatibility, f"{prefix}_family_id"), MODEL: getattr(Compatibility, f"{prefix}_model_id"),
            UNIT: getattr(Compatibility, f"{prefix}_asset_id"),
        }  # fmt: skip
        names = {FAMILY: family.name, MODEL: func.trim(model.brand + " " + model.name), UNIT: unit.label}
        query = query.add_columns(
            *(ours[kind].label(f"{prefix}_{kind}_id") for kind in KINDS),
            *(names[kind].label(f"{prefix}_{kind}") for kind in KINDS),
        )
        for table, kind in ((family, FAMILY), (model, MODEL), (unit, UNIT)):
            query = query.outerjoin(table, table.id == ours[kind])
    return query.order_by(Compatibility.compulsory.desc(), Compatibility.id)


def _read(query: Select[*tuple[Any, ...]]) -> list[Combination]:
    rows = db.session.execute(query)
    return [Combination(row.id, _named(row, "main"), _named(row, "with"), row.compulsory) for row in rows]


def combinations() -> list[Combination]:
    """All of them, by the name of the main side."""
    return sorted(_read(_query()), key=lambda each: (each.main.label, not each.compulsory, each.other.label))


def _main_is(families: Iterable[int], models: Iterable[int | None], units: Iterable[int]) -> ColumnElement[bool]:
    return or_(
        Compatibility.main_family_id.in_(set(families)),
        Compatibility.main_model_id.in_({model for model in models if model is not None}),
        Compatibility.main_asset_id.in_(set(units)),
    )


def fitting(units: Sequence[Asset]) -> list[Combination]:
    """What fits one of these units at least, the compulsory first; one statement. `main.covers(unit)` says for which."""
    if not units:
        return []
    families = {member for unit in units for member in family_line(unit.family_id)}
    return _read(_query().where(_main_is(families, (unit.model_id for unit in units), (unit.id for unit in units))))


def fitting_one(subject: Subject) -> list[Combination]:
    """What goes with a family, a model or a unit, by the settings; with what stands above it too."""
    if subject.kind == UNIT:
        unit = db.session.get(Asset, subject.id)
        return fitting([unit]) if unit else []
    if subject.kind == MODEL:
        model = db.session.get(AssetModel, subject.id)
        return _read(_query().where(_main_is(family_line(model.family_id), [model.id], ()))) if model else []
    return _read(_query().where(_main_is(family_line(subject.id), (), ())))


def side_of(key: str) -> Side | None:
    """The side that « family:3 », « model:4 » or « asset:12 » names; None when there is no such thing of ours."""
    kind, _sep, number = key.partition(":")
    if kind not in KINDS or not number.isdecimal() or len(number) > 9:
        return None
    if kind == FAMILY:
        family = db.session.get(Family, int(number))
        return Side(kind, family.id, family.name) if family else None
    if kind == MODEL:
        model = db.session.get(AssetModel, int(number))
        return Side(kind, model.id, f"{model.brand} {model.name}".strip()) if model else None
    unit = db.session.get(Asset, int(number))
    return Side(kind, unit.id, unit.label) if unit and unit.ours else None


def sides_matching(text: str, limit: int = 6) -> list[Side]:
    """Families, models and units of ours whose name holds the words."""
    words = text.split()[:5]
    if not words:
        return []
    families = select(Family.id, Family.name).where(Family.archived_at.is_(None)).order_by(Family.name).limit(limit)
    name = func.trim(AssetModel.brand + " " + AssetModel.name)
    models = select(AssetModel.id, name).where(AssetModel.archived_at.is_(None)).order_by(name).limit(limit)
    for word in words:
        pattern = f"%{word.replace('%', '').replace('_', '')}%"
        families, models = families.where(Family.name.ilike(pattern)), models.where(name.ilike(pattern))
    found = [Side(FAMILY, *row) for row in db.session.execute(families)]
    found += [Side(MODEL, *row) for row in db.session.execute(models)]
    ids = [hit.subject_id for hit in search.find(text, [UNIT], 60)]
    units = (
        select(Asset.id, Asset.label)
        .where(Asset.id.in_(ids), Asset.ours, Asset.archived_at.is_(None))
        .order_by(Asset.label, Asset.id)
        .limit(limit)
    )
    return found + [Side(UNIT, *row) for row in db.session.execute(units)]
