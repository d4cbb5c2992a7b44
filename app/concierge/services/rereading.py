"""One stay read again at its partner's, out of its turn."""

from typing import Any

from sqlalchemy import select

from app.concierge.models import Stay
from app.concierge.services.receiving import receive, vanish
from app.concierge.services.sources.smoobu import one
from app.connectors.errors import PartnerError
from app.connectors.http import HttpRefusal
from app.core.db import db, transaction
from app.core.partners import PartnerAccount, note_outcome, route_of

GONE = 404


def read_stay(account_id: int, stay_id: str) -> None:
    """Write it as the partner tells it now; cancelled when it is no longer there. Makes its own transaction, after the call.

    Raises PartnerError when the partner cannot be asked.
    """
    account = db.session.get(PartnerAccount, account_id)
    if account is None or not account.active or account.archived_at is not None:
        return
    route, calls, refusal = route_of(account), list[Any](), None
    db.session.rollback()
    try:
        stays = [one(route, stay_id, calls.append)]
    except PartnerError as error:
        stays, refusal = [], error
    gone = isinstance(refusal, HttpRefusal) and refusal.status == GONE
    with transaction():
        if gone:
            vanish(db.session.scalars(select(Stay).where(Stay.account_id == account_id, Stay.remote_id == stay_id)))
        receive(account_id, stays)
        note_outcome(account_id, route.kind, calls, "" if refusal is None or gone else refusal.message_fr)
    if refusal is not None and not gone:
        raise refusal
