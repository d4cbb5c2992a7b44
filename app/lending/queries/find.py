"""What may be lent over a period: what was scanned, what answers the words; else the nearest other dates, and what is like it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from app.assets.models import Asset
from app.assets.queries import assets_with_serial, names_of_families, parents_of_families
from app.core import search
from app.core.db import db
from app.lending.models import LoanItem
from app.planning.models import Booking
from app.planning.queries.availability import OF_FAMILIES, Dates, Unit, other_dates, units_over
from app.planning.states import OCCUPYING

LOOKED_AT = 400
SHOWN, DATES = 8, 3


@dataclass(frozen=True, slots=True)
class Model:
    """A model to reserve without a number yet: `unit_id` stands for it, one of `free` that are."""

    unit_id: int
    label: str
    free: int


@dataclass(frozen=True, slots=True)
class Found:
    """What answers. `units`: free as asked; `models` those to reserve without a number. When nothing is free: the nearest
    `later` and `earlier` dates, with `named` the units they name, and `similar` units that are free as asked, and what may be
    `waited` for (« family:3 », its name)."""

    units: Sequence[Unit] = ()
    models: Sequence[Model] = ()
    later: Sequence[Dates] = ()
    earlier: Sequence[Dates] = ()
    similar: Sequence[Unit] = ()
    named: dict[int, Unit] = field(default_factory=dict)
    family_id: int | None = None
    waited: Sequence[tuple[str, str]] = ()

    def __bool__(self) -> bool:
        return bool(self.units or self.named)


def scanned(code: str) -> Asset | None:
    """Our unit of exactly that serial, bar code or inventory number; None when there is none, or several."""
    ours = [unit for unit in assets_with_serial(code) if unit.ours and unit.archived_at is None]
    return ours[0] if len(ours) == 1 else None


def find(text: str, start: datetime, due: datetime, *, but: Sequence[int] = (), user_id: int | None = None) -> Found:
    """Our units that answer the words over [start, due): see `Found`. `but`: those already chosen; `user_id`: who asks."""
    ids = [hit.subject_id for hit in search.find(text, ["asset"], LOOKED_AT) if hit.subject_id not in but]
    return over(Asset.id.in_(ids), start, due, user_id=user_id) if ids else Found()


def over(
    wanted: ColumnElement[bool], start: datetime, due: datetime, *, user_id: int | None = None, **values: Any
) -> Found:
    """The same for the units of a condition, asked with `values`: a family, a model."""
    units = units_over(wanted, start, due, limit=LOOKED_AT, but_of=user_id, **values)
    if not units:
        return Found()
    free = [unit for unit in units if unit.free]
    if free:
        return Found(free[:SHOWN], _models(free), family_id=free[0].family_id)
    later, earlier = other_dates(units, start, due, user_id)
    return Found(
        later=later[:DATES], earlier=earlier[:DATES], similar=_similar(units, start, due, user_id),
        named={unit.id: unit for unit in units}, family_id=units[0].family_id, waited=_waited(units),
    )  # fmt: skip


def _models(free: Sequence[Unit]) -> list[Model]:
    """Models, or labels of those without one, that have several units free."""
    groups: dict[str, list[Unit]] = {}
    for unit in free:
        groups.setdefault(unit.model or unit.label.partition(" n° ")[0], []).append(unit)
    return [Model(group[0].id, label, len(group)) for label, group in groups.items() if len(group) > 1][:DATES]


def _waited(units: Sequence[Unit]) -> list[tuple[str, str]]:
    """The models of what answers, then their families: the narrowest wish first."""
    models = {f"model:{unit.model_id}": unit.model for unit in units if unit.model_id is not None}
    theirs = {unit.family_id for unit in units}
    families = [(f"family:{key}", name) for key, name in names_of_families().items() if key in theirs]
    return [*list(models.items())[:DATES], *families[:DATES]]


def _similar(units: Sequence[Unit], start: datetime, due: datetime, user_id: int | None) -> list[Unit]:
    """Free units of the same families, or of the families beside them; of those asked none is."""
    families, parents = {unit.family_id for unit in units}, parents_of_families()
    beside = {parents.get(family_id) for family_id in families} - {None}
    alike = [key for key, parent in parents.items() if key in families or parent in beside]
    return units_over(OF_FAMILIES, start, due, free=True, limit=DATES, but_of=user_id, families=alike)


def item_out(unit: Asset) -> LoanItem | None:
    """The line of the loan that this unit is out on; None when nobody has it."""
    query = select(LoanItem).where(
        LoanItem.asset_id == unit.id, LoanItem.out_at.is_not(None), LoanItem.back_at.is_(None)
    )
    return db.session.scalar(query.order_by(LoanItem.id.desc()).limit(1).options(joinedload(LoanItem.asset)))


def still_out(loan_ids: Collection[int], but: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    """{loan: (line, label) of each thing of it that is out}, but for these lines: what of a set does not come back."""
    query = (
        select(LoanItem.loan_id, LoanItem.id, Asset.label)
        .join(Asset, Asset.id == LoanItem.asset_id)
        .where(
            LoanItem.loan_id.in_(loan_ids), LoanItem.out_at.is_not(None), LoanItem.back_at.is_(None), LoanItem.id.not_in(but)
        )
        .order_by(LoanItem.id)
    )  # fmt: skip
    found: dict[int, list[tuple[int, str]]] = {}
    for loan_id, item_id, label in db.session.execute(query):
        found.setdefault(loan_id, []).append((item_id, label))
    return found


def waiting_for(unit_ids: Sequence[int], since: datetime) -> dict[int, tuple[str, datetime]]:
    """{unit: (what for, from when)} of the next booking of each unit within a week: what the desk sets aside on return."""
    query = (
        select(Booking.asset_id, Booking.label, Booking.starts_at)
        .where(
            Booking.asset_id.in_(unit_ids), Booking.state.in_(OCCUPYING), Booking.starts_at > since,
            Booking.starts_at < since + timedelta(days=7),
        )
        .order_by(Booking.starts_at.desc())
    )  # fmt: skip
    return {row.asset_id: (row.label, row.starts_at) for row in db.session.execute(query)}
