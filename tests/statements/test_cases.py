"""The table of cases: contract, stays, and what each owner must find on his statement, worked out by hand."""

from typing import Any

import pytest

from app.core.money import euros
from app.statements.models import Statement
from app.statements.services import statements_of
from tests.statements.reading import book_of, cases, cents

pytestmark = [pytest.mark.row("E3"), pytest.mark.row("E6")]
CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=[case["cas"] for case in CASES])
def test_the_month_is_counted_as_by_hand(case: dict[str, Any]) -> None:
    found = {statement.owner: statement for statement in statements_of(book_of(case))}
    expected = case["attendu"]
    assert {owner: _told(found[owner], expected[owner]) for owner in expected} == {
        owner: _wanted(said) for owner, said in expected.items()
    }
    assert set(found) == set(expected)


def test_each_dimension_is_crossed_with_another() -> None:
    assert len(CASES) >= 40
    assert len({case["cas"] for case in CASES}) == len(CASES)


def _told(statement: Statement, said: dict[str, Any]) -> dict[str, Any]:
    sums = {f"{line.stay} {line.label}".strip(): line.formula for line in statement.lines}
    return {
        "lines": sorted(f"{line.stay} {line.label}".strip() + " : " + euros(line.cents) for line in statement.lines),
        "sums": {what: _plain(sums.get(what, "")) for what in said.get("calculs", {})},
        "closing": euros(statement.closing),
    }


def _wanted(said: dict[str, Any]) -> dict[str, Any]:
    return {
        "lines": sorted(f"{what} : {euros(cents(amount))}" for what, amount in (said.get("lignes") or {}).items()),
        "sums": {what: _plain(told) for what, told in said.get("calculs", {}).items()},
        "closing": euros(cents(said["solde"])),
    }


def _plain(text: str) -> str:
    """The same sentence with ordinary spaces and hyphens, as one types it."""
    return " ".join(text.split()).replace("−", "-").replace("’", "'")
