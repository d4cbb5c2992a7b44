"""Movements that are already there: read in a file before, of whatever format, or in an export that overlaps.

The same operation has the same day, the same amount and the same words; of several alike, each stands for one. What has the
same day and amount but other words, or the same words a few days apart, is neither dropped nor counted twice: a person looks.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import case, or_, select

from app.core.db import db
from app.core.search import fold
from app.payments.models import BankLine
from app.payments.services.bank.movements import Movement, keyed
from app.payments.states import BankLineState

#: Days between the two dates that a bank may give to one operation.
APART = timedelta(days=4)
#: Letters that words must have in common to say something.
ENOUGH = 6
Keyed = tuple[str, Movement]


class Line(NamedTuple):
    """A line that is there. `double_of`: the line whose double it was found to be."""

    id: int
    key: str
    bank_id: str
    booked_on: date
    label: str
    reference: str
    amount: int
    double_of: int | None


#: Lines that no movement was found to be, by amount.
There = dict[int, list[Line]]


@dataclass(slots=True)
class Found:
    """What a file brings: new movements, how many are there already, those that may be (with the line that they may be)."""

    new: list[Keyed] = field(default_factory=list)
    known: int = 0
    doubtful: list[tuple[str, Movement, int]] = field(default_factory=list)


def sorted_out(account: str, movements: Sequence[Movement]) -> Found:
    """Which movements of a file are new, known, or doubtful. Lines of another account are not looked at. One query."""
    rows, found = list(keyed(account, movements)), Found()
    first, last = min(row.booked_on for row in movements), max(row.booked_on for row in movements)
    left, there = _by_key(rows, _lines(account, first, last), found)
    left = _taken(left, there, lambda one, line: _same_day(one, line) and _same_words(one, line), found)
    left = _taken(left, there, lambda one, line: _same_day(one, line) and alike(one, line), found)
    left = _taken(left, there, _on_the_day, found, doubtful=True)
    found.new = _taken(
        left, there, lambda one, line: first <= line.booked_on <= last and _near(one, line), found, doubtful=True
    )
    return found


def _lines(account: str, first: date, last: date) -> list[Line]:
    double_of = case((BankLine.state == BankLineState.IGNORED, BankLine.twin_id))
    query = select(
        BankLine.id, BankLine.key, BankLine.bank_id, BankLine.booked_on, BankLine.label, BankLine.reference, BankLine.amount, double_of,
    ).where(BankLine.booked_on.between(first - APART, last + APART))  # fmt: skip
    if account:
        query = query.where(or_(BankLine.account == account, BankLine.account == ""))
    return [Line(*tuple[Any, ...](row)) for row in db.session.execute(query.order_by(BankLine.id))]


def _by_key(rows: Sequence[Keyed], lines: Sequence[Line], found: Found) -> tuple[list[Keyed], There]:
    """Those read in a file of the same form; then what is left of both."""
    keys, present = {key for key, _movement in rows}, {line.key for line in lines}
    used = {line.id for line in lines if line.key in keys}
    used |= {line.double_of for line in lines if line.double_of and line.key in keys}
    left = [row for row in rows if row[0] not in present]
    found.known += len(rows) - len(left)
    there: There = defaultdict(list)
    for line in lines:
        if line.id not in used and line.double_of is None:
            there[line.amount].append(line)
    return left, there


def _taken(
    rows: Sequence[Keyed], there: There, same: Callable[[Movement, Line], bool], found: Found, *, doubtful: bool = False
) -> list[Keyed]:
    """The movements that no line is the same as. Each line stands for one of them."""
    left = []
    for key, movement in rows:
        line = next((line for line in there[movement.amount] if same(movement, line)), None)
        if line is None:
            left.append((key, movement))
            continue
        there[movement.amount].remove(line)
        if doubtful:
            found.doubtful.append((key, movement, line.id))
        else:
            found.known += 1
    return left


def _on_the_day(movement: Movement, line: Line) -> bool:
    return movement.booked_on == line.booked_on


def _same_day(movement: Movement, line: Line) -> bool:
    """The same day, and the bank does not tell them apart by its own numbers."""
    told_apart = bool(line.bank_id and movement.bank_id and line.bank_id != movement.bank_id)
    return movement.booked_on == line.booked_on and not told_apart


def _near(movement: Movement, line: Line) -> bool:
    return abs(movement.booked_on - line.booked_on) <= APART and alike(movement, line)


def _compact(text: str) -> str:
    return fold(text).replace(" ", "")


def _same_words(movement: Movement, line: Line) -> bool:
    """The same letters: banks break words where a field ends."""
    return _compact(movement.label) == _compact(line.label)


def alike(movement: Movement, line: Line) -> bool:
    """True when the words of one are among those of the other, the last one perhaps cut short."""
    one, other = f"{movement.label} {movement.reference}", f"{line.label} {line.reference}"
    return _among(movement.label, other) or _among(line.label, one)


def _among(few: str, many: str) -> bool:
    compact, words = _compact(few), fold(few).split()
    if len(compact) < ENOUGH:
        return False
    if len(compact) > ENOUGH and compact in _compact(many):
        return True
    *whole, last = words
    there = fold(many).split()
    return set(whole) <= set(there) and any(word == last or (len(last) > 2 and word.startswith(last)) for word in there)
