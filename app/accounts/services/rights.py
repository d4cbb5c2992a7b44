"""The permission table: what the manager gave to a role or took from it, over the presets. Every change is audited."""

from collections.abc import Mapping

from sqlalchemy import delete

from app.accounts.models import RolePermission, User
from app.accounts.queries import rights_of
from app.accounts.states import EDITABLE, Role
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError, NotAllowed
from app.core.history import record
from app.core.i18n import _
from app.core.permissions import PERMISSIONS
from app.core.revisions import bump, revision
from app.core.subject import Subject

RIGHTS = Subject("permission", 0)


def grant(role: Role, permission: str, granted: bool) -> None:
    """Give a right to a role or take it; the manager keeps all. Audited. Raises DomainError."""
    require_transaction()
    if role == Role.MANAGER:
        raise DomainError(_("Le gérant garde tous les droits. Changez plutôt le rôle de la personne."))
    if role not in EDITABLE:
        raise DomainError(_("Un client n'a que son espace : ses droits ne se changent pas ici."))
    if permission not in PERMISSIONS:
        raise DomainError(_("Ce droit n'existe pas. Rechargez la page."))
    db.session.execute(
        delete(RolePermission).where(RolePermission.role == role, RolePermission.permission == permission)
    )
    if granted != (role.value in PERMISSIONS[permission].roles):
        db.session.add(RolePermission(role=role, permission=permission, granted=granted))
        db.session.flush()
    record(RIGHTS, "permission.changed", role=role.value, permission=permission, granted=granted)
    bump("permissions")


def save_rights(wanted: Mapping[Role, frozenset[str]], *, seen: int, by: User) -> int:
    """Write the table's differences; returns how many. `seen` is the revision that the page showed.

    Raises Conflict when somebody changed the table meanwhile, NotAllowed for a right that `by` does not have.
    """
    require_transaction()
    if revision("permissions") != seen:
        raise Conflict(
            _("Quelqu'un a changé les droits pendant que vous les lisiez. Relisez le tableau, puis recommencez.")
        )
    changes = [
        (role, code, code in rights)
        for role, rights in wanted.items()
        for code in PERMISSIONS
        if (code in rights) != (code in rights_of(role))
    ]
    mine = rights_of(by.role)
    if any(granted and code not in mine for _role, code, granted in changes):
        raise NotAllowed(_("Vous ne pouvez pas donner un droit que vous n'avez pas. Demandez-le au gérant."))
    for role, code, granted in changes:
        grant(role, code, granted)
    return len(changes)


def restore_presets(role: Role | None, *, by: User) -> int:
    """Give back the rights of the start, to one role or to all; returns how many changed. Raises NotAllowed."""
    roles = EDITABLE if role is None else (role,)
    presets = {
        each: frozenset(code for code, permission in PERMISSIONS.items() if each.value in permission.roles)
        for each in roles
    }
    return save_rights(presets, seen=revision("permissions"), by=by)
