"""Refusals, counted by account and by address, to slow down guessing."""

from datetime import timedelta

from sqlalchemy import delete, func, select

from app.accounts.models import LoginAttempt
from app.core import clock
from app.core.db import db, require_transaction

WINDOW = timedelta(minutes=15)

# How many refusals a window bears, by what is counted. An address may be a whole workshop's.
LIMITS = {"email": 8, "address": 40, "code": 6, "password": 8, "reset": 4, "reset-address": 20, "link": 30}


def too_many_attempts(*keys: str) -> bool:
    """True when one of these keys ("email:a@b.fr", "address:192.0.2.1") was refused too often lately."""
    since = clock.now() - WINDOW
    counts = db.session.execute(
        select(LoginAttempt.key, func.count())
        .where(LoginAttempt.key.in_(keys), LoginAttempt.at > since)
        .group_by(LoginAttempt.key)
    )
    return any(count >= LIMITS[key.split(":", 1)[0]] for key, count in counts)


def note_refusal(*keys: str) -> None:
    """Count a refusal, and forget old ones."""
    require_transaction()
    db.session.execute(delete(LoginAttempt).where(LoginAttempt.at < clock.now() - 4 * WINDOW))
    db.session.add_all(LoginAttempt(key=key) for key in keys)
    db.session.flush()


def forget_refusals(*keys: str) -> None:
    """Somebody proved who they are: start counting anew."""
    require_transaction()
    db.session.execute(delete(LoginAttempt).where(LoginAttempt.key.in_(keys)))
