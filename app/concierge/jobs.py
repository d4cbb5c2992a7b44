"""Jobs of the concierge. Each is done twice without harm."""

from collections.abc import Sequence
from typing import Any

from app.concierge.models import RentalMonth
from app.concierge.services import fetching
from app.concierge.services.counting import count
from app.concierge.services.rereading import read_stay
from app.connectors.errors import PartnerError
from app.core.db import db, transaction
from app.core.jobs import RetryLater, progress


def read_again(account_id: int, stay_id: str) -> None:
    """A partner said that this stay changed: read it as it is now."""
    try:
        read_stay(account_id, stay_id)
    except PartnerError as error:
        if not error.final:
            raise RetryLater(error.message_fr, error.retry_after) from error


def count_month(month_id: int, runs: Sequence[int] = ()) -> dict[str, Any]:
    """Once these readings of partners are over, count a month: its previews are written anew, what is approved stays."""
    progress(0, 2)
    fetching.wait(runs)
    progress(1, 2)
    with transaction():
        told = count(db.session.get_one(RentalMonth, month_id))
    progress(2, 2)
    return {"statements": len(told.statements), "stays": told.stays, "oddities": len(told.oddities)}
