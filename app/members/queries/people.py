"""Who lives where, who represents whom: what the desk and the member's own pages are scoped by."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Row, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.contacts.models import Consent, Contact
from app.contacts.queries import consents_about, own_contact
from app.contacts.states import Purpose
from app.core.db import db
from app.members.models import Guardian, Household, HouseholdMember, Member
from app.members.states import Role


class HomeMember(NamedTuple):
    """Somebody of a household, as its card shows him."""

    household_id: int
    contact_id: int
    name: str
    phone: str
    role: Role
    position: int


class Home(NamedTuple):
    """A household and who lives there, the first to call first. `payer`: (id, name)."""

    household: Household
    members: list[HomeMember]

    @property
    def postal_line(self) -> str:
        """« 83170 Brignoles », its own or its payer's."""
        own = f"{self.household.postcode} {self.household.town}".strip()
        return own or (self.household.payer.postal_line if self.household.payer else "")


class Representative(NamedTuple):
    """A legal representative of a child, and what he said to each authorisation."""

    adult_id: int
    name: str
    phone: str
    said: dict[Purpose, Consent]


def profile_of(contact_id: int) -> Member | None:
    """What is known of a person beside his contact record."""
    return db.session.scalar(select(Member).where(Member.contact_id == contact_id))


def household_by_id(household_id: int) -> Household | None:
    """A household, with its payer."""
    query = select(Household).where(Household.id == household_id)
    return db.session.scalar(query.options(joinedload(Household.payer)))


def homes_of(contact_id: int) -> list[Home]:
    """The households of a person, the main one (the first he joined) first, with who lives there. Two queries."""
    mine = (
        select(Household)
        .join(HouseholdMember, HouseholdMember.household_id == Household.id)
        .where(HouseholdMember.contact_id == contact_id, Household.archived_at.is_(None))
        .order_by(HouseholdMember.id)
        .options(joinedload(Household.payer))
    )
    return _homes(db.session.scalars(mine).all())


def home_of(household: Household) -> Home:
    """A household with who lives there."""
    return _homes([household])[0]


def _homes(households: Sequence[Household]) -> list[Home]:
    if not households:
        return []
    query = (
        select(
            HouseholdMember.household_id, Contact.id, Contact.name, Contact.phone, HouseholdMember.role, HouseholdMember.position,
        )
        .join(Contact, Contact.id == HouseholdMember.contact_id)
        .where(HouseholdMember.household_id.in_([row.id for row in households]))
        .order_by(HouseholdMember.role, HouseholdMember.position, HouseholdMember.id)
    )  # fmt: skip
    rows = [HomeMember(*row) for row in db.session.execute(query)]
    return [Home(home, [row for row in rows if row.household_id == home.id]) for home in households]


def main_household(contact_id: int) -> int | None:
    """The household that counts for a person when none is named: the first he joined."""
    query = (
        select(HouseholdMember.household_id)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(HouseholdMember.contact_id == contact_id, Household.archived_at.is_(None))
    )
    return db.session.scalar(query.order_by(HouseholdMember.id).limit(1))


def calling_order() -> tuple[ColumnElement[int], ...]:
    """The order in which one calls the representatives of a child: their place in their household, then who was named first."""
    place = select(func.min(HouseholdMember.position)).where(HouseholdMember.contact_id == Guardian.adult_id)
    return place.correlate(Guardian).scalar_subquery(), Guardian.id.expression


def representatives_of(child_id: int) -> list[Representative]:
    """The legal representatives of a child in the order in which one calls them, with what each allows. Two queries."""
    query = (
        select(Contact.id, Contact.name, Contact.phone)
        .join(Guardian, Guardian.adult_id == Contact.id)
        .where(Guardian.child_id == child_id)
        .order_by(*calling_order())
    )
    rows = db.session.execute(query).all()
    said = consents_about(child_id) if rows else {}
    return [
        Representative(*row, {purpose: consent for (adult, purpose), consent in said.items() if adult == row.id})
        for row in rows
    ]


def wards_of(who: User | Contact | int) -> list[Row[int, str]]:
    """(id, name) of those for whom a person may act: himself first, then the children he represents by law, in all their
    households, by name. An account without a contact has none; nobody else's children, ever."""
    contact = own_contact(who) if isinstance(who, User) else who
    contact_id = contact.id if isinstance(contact, Contact) else contact
    if contact_id is None:
        return []
    children = select(Guardian.child_id).where(Guardian.adult_id == contact_id)
    query = (
        select(Contact.id, Contact.name)
        .where(or_(Contact.id == contact_id, Contact.id.in_(children)), Contact.archived_at.is_(None))
        .order_by(Contact.id != contact_id, func.lower(Contact.name), Contact.id)
    )
    return list(db.session.execute(query))


def may_act_for(who: User | Contact | int, contact_id: int) -> bool:
    """True for oneself and for the children one represents."""
    return any(row.id == contact_id for row in wards_of(who))
