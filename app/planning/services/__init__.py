"""Verbs of the planning."""

from app.planning.services.bookings import (
    book_asset,
    book_user,
    cancel,
    end_lapsed_holds,
    give_out,
    out_for,
    take_back,
)
from app.planning.services.changes import (
    back_in_time,
    confirm,
    keep_late,
    lock_asset,
    settle,
    shift,
    start_now,
    stretch,
    swap_units,
    touched,
    use_of,
)
from app.planning.services.holds import hold, hold_all, let_go
from app.planning.services.repairs import end_maintenance, expect, is_late, maintenance_of, start_maintenance, withdraw

__all__ = [
    "back_in_time", "book_asset", "book_user", "cancel", "confirm", "end_lapsed_holds", "end_maintenance", "expect", "give_out",
    "hold", "hold_all", "is_late", "keep_late", "let_go", "lock_asset", "maintenance_of", "out_for", "settle", "shift", "start_maintenance",
    "start_now", "stretch", "swap_units", "take_back", "touched", "use_of", "withdraw",
]  # fmt: skip
