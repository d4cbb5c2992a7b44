"""Reads of the planning."""

from app.planning.queries.bookings import bookings_about, clash, free_assets
from app.planning.queries.calendar import Day, calendar, is_open_day, next_open_day
from app.planning.queries.rules import Rules, rules_of

__all__ = [
    "Day", "Rules", "bookings_about", "calendar", "clash", "free_assets", "is_open_day", "next_open_day", "rules_of",
]  # fmt: skip
