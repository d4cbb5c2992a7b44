"""Jobs of the concierge. Each is done twice without harm: what they find to do is in the database."""

from collections.abc import Sequence
from time import monotonic
from typing import Any

from app.concierge.models import RentalMonth
from app.concierge.services import fetching, guests, making, outside
from app.concierge.services.counting import count
from app.concierge.services.rereading import read_stay
from app.connectors.errors import PartnerError
from app.core.db import db, transaction
from app.core.i18n import _
from app.core.jobs import RetryLater, progress

PROGRESS_SECONDS = 0.5
#: Six times this is longer than `outside.CALL`: a killed worker's call is taken up.
AGAIN_SECONDS = 30
SHOWN = 20


def read_again(account_id: int, stay_id: str) -> None:
    """A partner said that this stay changed: read it as it is now."""
    try:
        read_stay(account_id, stay_id)
    except PartnerError as error:
        if not error.final:
            raise RetryLater(error.message_fr, error.retry_after) from error


def forget_guests() -> int:
    """Every night: who stayed long ago is forgotten."""
    return guests.forget()


def count_month(month_id: int, runs: Sequence[int] = ()) -> dict[str, Any]:
    """Once these readings of partners are over, count a month: its previews are written anew, what is approved stays."""
    progress(0, 2)
    fetching.wait(runs)
    progress(1, 2)
    with transaction():
        told = count(db.session.get_one(RentalMonth, month_id))
    progress(2, 2)
    return {"statements": len(told.statements), "stays": told.stays, "oddities": len(told.oddities)}


def make_statements(ids: list[int]) -> dict[str, Any]:
    """Make and send these approved statements, with progress; the end of the list may be done by `help_statements` meanwhile."""
    total, told, refused = len(ids), 0.0, []
    for why in making.work(ids):
        refused += [why] if why else []
        if monotonic() - told >= PROGRESS_SECONDS:
            _tell(ids)
            told = monotonic()
    if _tell(ids):
        raise RetryLater(_("D'autres relevés de ce lot sont encore en cours."), seconds=AGAIN_SECONDS)
    return {"done": total - len(refused), "refused": refused[:SHOWN]}


def help_statements(ids: list[int]) -> dict[str, int]:
    """Do the same from the end, until the two meet."""
    return {"done": sum(1 for why in making.work(ids[::-1]) if not why)}


def _tell(ids: list[int]) -> int:
    """Say how far it is; how many are left."""
    left = making.left_of(ids)
    db.session.rollback()
    progress(len(ids) - left, len(ids))
    return left


def try_again() -> int:
    """Every ten minutes: the invoices that another system could not take for a while. Returns how many are tried."""
    ids = outside.to_try_again()
    db.session.rollback()
    if ids:
        with transaction():
            making.again(ids)
    return len(ids)
