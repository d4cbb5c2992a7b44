"""A statement as it is read: lodging by lodging, stay by stay, each line with its sum. Reads only."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.assets.models import Asset
from app.concierge.models import (
    Lodging,
    MandateOwner,
    MonthEntry,
    OwnerStatement,
    RentalMandate,
    RentalMonth,
    StatementLine,
    Stay,
)
from app.concierge.states import ENTRIES
from app.core.db import db
from app.statements.models import Month
from app.statements.states import LineKind


def statement_by_id(month: Month, statement_id: int) -> OwnerStatement | None:
    """A statement of that month with its owner, its invoice and its files."""
    query = (
        select(OwnerStatement)
        .join(RentalMonth, RentalMonth.id == OwnerStatement.month_id)
        .where(OwnerStatement.id == statement_id, RentalMonth.year == month.year, RentalMonth.month == month.month)
        .options(
            selectinload(OwnerStatement.contact), selectinload(OwnerStatement.month),
            selectinload(OwnerStatement.invoice), selectinload(OwnerStatement.file),
        )
    )  # fmt: skip
    return db.session.scalar(query)


@dataclass(slots=True)
class StayPart:
    """A stay in a statement, and its lines; `stay` None: what no stay says."""

    stay: Any
    lines: list[StatementLine] = field(default_factory=list)


@dataclass(slots=True)
class Part:
    """A lodging in a statement: its stays in order, then what the month says of it."""

    mandate: Any
    stays: dict[int | None, StayPart] = field(default_factory=dict)

    @property
    def in_order(self) -> list[StayPart]:
        """Stays by arrival; what no stay says comes last."""
        return sorted(
            self.stays.values(), key=lambda one: (one.stay is None, one.stay.arrival if one.stay else date.max)
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """A statement as it is read: its lodgings, what is of none, its corrections, its VAT."""

    parts: list[Part]
    others: list[StatementLine]
    corrections: list[tuple[StatementLine, Any]]
    vat: list[StatementLine]


def sheet_of(statement: OwnerStatement) -> Sheet:
    """Its lines in the order of reading; four queries whatever their number."""
    lines = list(
        db.session.scalars(
            select(StatementLine).where(StatementLine.statement_id == statement.id).order_by(StatementLine.position)
        )
    )
    stays = _stays({line.stay_id for line in lines if line.stay_id})
    mandates = _mandates({line.mandate_id for line in lines if line.mandate_id})
    parts: dict[int, Part] = {}
    for line in lines:
        if line.mandate_id and line.of_month is None:
            part = parts.setdefault(line.mandate_id, Part(mandates.get(line.mandate_id)))
            found = part.stays.setdefault(line.stay_id, StayPart(stays.get(line.stay_id) if line.stay_id else None))
            found.lines.append(line)
    return Sheet(
        sorted(parts.values(), key=lambda one: one.mandate.label.lower() if one.mandate else ""),
        [line for line in lines if not line.mandate_id and line.kind is not LineKind.VAT and line.of_month is None],
        [(line, stays.get(line.stay_id or 0)) for line in lines if line.of_month is not None],
        [line for line in lines if line.kind is LineKind.VAT],
    )


def _stays(ids: set[int]) -> dict[int, Any]:
    query = select(Stay.id, Stay.arrival, Stay.departure, Stay.guest, Stay.channel, Stay.state, Stay.reference).where(
        Stay.id.in_(ids)
    )
    return {row.id: row for row in db.session.execute(query)}


def _mandates(ids: set[int]) -> dict[int, Any]:
    query = (
        select(
            RentalMandate.id, RentalMandate.number, Lodging.id.label("lodging_id"), Lodging.registration, Asset.label
        )
        .join(Lodging, Lodging.id == RentalMandate.lodging_id)
        .join(Asset, Asset.id == Lodging.asset_id)
        .where(RentalMandate.id.in_(ids))
    )
    return {row.id: row for row in db.session.execute(query)}


def mandates_of(statement: OwnerStatement) -> list[tuple[int, str]]:
    """The lodgings to which a line may be added: those of the owner's mandates."""
    query = (
        select(RentalMandate.id, Asset.label)
        .join(MandateOwner, MandateOwner.mandate_id == RentalMandate.id)
        .join(Lodging, Lodging.id == RentalMandate.lodging_id)
        .join(Asset, Asset.id == Lodging.asset_id)
        .where(MandateOwner.contact_id == statement.contact_id, RentalMandate.archived_at.is_(None))
        .order_by(func.lower(Asset.label))
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def entries_of(statement: OwnerStatement) -> list[MonthEntry]:
    """What people added to it."""
    query = (
        select(MonthEntry)
        .where(MonthEntry.month_id == statement.month_id, MonthEntry.owner_id == statement.contact_id)
        .options(selectinload(MonthEntry.file))
        .order_by(MonthEntry.id)
    )
    return list(db.session.scalars(query))


def entry_of(statement: OwnerStatement, entry_id: int) -> MonthEntry | None:
    """One of them."""
    found = db.session.get(MonthEntry, entry_id)
    own = found and found.month_id == statement.month_id and found.owner_id == statement.contact_id
    return found if own and found and found.kind in ENTRIES else None
