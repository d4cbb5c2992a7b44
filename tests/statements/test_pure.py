"""The statements need neither the database nor the web (docs/statements.md)."""

import subprocess
import sys

import pytest

from app.statements.models import Book, Line, Month, Statement
from app.statements.services.oddities import oddities
from app.statements.states import LineKind, Oddity
from tests.code_base.source import ROOT


def test_they_are_loaded_without_the_application() -> None:
    code = (
        "import sys, app.statements.services; "
        "print({'flask', 'sqlalchemy', 'app.core.db'} & set(sys.modules) or 'alone')"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "alone"


@pytest.mark.row("E6")
@pytest.mark.parametrize(("opening", "moves", "odd"), [
    (0, {LineKind.COMMISSION: 20_000}, False),  # he owes this month: usual
    (-30_000, {LineKind.SETTLED: 30_000, LineKind.COMMISSION: 20_000}, False),  # he paid the month before
    (-30_000, {LineKind.COMMISSION: 20_000}, True),  # he did not
    (-30_000, {LineKind.SETTLED: 10_000, LineKind.COMMISSION: 20_000}, True),  # not whole
    (0, {LineKind.RENT: 15_000, LineKind.COMMISSION: 20_000}, True),  # rents that do not pay for the work
    (0, {LineKind.RENT: 50_000, LineKind.COMMISSION: 20_000}, False),
])  # fmt: skip
def test_a_balance_below_zero_is_odd_when_rents_or_the_owner_fell_short(
    opening: int, moves: dict[LineKind, int], odd: bool
) -> None:
    lines = tuple(Line("1", "", "", kind, "", cents) for kind, cents in moves.items())
    receipts = sum(cents for kind, cents in moves.items() if kind is not LineKind.COMMISSION)
    fees = moves[LineKind.COMMISSION]
    month = Month(2026, 10)
    told = Statement("1", month, opening, lines, receipts, 0, fees, 0, opening + receipts - fees)
    found = [one.what for one in oddities(Book(month, ()), [told])]
    assert found == ([Oddity.BELOW_ZERO] if odd else [])
