"""Loans that the demonstration always has, whatever the day: of the accounts' own families, and today's pick-ups and returns."""

from datetime import datetime, timedelta
from typing import Any

from app.core import clock
from app.demo.homes import ALONE, SHARED, Homes
from app.demo.loans import Draft, Loans
from app.lending.states import LoanState

Row = dict[str, Any]
#: Whose (account, which child: None himself), how the thing begins, days from today of hand-over and return.
THEIRS: tuple[tuple[int, int | None, str, int, int], ...] = (
    (3, 0, "Violon 3/4", -40, 17), (3, 1, "Guitare classique 3/4", 9, 100), (SHARED, 0, "Violon 1/2", -25, 3),
    (ALONE, None, "Clarinette", -12, 30),
)  # fmt: skip
PICKED_UP = ("Violon 4/4", "Guitare classique 4/4", "Flûte", "Violoncelle")
BROUGHT_BACK = ("Alto", "Saxophone", "Trompette", "Guitare folk")


def put(loans: Loans, fleet: list[Row], homes: Homes) -> None:
    """Set these loans apart, before the others are told."""
    today = clock.local(loans.now).date()

    def at(days: int, hour: int) -> datetime:
        return clock.at(today + timedelta(days=days), hour)

    for account, child, name, first, last in THEIRS:
        contact = homes.contacts[account - 1] if child is None else homes.children[account][child]
        unit = loans.free_unit(fleet, name)
        if unit is not None:
            state = LoanState.OUT if first < 0 else LoanState.RESERVED
            loans.put(Draft(at(first, 16), at(last, 18), unit, contact, state))
    people = homes.pupils[8:]  # after those of the accounts
    coming = [(name, at(0, 16), at(28, 18), LoanState.RESERVED) for name in PICKED_UP]
    back = [(name, at(-28, 10), at(0, 18), LoanState.OUT) for name in BROUGHT_BACK]
    for (name, start, due, state), contact in zip((*coming, *back), people, strict=False):
        unit = loans.free_unit(fleet, name)
        if unit is not None:
            loans.put(Draft(start, due, unit, contact, state))
