"""Verbs of loans. They run inside the caller's transaction."""

from app.lending.services.choosing import Wish, hold_set, take_set, why_not
from app.lending.services.handing import hand_over, prepare, take_back
from app.lending.services.keeping import end_options, ended_options, mark_late, newly_late
from app.lending.services.line import join, note_refusal
from app.lending.services.reserving import add_unit, cancel, confirm, extend, lend_now, locked, reserve

__all__ = [
    "Wish", "add_unit", "cancel", "confirm", "end_options", "ended_options", "extend", "hand_over", "hold_set", "join", "lend_now", "locked", "mark_late", "newly_late",
    "note_refusal", "prepare", "reserve", "take_back", "take_set", "why_not",
]  # fmt: skip
