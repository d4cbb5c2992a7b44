"""Addresses at which a partner tells us that something changed: unguessable, and believed in nothing but what to read again."""

import hashlib
import hmac

from flask import current_app

from app.core.db import db
from app.core.jobs import later
from app.core.partners import PartnerAccount

KIND = "smoobu"
READ_AGAIN = "app.concierge.jobs.read_again"
#: Their words about a stay; those about messages or prices change nothing here.
ABOUT_A_STAY = frozenset({"newReservation", "updateReservation", "cancelReservation", "deleteReservation"})
LENGTH = 32


def token_of(account_id: int) -> str:
    """What ends the address of an account."""
    key = hashlib.sha256(b"webhooks:" + str(current_app.config["SECRET_KEY"]).encode()).digest()
    return f"{account_id}-{hmac.new(key, f'{KIND}:{account_id}'.encode(), hashlib.sha256).hexdigest()[:LENGTH]}"


def account_at(token: str) -> PartnerAccount | None:
    """The account, in service or not, of that address; None when it is no address of ours."""
    number = token.partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    if not hmac.compare_digest(token_of(int(number)).encode(), token.encode()):
        return None
    account = db.session.get(PartnerAccount, int(number))
    return account if account is not None and account.kind == KIND and account.archived_at is None else None


def named_stay(body: object) -> str:
    """The id of the stay that an event is about; "" when it is about none."""
    if not isinstance(body, dict) or body.get("action") not in ABOUT_A_STAY:
        return ""
    data = body.get("data")
    found = data.get("id") if isinstance(data, dict) else None
    return str(found) if isinstance(found, int) or (isinstance(found, str) and found.isdigit()) else ""


def ask_again(account: PartnerAccount, stay_id: str) -> None:
    """Have that one stay read again, in a job. Told twice, it is read twice, which changes nothing."""
    later(READ_AGAIN, account.id, stay_id)
