"""Verbs of personal data: give, erase, keep aside, answer."""

from app.privacy.services.erasing import erase, outlook, replay
from app.privacy.services.exporting import archive_of, drop_old_exports, make_export
from app.privacy.services.requests import add_request, answer_request, ask_export, export_token
from app.privacy.services.retention import drop_outdated, hold, keep_rules, nights_are_on, release, switch_nights

__all__ = [
    "add_request", "answer_request", "archive_of", "ask_export", "drop_old_exports", "drop_outdated", "erase", "export_token", "hold",
    "keep_rules", "make_export", "nights_are_on", "outlook", "release", "replay", "switch_nights",
]  # fmt: skip
