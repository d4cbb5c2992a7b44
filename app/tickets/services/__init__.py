"""Verbs of tickets: take in, work, wait, move, hand over, ship. They run inside the caller's transaction."""

from app.tickets.services.intake import DeviceInput, IntakeInput, take_in
from app.tickets.services.lines import LineInput, add_line, change_line, remove_line
from app.tickets.services.loaners import lend_loaner, take_loaner_back
from app.tickets.services.locking import locked
from app.tickets.services.moves import Arrival, move, move_by_itself, record_shipping
from app.tickets.services.notices import remind_pickup, status_link, tell_received
from app.tickets.services.paid_in import after_paid_in, put_paid_in
from app.tickets.services.repairs import Affected, affected_by, announce_delay, follow_promise, keep_to_promise
from app.tickets.services.standard import add_article_line
from app.tickets.services.work import (
    assign,
    change_details,
    set_priority,
    set_waiting,
    touch,
    write_text,
)

__all__ = [
    "Affected",
    "Arrival",
    "DeviceInput",
    "IntakeInput",
    "LineInput",
    "add_article_line",
    "add_line",
    "affected_by",
    "after_paid_in",
    "announce_delay",
    "assign",
    "change_details",
    "change_line",
    "follow_promise",
    "keep_to_promise",
    "lend_loaner",
    "locked",
    "move",
    "move_by_itself",
    "put_paid_in",
    "record_shipping",
    "remind_pickup",
    "remove_line",
    "set_priority",
    "set_waiting",
    "status_link",
    "take_in",
    "take_loaner_back",
    "tell_received",
    "touch",
    "write_text",
]  # fmt: skip
