"""Sessions: a browser where somebody is signed in, revocable at any time."""

import hashlib
import secrets

from sqlalchemy import update

from app.accounts.models import User, UserSession
from app.accounts.services.attempts import forget_refusals
from app.core import clock
from app.core.db import db, require_transaction
from app.core.history import record


def hash_token(token: str) -> str:
    """How a session's or recovery code's secret is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_session(user: User, *, address: str, agent: str) -> str:
    """A new session; returns the token that the browser keeps."""
    require_transaction()
    token = secrets.token_urlsafe(32)
    db.session.add(UserSession(user_id=user.id, token_hash=hash_token(token), address=address[:60], agent=agent[:200]))
    db.session.get_one(User, user.id).signed_in_at = clock.now()
    forget_refusals(f"email:{user.email}", f"code:{user.id}")
    record(user, "user.signed_in", address=address)
    db.session.flush()
    return token


def close_session(session_id: int, user_id: int | None = None) -> bool:
    """Revoke one session, of that person when given. False when there was none to revoke."""
    require_transaction()
    session = db.session.get(UserSession, session_id)
    if session is None or session.revoked_at is not None or user_id not in (None, session.user_id):
        return False
    session.revoked_at = clock.now()
    db.session.flush()
    return True


def close_sessions_of(user_id: int, *, keep: int | None = None) -> int:
    """Revoke every session of a person, but `keep`. Returns how many."""
    require_transaction()
    closed = db.session.scalars(
        update(UserSession)
        .where(UserSession.user_id == user_id, UserSession.revoked_at.is_(None), UserSession.id != (keep or 0))
        .values(revoked_at=clock.now())
        .returning(UserSession.id)
    )
    return len(closed.all())
