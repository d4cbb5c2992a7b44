"""Reads of accounts: rights, people, the organisation."""

from collections.abc import Sequence

from sqlalchemy import select

from app.accounts.models import Organisation, RolePermission, Site, User, UserSession
from app.accounts.states import STAFF, Role
from app.core.db import db
from app.core.permissions import PERMISSIONS
from app.core.revisions import kept_until


@kept_until("permissions")
def rights_of(role: Role) -> frozenset[str]:
    """The codes a role has: its presets, corrected by the manager's table. The manager has everything."""
    if role == Role.MANAGER:
        return frozenset(PERMISSIONS)
    rights = {code for code, permission in PERMISSIONS.items() if role.value in permission.roles}
    rows = db.session.execute(
        select(RolePermission.permission, RolePermission.granted).where(RolePermission.role == role)
    )
    for code, granted in rows:
        (rights.add if granted else rights.discard)(code)
    return frozenset(rights & PERMISSIONS.keys())


def allowed(user: User, code: str) -> bool:
    """True when the person's role has that right."""
    return bool(user.is_authenticated and user.active and code in rights_of(user.role))


@kept_until("organisation")
def organisation() -> Organisation | None:
    """The organisation of this installation, detached; None before the first run."""
    found = db.session.scalar(select(Organisation).limit(1))
    if found is not None:
        db.session.expunge(found)
    return found


def our_organisation() -> Organisation:
    """The organisation; raises LookupError before the first run."""
    found = organisation()
    if found is None:
        raise LookupError("no organisation yet")
    return found


def user_by_email(email: str) -> User | None:
    """The account of that address, whatever its case."""
    return db.session.scalar(select(User).where(User.email == email.strip().lower()))


def session_user(token_hash: str) -> tuple[User, UserSession] | None:
    """The person behind a live session."""
    row = db.session.execute(
        select(User, UserSession)
        .join(UserSession, UserSession.user_id == User.id)
        .where(
            UserSession.token_hash == token_hash,
            UserSession.revoked_at.is_(None),
            User.active,
            User.archived_at.is_(None),
        )
    ).one_or_none()
    return (row[0], row[1]) if row else None


def people(*roles: Role) -> Sequence[tuple[int, str]]:
    """(id, name) of active people with one of these roles, by name."""
    query = (
        select(User.id, User.name)
        .where(User.role.in_(roles or STAFF), User.active, User.archived_at.is_(None))
        .order_by(User.name)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def workers() -> Sequence[tuple[int, str]]:
    """Those to whom a ticket may be given: technicians, outside repairers, managers."""
    return people(Role.TECHNICIAN, Role.REPAIRER, Role.MANAGER)


def sites() -> Sequence[tuple[int, str]]:
    """(id, name) of the sites in use."""
    query = select(Site.id, Site.name).where(Site.archived_at.is_(None)).order_by(Site.name)
    return [(row[0], row[1]) for row in db.session.execute(query)]
