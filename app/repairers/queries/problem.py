"""What the sharing is asked: the repairs sent out and the repairers, as the plain data of `app.dispatch`."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import User
from app.accounts.queries import organisation
from app.assets.models import Family
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.settings import setting
from app.dispatch.models import POINT, Closure, Place, Problem, Repair, Skill, Weights
from app.dispatch.models import Repairer as Person
from app.planning.models import Booking
from app.planning.states import MOVABLE
from app.repairers.models import Repairer, RepairerSkill, RepairJob
from app.repairers.queries.profiles import absences
from app.repairers.queries.quality import Quality, qualities
from app.repairers.states import OPEN, WORKING, JobState
from app.tickets.models import Ticket
from app.tickets.states import AHEAD, Priority, TicketKind

#: What an urgent repair weighs against an ordinary one, in the sharing's own scale of 1 to 5.
PRIORITIES = {Priority.LOW: 1, Priority.NORMAL: 2, Priority.URGENT: 4}
#: The weights are set in whole points: each criterion as in `Weights`, ten times finer.
WEIGHTS = ("lateness", "load", "cost", "distance", "quality")


def problem() -> Problem:
    """The present problem: repairs not finished that are sent out, by the number of their ticket; repairers by their id."""
    rows = _jobs()
    people = _people({row.repairer_id for row in rows if row.state != JobState.TO_SHARE})
    dues = due_dates([row.asset_id for row in rows if row.asset_id])
    ours = organisation()
    return Problem(
        today=clock.today(),
        repairs=tuple(_repair(row, dues) for row in rows),
        repairers=tuple(people),
        weights=Weights(**{name: POINT * setting(f"repairers.weight_{name}") for name in WEIGHTS}),
        place=Place(ours.town if ours else ""),
    )


def _jobs() -> list[Any]:
    query = (
        select(
            RepairJob.state, RepairJob.repairer_id, RepairJob.level, RepairJob.earliest, RepairJob.refused, Ticket.number,
            Ticket.estimated_minutes, Ticket.priority, Ticket.asset_id, Ticket.promised_on, Ticket.kind,
            Family.name.label("family"),
        )
        .join(Ticket, Ticket.id == RepairJob.ticket_id)
        .outerjoin(Family, Family.id == Ticket.family_id)
        .where(RepairJob.state.in_(OPEN), Ticket.state.in_(WORKING))
        .order_by(RepairJob.id)
    )  # fmt: skip
    return list(db.session.execute(query))


def _repair(row: Any, dues: Mapping[int, date]) -> Repair:
    own = row.promised_on if row.kind == TicketKind.REPAIR else None
    days = [day for day in (dues.get(row.asset_id), own) if day is not None]
    return Repair(
        id=row.number,
        family=row.family or "",
        minutes=minutes_of(row.estimated_minutes),
        earliest=row.earliest,
        due=min(days, default=None),
        priority=PRIORITIES[row.priority],
        level=int(row.level),
        repairer=str(row.repairer_id) if row.state != JobState.TO_SHARE else None,
        accepted=row.state == JobState.ACCEPTED,
        declined=frozenset(str(no["repairer_id"]) for no in row.refused),
    )


def minutes_of(estimated: int | None) -> int:
    """The work of a repair: what somebody estimated, else what they usually take."""
    return max(1, estimated or 60 * int(setting("repairers.usual_hours")))


def due_dates(asset_ids: Collection[int]) -> dict[int, date]:
    """Of each of our things that somebody is to have next: the eve of that day."""
    query = (
        select(Booking.asset_id, func.min(Booking.starts_at))
        .where(
            Booking.asset_id.in_(asset_ids), Booking.state.in_(MOVABLE), Booking.kind != "maintenance",
            Booking.starts_at > clock.now(),
        )
        .group_by(Booking.asset_id)
    )  # fmt: skip
    eve = timedelta(days=1)
    return (
        {int(row[0] or 0): clock.local(row[1]).date() - eve for row in db.session.execute(query)} if asset_ids else {}
    )


def _people(holding: Collection[int | None]) -> list[Person]:
    """Those in use, and those who hold a repair though they left: these get no other one."""
    query = (
        select(
            Repairer.id, Repairer.user_id, Repairer.hours, Repairer.hourly, Repairer.metres, Contact.name, Contact.town,
            Repairer.archived_at.is_(None).label("kept"), User.active,
        )
        .join(Contact, Contact.id == Repairer.contact_id)
        .join(User, User.id == Repairer.user_id)
        .order_by(Repairer.id)
    )  # fmt: skip
    rows = [row for row in db.session.execute(query) if (row.kept and row.active) or row.id in holding]
    accounts = [row.user_id for row in rows]
    skills, past, busy = (
        _skills([row.id for row in rows if row.kept and row.active]),
        qualities(accounts),
        _loads(accounts),
    )
    away: dict[int, list[Closure]] = defaultdict(list)
    for absence in absences(accounts):
        away[absence.user_id].append(Closure(absence.first, absence.last))
    return [
        _person(row, skills[row.id], past.get(row.user_id, Quality()), busy.get(row.user_id, 0), away[row.user_id])
        for row in rows
    ]


def _person(row: Any, skills: dict[str, Skill], past: Quality, load: int, away: list[Closure]) -> Person:
    return Person(
        id=str(row.id),
        name=row.name,
        skills=skills,
        weekly_minutes=sum(row.hours.values()),
        weekdays=tuple(sorted(int(day) for day, minutes in row.hours.items() if minutes)),
        closures=tuple(away),
        load_minutes=load,
        hourly_cents=row.hourly,
        place=Place(row.town),
        metres=row.metres,
        returned=past.returned_share,
        late=past.late_share,
    )


def _skills(ids: Collection[int]) -> dict[int, dict[str, Skill]]:
    """By repairer and name of family: his skill in it, or in the nearest family above it."""
    columns = (
        RepairerSkill.repairer_id,
        RepairerSkill.family_id,
        RepairerSkill.level,
        RepairerSkill.lead_days,
        RepairerSkill.price,
    )
    told = {
        (row[0], row[1]): Skill(int(row[2]), row[3], row[4])
        for row in db.session.execute(select(*columns).where(RepairerSkill.repairer_id.in_(ids)))
    }
    families = {
        row[0]: (row[1], row[2]) for row in db.session.execute(select(Family.id, Family.name, Family.parent_id))
    }
    found: dict[int, dict[str, Skill]] = defaultdict(dict)
    for repairer_id in {key[0] for key in told}:
        for family_id, (name, _parent) in families.items():
            line = (told[repairer_id, above] for above in _lineage(family_id, families) if (repairer_id, above) in told)
            skill = next(line, None)
            if skill is not None:
                found[repairer_id][name] = skill
    return found


def _lineage(family_id: int | None, families: Mapping[int, tuple[str, int | None]]) -> list[int]:
    """A family and those above it, the nearest first."""
    line: list[int] = []
    while family_id is not None and family_id in families and family_id not in line:
        line.append(family_id)
        family_id = families[family_id][1]
    return line


def _loads(user_ids: Collection[int]) -> dict[int, int]:
    """Minutes of the work on his bench that was given to him without the sharing."""
    shared = select(RepairJob.id).where(RepairJob.ticket_id == Ticket.id, RepairJob.state.in_(OPEN)).exists()
    usual = minutes_of(None)
    query = (
        select(Ticket.assignee_id, func.sum(func.coalesce(Ticket.estimated_minutes, usual)))
        .where(Ticket.assignee_id.in_(user_ids), Ticket.state.in_(AHEAD), ~shared)
        .group_by(Ticket.assignee_id)
    )
    return {int(row[0] or 0): int(row[1]) for row in db.session.execute(query)}
