"""Verbs of accounts: signing in and out, accounts, rights."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import delete, func, select

from app.accounts.models import LoginAttempt, Organisation, RolePermission, User, UserSession
from app.accounts.queries import organisation, user_by_email
from app.accounts.states import Role
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.permissions import PERMISSIONS
from app.core.revisions import bump
from app.core.subject import Subject

ATTEMPTS = 8
WINDOW = timedelta(minutes=15)

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_NOBODY = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """The argon2id hash. Done before a transaction, never inside: it takes time on purpose."""
    return _hasher.hash(password)


def hash_token(token: str) -> str:
    """How a session's or recovery code's secret is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def too_many_attempts(*keys: str) -> bool:
    """True when one of these keys (account, address) was refused too often lately."""
    since = clock.now() - WINDOW
    most = db.session.scalar(
        select(func.count())
        .where(LoginAttempt.key.in_(keys), LoginAttempt.at > since)
        .group_by(LoginAttempt.key)
        .order_by(func.count().desc())
        .limit(1)
    )
    return (most or 0) >= ATTEMPTS


def check_password(email: str, password: str) -> User | None:
    """The person, or None; takes as long whether the account exists or not."""
    user = user_by_email(email)
    usable = user is not None and user.active and user.archived_at is None and bool(user.password_hash)
    try:
        _hasher.verify(user.password_hash if user and usable else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        return None
    return user if usable else None


def note_refusal(*keys: str) -> None:
    """Count a refused sign-in, and forget old ones."""
    require_transaction()
    db.session.execute(delete(LoginAttempt).where(LoginAttempt.at < clock.now() - 4 * WINDOW))
    db.session.add_all(LoginAttempt(key=key) for key in keys)


def open_session(user: User, *, address: str, agent: str) -> str:
    """A new session; returns the token that the browser keeps."""
    require_transaction()
    token = secrets.token_urlsafe(32)
    db.session.add(
        UserSession(user_id=user.id, token_hash=hash_token(token), address=address[:60], agent=agent[:200])
    )
    user.signed_in_at = clock.now()
    record(user, "user.signed_in", address=address)
    db.session.flush()
    return token


def close_session(session_id: int) -> None:
    """Revoke one session."""
    require_transaction()
    session = db.session.get(UserSession, session_id)
    if session is not None and session.revoked_at is None:
        session.revoked_at = clock.now()


def add_user(email: str, name: str, role: Role, *, password_hash: str = "", **more: Any) -> User:
    """A new account. Raises DomainError when the address is taken."""
    require_transaction()
    address = email.strip().lower()
    if user_by_email(address):
        raise DomainError(_("L'adresse %(email)s a déjà un compte. Modifiez ce compte-là.", email=address), field="email")
    user = User(email=address, name=name.strip(), role=role, password_hash=password_hash, **more)
    db.session.add(user)
    db.session.flush()
    record(user, "user.added", role=role.value)
    return user


def change_appearance(user_id: int, **choices: Any) -> None:
    """Keep how a person likes the screens: theme, rail, shortcuts."""
    require_transaction()
    user = db.session.get_one(User, user_id)
    user.appearance = {**user.appearance, **choices}


def grant(role: Role, permission: str, granted: bool) -> None:
    """Give a right to a role or take it; the manager keeps all. Audited. Raises DomainError."""
    require_transaction()
    if role == Role.MANAGER:
        raise DomainError(_("Le gérant garde tous les droits. Changez plutôt le rôle de la personne."))
    if permission not in PERMISSIONS:
        raise DomainError(_("Ce droit n'existe pas. Rechargez la page."))
    row = db.session.scalar(
        select(RolePermission).where(RolePermission.role == role, RolePermission.permission == permission)
    )
    if row is None:
        db.session.add(RolePermission(role=role, permission=permission, granted=granted))
    else:
        row.granted = granted
    record(Subject("permission", 0), "permission.changed", role=role.value, permission=permission, granted=granted)
    bump("permissions")


def create_organisation(**values: Any) -> Organisation:
    """The one organisation of this installation. Raises DomainError when there is one already."""
    require_transaction()
    if organisation() is not None:
        raise DomainError(_("L'organisation existe déjà. Connectez-vous pour la modifier."))
    row = Organisation(**values)
    db.session.add(row)
    db.session.flush()
    record(row, "organisation.created")
    bump("organisation")
    return row


def change_organisation(**values: Any) -> Organisation:
    """Change who we are; every screen and document follows."""
    require_transaction()
    row = db.session.scalars(select(Organisation).limit(1)).one()
    before = {key: getattr(row, key) for key in values if getattr(row, key) != values[key]}
    for key, value in values.items():
        setattr(row, key, value)
    if before:
        record(row, "organisation.changed", fields=sorted(before))
        bump("organisation")
    return row
