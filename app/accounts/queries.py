"""Reads of accounts: rights, people, the organisation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, case, func, not_, select

from app.accounts.models import Organisation, RolePermission, Site, User, UserSession
from app.accounts.states import EDITABLE, STAFF, AccountState, Role
from app.core import clock
from app.core.agents import browser_words, is_handheld
from app.core.db import db
from app.core.links import SignedLink
from app.core.pages import Page, paged
from app.core.permissions import PERMISSIONS, Permission
from app.core.revisions import kept_until
from app.core.settings import setting

SESSION_LIFE = timedelta(days=30)


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


# Asked at every request: built once.
_SESSION_USER = (
    select(User, UserSession)
    .join(UserSession, UserSession.user_id == User.id)
    .where(
        UserSession.token_hash == bindparam("token_hash"),
        UserSession.revoked_at.is_(None),
        UserSession.created_at > bindparam("oldest"),
        User.active,
        User.archived_at.is_(None),
    )
)


def session_user(token_hash: str) -> tuple[User, UserSession] | None:
    """The person behind a live session."""
    asked = {"token_hash": token_hash, "oldest": clock.now() - SESSION_LIFE}
    row = db.session.execute(_SESSION_USER, asked).one_or_none()
    return (row[0], row[1]) if row else None


@kept_until("users")
def people(*roles: Role) -> Sequence[tuple[int, str]]:
    """(id, name) of active people with one of these roles, by name."""
    query = (
        select(User.id, User.name)
        .where(User.role.in_(roles or STAFF), User.active, User.archived_at.is_(None))
        .order_by(User.name)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


@kept_until("users")
def workers() -> Sequence[tuple[int, str]]:
    """Those to whom a ticket may be given: technicians, outside repairers, managers."""
    return people(Role.TECHNICIAN, Role.REPAIRER, Role.MANAGER)


@kept_until("sites")
def sites() -> Sequence[tuple[int, str]]:
    """(id, name) of the sites in use."""
    query = select(Site.id, Site.name).where(Site.archived_at.is_(None)).order_by(Site.name)
    return [(row[0], row[1]) for row in db.session.execute(query)]


# --- second step ------------------------------------------------------------------------------------------------------


def totp_wanted(role: Role) -> bool:
    """True when the manager makes the second step compulsory for that role."""
    return role.value in setting("accounts.totp_roles")


def must_set_up_totp(user: User) -> bool:
    """True for somebody whose role asks for a second step, and who has none yet."""
    return user.totp_since is None and totp_wanted(user.role)


# --- sessions ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A browser where somebody is signed in."""

    id: int
    browser: str
    handheld: bool
    address: str
    since: datetime


def open_sessions(user_id: int) -> list[OpenSession]:
    """The live sessions of a person, newest first."""
    query = (
        select(UserSession.id, UserSession.agent, UserSession.address, UserSession.created_at)
        .where(
            UserSession.user_id == user_id,
            UserSession.revoked_at.is_(None),
            UserSession.created_at > clock.now() - SESSION_LIFE,
        )
        .order_by(UserSession.id.desc())
    )
    return [
        OpenSession(number, browser_words(agent), is_handheld(agent), address, since)
        for number, agent, address, since in db.session.execute(query)
    ]


def recent_link(kind: str, user_id: int) -> datetime | None:
    """When the newest live link of that kind was given to somebody."""
    return db.session.scalar(
        select(func.max(SignedLink.created_at)).where(
            SignedLink.kind == kind,
            SignedLink.subject_kind == User.__kind__,
            SignedLink.subject_id == user_id,
            SignedLink.revoked_at.is_(None),
        )
    )


# --- the team ---------------------------------------------------------------------------------------------------------


def _in_state(state: AccountState) -> ColumnElement[bool]:
    in_use = and_(User.active, User.archived_at.is_(None))
    if state == AccountState.CLOSED:
        return not_(in_use)
    return and_(in_use, User.password_hash == "" if state == AccountState.INVITED else User.password_hash != "")


def state_of(user: User) -> AccountState:
    """What the account is to the team's list."""
    if not user.active or user.archived_at is not None:
        return AccountState.CLOSED
    return AccountState.ACTIVE if user.password_hash else AccountState.INVITED


def accounts_page(state: AccountState, number: int, size: int, *, clients: bool = False) -> Page:
    """Rows (id, name, email, role, totp_since, signed_in_at, created_at, site) of the team, or of the clients."""
    query = (
        select(
            User.id, User.name, User.email, User.role, User.totp_since, User.signed_in_at, User.created_at,
            Site.name.label("site"),
        )
        .outerjoin(Site, User.site_id == Site.id)
        .where(_in_state(state), (User.role == Role.CLIENT) if clients else User.role.in_(STAFF))
        .order_by(func.lower(User.name), User.id)
    )  # fmt: skip
    return paged(query, number, size)


def account_counts() -> dict[tuple[AccountState, bool], int]:
    """How many accounts, by (state, is a client)."""
    columns = [
        func.sum(case((and_(_in_state(state), (User.role == Role.CLIENT) == clients), 1), else_=0))
        for state in AccountState
        for clients in (False, True)
    ]
    counts = db.session.execute(select(*columns)).one()
    keys = [(state, clients) for state in AccountState for clients in (False, True)]
    return {key: count or 0 for key, count in zip(keys, counts, strict=True)}


def account(user_id: int) -> User | None:
    """The account of that id, whatever its state."""
    return db.session.get(User, user_id)


def active_managers(*, lock: bool = False) -> list[int]:
    """Ids of the managers who can sign in; `lock` keeps two of them from leaving at the same moment."""
    query = (
        select(User.id)
        .where(User.role == Role.MANAGER, _in_state(AccountState.ACTIVE))
        .order_by(User.id)
    )  # fmt: skip
    return list(db.session.scalars(query.with_for_update() if lock else query))


# --- rights -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RightRow:
    """One line of the permission table: which roles have the right, and which had it at the start."""

    permission: Permission
    has: frozenset[Role]
    preset: frozenset[Role]


def rights_table() -> list[tuple[str, list[RightRow]]]:
    """(group, its lines) in the order of declaration."""
    rights = {role: rights_of(role) for role in Role}
    groups: dict[str, list[RightRow]] = {}
    for code, permission in PERMISSIONS.items():
        has = frozenset(role for role in Role if code in rights[role])
        preset = frozenset(role for role in Role if role == Role.MANAGER or role.value in permission.roles)
        groups.setdefault(permission.group, []).append(RightRow(permission, has, preset))
    return list(groups.items())


def changed_roles() -> list[Role]:
    """The roles whose rights differ from the presets."""
    return [
        role
        for role in EDITABLE
        if rights_of(role) != {code for code, item in PERMISSIONS.items() if role.value in item.roles}
    ]
