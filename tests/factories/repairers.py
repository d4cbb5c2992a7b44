"""Outside repairers and the repairs sent out to them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.accounts.models import User
from app.accounts.states import Role
from app.assets.models import Asset, Family
from app.contacts.models import Contact
from app.core.db import db, transaction
from app.core.settings import change_setting
from app.repairers import services
from app.repairers.models import Repairer, RepairJob
from app.repairers.queries import job_of
from app.repairers.services import ProfileInput, SkillInput
from app.repairers.states import Level
from app.tickets.models import Ticket
from app.tickets.states import TicketKind
from tests.factories.accounts import a_user
from tests.factories.assets import an_asset
from tests.factories.base import serial
from tests.factories.purchasing import a_supplier
from tests.factories.tickets import a_ticket

WEEK = {str(day): 240 for day in range(5)}


def repairs_sent_out() -> None:
    """A house whose repairs go to outside repairers."""
    with transaction():
        change_setting("repairers.active", True)


def a_repairer(
    *families: Family, user: User | None = None, contact: Contact | None = None, skill: Mapping[str, Any] | None = None, **values: Any
) -> Repairer:  # fmt: skip
    """Somebody who repairs these families, twenty hours a week."""
    account = user or a_user(Role.REPAIRER, name=f"Luthier {serial()}")
    supplier = contact or a_supplier(name=f"Atelier {account.name}")
    known: dict[str, Any] = {"hours": WEEK, "hourly": 4500}
    skills = [SkillInput(family.id, **{"level": Level.REPAIR} | dict(skill or {})) for family in families]
    with transaction():
        return services.add_repairer(ProfileInput(supplier.id, account.id, skills=skills, **known | values))


def a_broken_unit(family: Family, **values: Any) -> tuple[Asset, Ticket]:
    """A thing of ours that is broken, and its ticket."""
    unit = an_asset(family, ours=True, label=f"{family.name} n° {serial():04d}")
    return unit, a_ticket(asset=unit, kind=TicketKind.FLEET, **{"fault": "Cheville qui glisse"} | values)


def the_job(ticket: Ticket) -> RepairJob:
    """The repair sent out of a ticket, as the database has it now."""
    db.session.rollback()
    db.session.expire_all()
    found = job_of(ticket.id)
    assert found is not None
    return found


def proposed(ticket: Ticket, repairer: Repairer, reason: str = "Il connaît cet instrument") -> RepairJob:
    """The repair is proposed to somebody."""
    with transaction():
        services.entrust(*services.locked(the_job(ticket)), repairer.id, reason)
    return the_job(ticket)


def accepted(ticket: Ticket, repairer: Repairer, day: date | None = None) -> RepairJob:
    """Somebody has taken it."""
    proposed(ticket, repairer)
    with transaction():
        services.accept(*services.locked(the_job(ticket)), day)
    return the_job(ticket)
