"""A movement of a statement, and the key by which it is known again when it comes in another file."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

from app.core.search import fold


class Movement(NamedTuple):
    """One line of a statement: cents, above zero when money came. `bank_id`: the bank's own identifier, when it gives one."""

    booked_on: date
    label: str
    amount: int
    reference: str = ""
    bank_id: str = ""


class Read(NamedTuple):
    """What a file holds: whose account, its movements, the numbers of the lines that could not be read."""

    account: str
    movements: list[Movement]
    faults: list[int]


def keyed(account: str, movements: Iterable[Movement]) -> Iterator[tuple[str, Movement]]:
    """Each movement with its key. Two like ones of the same day are told apart by their rank, the same in every file."""
    seen: Counter[str] = Counter()
    for movement in movements:
        words = movement.bank_id or f"{fold(movement.label)}|{fold(movement.reference)}"
        text = f"{account}|{movement.booked_on.isoformat()}|{movement.amount}|{words}"
        seen[text] += 1
        yield hashlib.sha256(f"{text}|{seen[text]}".encode()).hexdigest()[:40], movement
