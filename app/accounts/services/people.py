"""Accounts: invited, changed, deactivated; the last manager stays."""

from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.queries import active_managers, recent_link, user_by_email
from app.accounts.services.letters import write_invitation, write_reset
from app.accounts.services.passwords import set_password
from app.accounts.services.second_step import turn_off_totp
from app.accounts.services.sessions import close_sessions_of
from app.accounts.states import Role
from app.core import clock, links
from app.core.db import db, require_transaction
from app.core.errors import DomainError, Gone, NotAllowed
from app.core.history import record
from app.core.i18n import _
from app.core.phones import parse_phone
from app.core.subject import Subject

INVITATION_DAYS = 7
RESET_HOURS = 2

_RESET_PAUSE_SECONDS = 60


def add_user(email: str, name: str, role: Role, *, password_hash: str = "", **more: Any) -> User:
    """A new account. Raises DomainError when the address is taken."""
    require_transaction()
    address = email.strip().lower()
    _refuse_taken(address)
    user = User(email=address, name=name.strip(), role=role, password_hash=password_hash, **more)
    db.session.add(user)
    db.session.flush()
    record(user, "user.added", role=role.value)
    return user


def _refuse_taken(address: str) -> None:
    if user_by_email(address):
        raise DomainError(
            _("L'adresse %(email)s a déjà un compte. Modifiez ce compte-là.", email=address), field="email"
        )


def _may_make(by: User | None, *roles: Role) -> None:
    """Only a manager names, changes or sends away a manager. `by` None is the system."""
    if by is not None and by.role != Role.MANAGER and Role.MANAGER in roles:
        raise NotAllowed(_("Seul un gérant peut nommer, modifier ou désactiver un gérant."))


# --- invitation ---------------------------------------------------------------------------------------------------


def invite(email: str, name: str, role: Role, *, by: User | None = None, **more: Any) -> tuple[User, str]:
    """A new account without a password, and the token of its link (7 days). Raises DomainError, NotAllowed."""
    _may_make(by, role)
    user = add_user(email, name, role, **more)
    return user, new_invitation(user)


def new_invitation(user: User) -> str:
    """A fresh link for somebody who has no password yet; earlier ones are void. Raises DomainError."""
    require_transaction()
    if user.password_hash:
        raise DomainError(
            _(
                "%(name)s a déjà un mot de passe. Proposez « Mot de passe oublié » sur la page de connexion.",
                name=user.name,
            )
        )
    about = Subject("user", user.id)
    links.revoke("invite", about)
    record(user, "user.invited")
    return links.issue("invite", about, days=INVITATION_DAYS)


def send_invitation(user: User, token: str) -> None:
    """Put the invitation in the outbox."""
    write_invitation(user, token, INVITATION_DAYS)


def holder_of(token: str, kind: str) -> User | None:
    """Who that link ("invite" or "reset") belongs to; None when forged. Raises Gone when it expired or has served."""
    link = links.resolve(token, kind)
    user = db.session.get(User, link.subject_id) if link else None
    if user is not None and (not user.active or user.archived_at is not None):
        raise Gone(_("Ce compte n'est plus en service. Demandez au gérant de le rouvrir."))
    return user


def take_link(token: str, kind: str, password_hash: str) -> User:
    """The person chose a password by that link, which has now served; every session of theirs ends. Raises Gone."""
    require_transaction()
    user = holder_of(token, kind)
    if user is None:
        raise Gone(_("Ce lien n'est plus valable. Demandez-en un nouveau."))
    set_password(user.id, password_hash)
    close_sessions_of(user.id)
    return user


# --- forgotten password ---------------------------------------------------------------------------------------------


def ask_reset(email: str) -> tuple[User, str] | None:
    """The person and the token of a link (2 hours); None when nobody with that address may sign in."""
    require_transaction()
    user = user_by_email(email)
    if user is None or not user.active or user.archived_at is not None:
        return None
    about = Subject("user", user.id)
    links.revoke("reset", about)
    record(user, "user.reset_asked")
    return user, links.issue("reset", about, hours=RESET_HOURS)


def send_reset(email: str) -> None:
    """Send the link, if there is such an account; nothing when one was sent within the minute, so a job done twice sends once."""
    require_transaction()
    user = user_by_email(email)
    sent_at = recent_link("reset", user.id) if user else None
    if sent_at is not None and (clock.now() - sent_at).total_seconds() < _RESET_PAUSE_SECONDS:
        return
    found = ask_reset(email)
    if found is not None:
        write_reset(*found, RESET_HOURS)


# --- changes ----------------------------------------------------------------------------------------------------------


def change_profile(user_id: int, *, name: str, phone: str) -> None:
    """One's own name and telephone. Raises DomainError."""
    require_transaction()
    if phone.strip():
        parse_phone(phone)
    user = db.session.get_one(User, user_id)
    _apply(user, {"name": name.strip(), "phone": phone.strip()})


def change_person(user_id: int, *, by: User, **values: Any) -> User:
    """Change somebody's account. Raises DomainError, NotAllowed."""
    require_transaction()
    user = db.session.get_one(User, user_id)
    role = values.get("role", user.role)
    _may_make(by, user.role, role)
    if user.role != role:
        if Role.CLIENT in (user.role, role):
            raise DomainError(_("Le compte d'un client reste un compte de client."), field="role")
        _keep_a_manager(user)
    if values.get("phone"):
        parse_phone(values["phone"])
    if "email" in values:
        values["email"] = values["email"].strip().lower()
        if values["email"] != user.email:
            _refuse_taken(values["email"])
    _apply(user, values)
    return user


def _apply(user: User, values: dict[str, Any]) -> None:
    changed = {key: value for key, value in values.items() if getattr(user, key) != value}
    for key, value in changed.items():
        setattr(user, key, value)
    if changed:
        db.session.flush()
        role = {"role": user.role.value} if "role" in changed else {}
        record(user, "user.changed", fields=sorted(changed), **role)


def _keep_a_manager(user: User) -> None:
    if user.role == Role.MANAGER and active_managers(lock=True) == [user.id]:
        raise DomainError(
            _("%(name)s est le dernier gérant. Nommez-en un autre d'abord.", name=user.name), field="role"
        )


def deactivate(user_id: int, *, by: User) -> User:
    """Close an account: its sessions end, its past stays. Raises DomainError, NotAllowed."""
    require_transaction()
    user = db.session.get_one(User, user_id)
    _may_make(by, user.role)
    _keep_a_manager(user)
    if user.id == by.id:
        raise DomainError(_("Vous ne pouvez pas désactiver votre propre compte. Demandez-le à un autre gérant."))
    user.active = False
    for kind in ("invite", "reset"):
        links.revoke(kind, Subject("user", user.id))
    close_sessions_of(user.id)
    record(user, "user.deactivated")
    return user


def reactivate(user_id: int, *, by: User) -> User:
    """Open a closed account again. Raises NotAllowed."""
    require_transaction()
    user = db.session.get_one(User, user_id)
    _may_make(by, user.role)
    user.active, user.archived_at = True, None
    record(user, "user.reactivated")
    return user


def sign_out_everywhere(user_id: int, *, by: User) -> int:
    """End every session of somebody; returns how many. Raises NotAllowed."""
    require_transaction()
    user = db.session.get_one(User, user_id)
    _may_make(by, user.role)
    record(user, "user.signed_out")
    return close_sessions_of(user_id)


def remove_totp_of(user_id: int, *, by: User) -> None:
    """Somebody lost telephone and codes: let the password do, until set up again. Raises NotAllowed."""
    require_transaction()
    _may_make(by, db.session.get_one(User, user_id).role)
    turn_off_totp(user_id)


def change_appearance(user_id: int, **choices: Any) -> None:
    """Keep how a person likes the screens: theme, rail, shortcuts."""
    require_transaction()
    user = db.session.scalars(select(User).where(User.id == user_id)).one()
    user.appearance = {**user.appearance, **choices}
