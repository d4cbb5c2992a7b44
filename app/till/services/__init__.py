"""Verbs of the till."""

from app.core.errors import DomainError as Refused
from app.till.services.cart import as_values
from app.till.services.closings import close_period, close_till, expected_now, periods_to_close
from app.till.services.refunds import given_back, new_key, refund, worth_of
from app.till.services.sealing import ClockWentBack, accept_clock, chain_of, note_clock
from app.till.services.selling import by_key, sell
from app.till.services.sessions import (
    add_till,
    bring_cash,
    change_till,
    note_void,
    open_drawer,
    open_till,
    set_training,
    suspend,
    take_cash,
    take_up,
)
from app.till.services.sums import Paid, SaleLine, sums_of

__all__ = [
    "ClockWentBack", "Paid", "Refused", "SaleLine", "accept_clock", "add_till", "as_values", "bring_cash", "by_key", "chain_of",
    "change_till", "close_period", "close_till", "expected_now", "given_back", "new_key", "note_clock", "note_void", "open_drawer", "open_till",
    "periods_to_close", "refund", "sell", "set_training", "sums_of", "suspend", "take_cash", "take_up", "worth_of",
]  # fmt: skip
