"""Amounts, rates and delays that the law sets: declared by features with the text they come from, each in force from a day on.

What the program knows is declared; what an administrator adds or confirms is a row, which prevails over what was declared for the
same day. Whoever reads one says the day it is for: a document follows the law of its own date, for ever.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.orm import Mapped

from app.core import clock
from app.core.db import Base, Cents, Identified, Names, column, db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.revisions import bump, kept_until, pending
from app.core.subject import Subject

#: A value and its way of being written: cents, basis points, days, months.
EUROS, PERCENT, DAYS, MONTHS = "cents", "percent", "days", "months"
MOST = {EUROS: 100_000_000, PERCENT: 10_000, DAYS: 3_650, MONTHS: 600}
#: Kept for no month at all, everybody would go tonight.
LEAST = {MONTHS: 1}


class Known(NamedTuple):
    """A value that the program knows: from which day, how much, and the day its source was last read."""

    since: date
    value: int
    source: str
    read_on: date


@dataclass(frozen=True, slots=True)
class LegalAmount:
    """One thing that the law sets. `kind`: cents, percent (basis points), days, months. `months`: it is to be checked again after."""

    key: str
    label: str
    kind: str
    group: str
    known: tuple[Known, ...]
    help: str = ""
    months: int = 12


class LegalValue(Identified, Base):
    """A value added or confirmed by the organisation: what the law says from that day on."""

    __tablename__ = "legal_value"
    __fr__ = Names("montant légal", "montants légaux")
    __table_args__ = (UniqueConstraint("key", "valid_from"),)

    key: Mapped[str] = column("Clé")
    valid_from: Mapped[date] = column("En vigueur depuis")
    value: Mapped[int] = column("Valeur", Cents)
    source: Mapped[str] = column("Source", default="")
    checked_on: Mapped[date] = column("Vérifiée le", default=clock.today)


class Dated(NamedTuple):
    """A value as it holds. `row_id` is None while nobody here added or confirmed it; `own`: the program does not know this day."""

    since: date
    value: int
    source: str
    checked_on: date
    row_id: int | None
    own: bool


LAW: dict[str, LegalAmount] = {}


def declare_law(*amounts: LegalAmount) -> None:
    """Start-up: add what the law sets for a feature. Each has one known value at least."""
    LAW.update({amount.key: amount for amount in amounts})


def _read() -> list[LegalValue]:
    found = list(db.session.scalars(select(LegalValue)))
    for row in found:
        db.session.expunge(row)
    return found


@kept_until("law")
def _kept() -> list[LegalValue]:
    return _read()


def values_of(key: str) -> Sequence[Dated]:
    """Every value of an amount, the oldest first. Raises KeyError for one that nobody declared."""
    rows = list(db.session.scalars(select(LegalValue))) if pending("law") else _kept()
    known = {row.since: Dated(row.since, row.value, row.source, row.read_on, None, False) for row in LAW[key].known}
    for row in rows:
        if row.key == key:
            fresh = Dated(row.valid_from, row.value, row.source, row.checked_on, row.id, row.valid_from not in known)
            known[row.valid_from] = fresh
    return sorted(known.values())


def dated_on(key: str, day: date) -> Dated:
    """The value in force that day; before the first day known, the first."""
    rows = values_of(key)
    return ([row for row in rows if row.since <= day] or [rows[0]])[-1]


def legal(key: str, day: date) -> int:
    """What the law sets, that day: cents, basis points, days or months, by its kind."""
    return dated_on(key, day).value


def is_old(key: str) -> bool:
    """True when nobody has checked the value in force for as long as its kind of amount usually holds."""
    return clock.months_after(clock.today(), -LAW[key].months) > dated_on(key, clock.today()).checked_on


def old_amounts() -> list[LegalAmount]:
    """Those whose value in force is to be checked again, in the order of their declaration."""
    return [amount for key, amount in LAW.items() if is_old(key)]


def put_value(key: str, since: date, value: int, source: str) -> None:
    """Write what the law says from a day on, checked today; the same day again corrects it. Raises DomainError."""
    require_transaction()
    amount = LAW[key]
    if not LEAST.get(amount.kind, 0) <= value <= MOST[amount.kind]:
        raise DomainError(_("Cette valeur est hors de ce qui se peut. Vérifiez-la."), field="value")
    if not source.strip():
        raise DomainError(_("Dites d'où vient cette valeur : l'article ou le texte, et sa date."), field="source")
    row = db.session.scalar(select(LegalValue).where(LegalValue.key == key, LegalValue.valid_from == since))
    if row is None:
        row = LegalValue(key=key, valid_from=since)
        db.session.add(row)
    row.value, row.source, row.checked_on = value, source.strip(), clock.today()
    db.session.flush()
    _told(key, since, value)


def confirm_value(key: str) -> None:
    """Somebody looked: the value in force still is what the law says."""
    found = dated_on(key, clock.today())
    put_value(key, found.since, found.value, found.source)


def remove_value(row: LegalValue) -> None:
    """Take back a value added here by mistake; what the program knows of that day holds again."""
    require_transaction()
    _told(row.key, row.valid_from, None)
    db.session.delete(row)
    db.session.flush()


def value_for(row_id: int) -> LegalValue | None:
    """One row, to be taken back."""
    return db.session.get(LegalValue, row_id)


def _told(key: str, since: date, value: int | None) -> None:
    record(Subject("setting", 0), "law.changed", key=key, label=LAW[key].label, since=since.isoformat(), after=value)
    bump("law")
