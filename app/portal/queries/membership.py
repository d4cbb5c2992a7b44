"""« Adhésion »: where each person of a circle stands for the season one joins, and which household of his this account pays for."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from app.core.db import db
from app.members.models import Household, HouseholdMember, Season
from app.members.queries import memberships_of
from app.members.states import MembershipState
from app.portal.queries.people import Circle


class Standing(NamedTuple):
    """A person and his membership of the season (a row of `members.queries.memberships_of`); None when he has none."""

    contact_id: int
    name: str
    row: Any | None


def standings(circle: Circle, season: Season | None) -> list[Standing]:
    """One a person; one query."""
    rows = memberships_of(circle.ids) if season is not None else []
    mine = {
        row.contact_id: row for row in rows
        if season is not None and row.season == season.name and row.state != MembershipState.CANCELLED
    }  # fmt: skip
    return [Standing(contact_id, name, mine.get(contact_id)) for contact_id, name in circle.names.items()]


def unpaid_of(circle: Circle) -> Sequence[Any]:
    """The memberships that this account itself has to pay."""
    rows = memberships_of(circle.ids)
    return [
        row for row in rows if row.state == MembershipState.TO_PAY and row.payer_id in circle.names and row.document_id
    ]


def payable_homes(circle: Circle, contact_id: int) -> list[tuple[int | None, str]]:
    """(household, its name) of those where this person lives and this account pays; (None, "") for oneself when there is none.

    Nobody commits another household: a child whose households are all paid by others joins at the desk, or from their account.
    """
    query = (
        select(Household.id, Household.name)
        .join(HouseholdMember, HouseholdMember.household_id == Household.id)
        .where(
            HouseholdMember.contact_id == contact_id, Household.archived_at.is_(None), Household.payer_id == circle.contact_id
        )
        .order_by(HouseholdMember.id)
    )  # fmt: skip
    found: list[tuple[int | None, str]] = [(row.id, row.name) for row in db.session.execute(query)]
    return found or ([(None, "")] if contact_id == circle.contact_id else [])
