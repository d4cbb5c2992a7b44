"""Whom we write to about somebody: himself, or for a child one representative of each of his households."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from app.contacts.models import Consent, Contact
from app.contacts.states import Purpose
from app.core import clock
from app.core.db import db
from app.members.models import Guardian, Household, HouseholdMember, Member
from app.members.queries.seasons import enabled
from app.members.states import Role

FULL_AGE = 18


@dataclass(frozen=True, slots=True)
class _Adult:
    """Somebody who may be told about a child; `household_id` None: he lives in none of the child's."""

    contact: Contact
    household_id: int | None
    represents: bool
    position: int

    @property
    def reachable(self) -> bool:
        return bool(self.contact.email or self.contact.phone or self.contact.phone_2)


def told_for(contact_ids: Iterable[int]) -> dict[int, list[Contact]]:
    """{person: whom to write to, one at least}. A child's representatives (else the adults he lives with) are taken in the order
    in which one calls, one a household, without those who refused to be told of him; who is written to anyway comes before the
    others, so that a household has one message. A constant number of queries."""
    wanted = set(contact_ids)
    children = _children(wanted) if enabled() else set()
    adults = _adults(children) if children else {}
    people = (
        {row.id: row for row in db.session.scalars(select(Contact).where(Contact.id.in_(wanted)))} if wanted else {}
    )
    return {key: _chosen(adults.get(key, ()), wanted) or [people[key]] for key in wanted if key in people}


def _children(wanted: Collection[int]) -> set[int]:
    """Those under age; without a date of birth, those who live somewhere as a child."""
    born = {
        row.contact_id: row.born_on
        for row in db.session.execute(
            select(Member.contact_id, Member.born_on).where(Member.contact_id.in_(wanted), Member.born_on.is_not(None))
        )
    }
    query = select(HouseholdMember.contact_id).where(
        HouseholdMember.contact_id.in_(wanted), HouseholdMember.role == Role.CHILD
    )
    young = {key for key, day in born.items() if _age(day, clock.today()) < FULL_AGE}
    return young | {key for key in db.session.scalars(query) if key not in born}


def _age(born: date, today: date) -> int:
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def _adults(children: Collection[int]) -> dict[int, list[_Adult]]:
    home, lives = aliased(HouseholdMember), aliased(HouseholdMember)
    refused = _refused(children)
    found: dict[int, list[_Adult]] = defaultdict(list)
    represents = exists().where(Guardian.child_id == home.contact_id, Guardian.adult_id == lives.contact_id)
    living = (
        select(home.contact_id, home.household_id, lives.position, represents.label("represents"), Contact)
        .join(Household, Household.id == home.household_id)
        .join(lives, lives.household_id == home.household_id)
        .join(Contact, Contact.id == lives.contact_id)
        .where(
            home.contact_id.in_(children), Household.archived_at.is_(None), lives.role == Role.ADULT, Contact.archived_at.is_(None)
        )
        .order_by(home.id, lives.position, lives.id)
    )  # fmt: skip
    for child_id, household_id, position, by_law, contact in db.session.execute(living):
        if (child_id, contact.id) not in refused:
            found[child_id].append(_Adult(contact, household_id, by_law, position))
    elsewhere = (
        select(Guardian.child_id, Contact)
        .join(Contact, Contact.id == Guardian.adult_id)
        .where(Guardian.child_id.in_(children), Contact.archived_at.is_(None))
        .order_by(Guardian.id)
    )
    for child_id, contact in db.session.execute(elsewhere):
        if (child_id, contact.id) not in refused and all(one.contact is not contact for one in found[child_id]):
            found[child_id].append(_Adult(contact, None, True, 1))
    return found


def _refused(children: Collection[int]) -> set[tuple[int, int]]:
    """(child, adult) of those who do not want to be told of him; the newest word holds."""
    query = select(Consent.about_id, Consent.contact_id, Consent.given).where(
        Consent.about_id.in_(children), Consent.purpose == Purpose.TOLD
    )
    said = {(row[0] or 0, row[1]): row[2] for row in db.session.execute(query.order_by(Consent.id))}
    return {key for key, given in said.items() if not given}


def _chosen(adults: Collection[_Adult], written: Collection[int]) -> list[Contact]:
    """One a household; those who represent the child by law, when there are any; nobody of no household when one lives with him."""
    able = [one for one in adults if one.represents] or list(adults)
    able = [one for one in able if one.reachable] or able
    able = [one for one in able if one.household_id is not None] or able
    first: dict[int | None, Contact] = {}
    for one in sorted(able, key=lambda one: (one.contact.id not in written, one.position)):
        first.setdefault(one.household_id, one.contact)
    return list({contact.id: contact for contact in first.values()}.values())
