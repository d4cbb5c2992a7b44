"""Verbs of members. They run inside the caller's transaction."""

from app.members.services.fees import Fee, fee, fees
from app.members.services.gate import Blocked, check_free
from app.members.services.memberships import ask, bill, cancel, send
from app.members.services.people import (
    add_household,
    authorise,
    call_first,
    change_household,
    join,
    leave,
    lift_suspension,
    meet,
    put_guardian,
    put_profile,
    suspend,
)
from app.members.services.seasons import archive_season, put_season

__all__ = [
    "Blocked", "Fee", "add_household", "archive_season", "ask", "authorise", "bill", "call_first", "cancel", "change_household", "check_free", "fee", "fees", "join", "leave",
    "lift_suspension", "meet", "put_guardian", "put_profile", "put_season", "send", "suspend",
]  # fmt: skip
