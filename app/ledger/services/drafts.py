"""What a source says before it is written: an entry to be, balanced by its maker."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from app.ledger.states import Journal


class Key(NamedTuple):
    """A source that has no entry yet, in the order in which entries are written: day, then kind, then rank."""

    day: date
    order: int
    kind: str
    id: int
    step: str


class Third(NamedTuple):
    """An auxiliary account: « C00012 », and whose it is."""

    code: str = ""
    label: str = ""


NOBODY = Third()
#: How the auxiliary account of somebody who pays a part for another begins.
PAYER = "T"


def client(contact_id: int | None, name: str | None) -> Third:
    """The auxiliary account of a client; all passing clients share one."""
    return Third(f"C{contact_id:05d}", name or "") if contact_id else Third("CDIVERS", "Clients de passage")


def supplier(contact_id: int, name: str) -> Third:
    """The auxiliary account of a supplier."""
    return Third(f"F{contact_id:05d}", name)


def payer(contact_id: int, name: str) -> Third:
    """The auxiliary account of somebody who pays a part for another."""
    return Third(f"{PAYER}{contact_id:05d}", name)


def owner(contact_id: int | None, name: str | None) -> Third:
    """The auxiliary account of an owner whose rents are held."""
    return Third(f"P{contact_id or 0:05d}", name or "")


class Movement(NamedTuple):
    """A line to be: `amount` in cents, above zero at the debit, below at the credit."""

    role: str
    amount: int
    third: Third = NOBODY
    allocation_id: int | None = None
    code: str = ""
    label: str = ""


@dataclass(slots=True)
class Draft:
    """An entry to be. `role` of a movement is turned into a code when it is written."""

    key: Key
    journal: Journal
    piece: str
    label: str
    piece_on: date
    movements: list[Movement] = field(default_factory=list)

    def put(self, role: str, amount: int, third: Third = NOBODY, allocation_id: int | None = None) -> None:
        """Add a line: above zero at the debit. Nothing when it is nothing."""
        if amount:
            self.movements.append(Movement(role, amount, third, allocation_id))

    @property
    def gap(self) -> int:
        """Debit less credit: zero in a sound entry."""
        return sum(movement.amount for movement in self.movements)

    def merged(self, account_of: Callable[[Movement], tuple[str, str]]) -> list[Movement]:
        """Its lines, debits first: those of one role, one person and one allocation together, then those of one account and one side.

        `account_of`: the (code, label) of a movement; two roles may share an account, they never cancel each other there.
        """
        sums = self._sums(both=False)
        if not any(sums.values()):
            sums = self._sums(both=True)
        sides: dict[tuple[Movement, bool], int] = defaultdict(int)
        labels: dict[str, str] = {}
        for (movement, _side), amount in sums.items():
            code, label = account_of(movement)
            line = movement._replace(role="", code=code, label=labels.setdefault(code, label))
            sides[line, amount < 0] += amount
        lines = [line._replace(amount=amount) for (line, _credit), amount in sides.items() if amount]
        return sorted(lines, key=lambda line: line.amount < 0)

    def _sums(self, *, both: bool) -> dict[tuple[Movement, bool], int]:
        """Cents by role, person and allocation; `both`: debit and credit apart, for a day that gave back all that it sold."""
        sums: dict[tuple[Movement, bool], int] = defaultdict(int)
        for movement in self.movements:
            sums[movement._replace(amount=0), both and movement.amount < 0] += movement.amount
        return sums
