"""« Ma famille »: the children somebody represents, the households they live in, who may do what, in the order one calls."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select

from app.contacts.models import Consent, Contact
from app.contacts.states import Purpose
from app.core.db import db
from app.members.models import Guardian, Household, HouseholdMember
from app.members.queries.people import calling_order
from app.members.states import AUTHORISATIONS
from app.portal.queries.people import Circle


class Adult(NamedTuple):
    """A legal representative: his name, and what he allows himself to do for the child."""

    contact_id: int
    name: str
    may: list[Purpose]


class Child(NamedTuple):
    """A child, the names of his households (the main one first), his representatives in the order one calls them."""

    contact_id: int
    name: str
    homes: list[str]
    adults: list[Adult]


def children_of(circle: Circle) -> list[Child]:
    """The children of the circle: three queries, however many they are."""
    ids = [contact_id for contact_id in circle.ids if contact_id != circle.contact_id]
    if not ids:
        return []
    homes, adults, said = _homes(ids), _adults(ids), _said(ids)
    return [
        Child(
            child, circle.names[child], homes[child],
            [Adult(row.id, row.name, [one for one in AUTHORISATIONS if said.get((child, row.id, one))]) for row in adults[child]],
        )
        for child in ids
    ]  # fmt: skip


def _homes(ids: Sequence[int]) -> dict[int, list[str]]:
    query = (
        select(HouseholdMember.contact_id, Household.name)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(HouseholdMember.contact_id.in_(ids), Household.archived_at.is_(None))
        .order_by(HouseholdMember.id)
    )
    found: dict[int, list[str]] = defaultdict(list)
    for contact_id, name in db.session.execute(query):
        found[contact_id].append(name)
    return found


class _Row(NamedTuple):
    child_id: int
    id: int
    name: str


def _adults(ids: Sequence[int]) -> dict[int, list[_Row]]:
    query = (
        select(Guardian.child_id, Contact.id, Contact.name)
        .join(Contact, Contact.id == Guardian.adult_id)
        .where(Guardian.child_id.in_(ids))
        .order_by(*calling_order())
    )
    found: dict[int, list[_Row]] = defaultdict(list)
    for row in map(_Row._make, db.session.execute(query)):
        found[row.child_id].append(row)
    return found


def _said(ids: Sequence[int]) -> dict[tuple[int | None, int, Purpose], bool]:
    """{(child, adult, purpose): the last word}."""
    query = select(Consent.about_id, Consent.contact_id, Consent.purpose, Consent.given).where(
        Consent.about_id.in_(ids)
    )
    return {(row[0], row[1], row[2]): row[3] for row in db.session.execute(query.order_by(Consent.id))}
