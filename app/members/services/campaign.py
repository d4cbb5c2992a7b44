"""A renewal campaign: who joined the last season and has not joined the next one, at which fee; then an invoice a payer."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import aliased

from app.contacts.models import Contact
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.jobs import JobRun, later
from app.core.queue import HEAVY
from app.members.models import Household, HouseholdMember, Member, Membership, Season
from app.members.queries.facts import Asked
from app.members.queries.listing import RENEW
from app.members.queries.seasons import fee_rows, season_before
from app.members.services.fees import Fee, fees
from app.members.services.memberships import ask, bill, send
from app.members.states import LIVE, MembershipState
from app.payments.services.parts import locked_contact

MOST = 4000


@dataclass(frozen=True, slots=True)
class Renewal:
    """Somebody to renew. `ready`: ticked in the preview (he paid the last season); `born`: the year or ""."""

    contact_id: int
    name: str
    category: str
    household: str
    payer_id: int
    payer: str
    email: str
    fee: Fee
    ready: bool


def plan(season: Season, only: Collection[int] | None = None) -> list[Renewal]:
    """Who would be renewed (among `only`), by payer, the eldest of a household first; a number of queries that does not grow."""
    before, articles = season_before(season), [row.id for row in fee_rows()]
    if before is None or not articles:
        return []
    rows = _candidates(before, season, only)
    wanted = [
        (Asked(row.contact_id, row.household_id), row.article_id if row.article_id in articles else articles[0])
        for row in rows
    ]
    found = fees(wanted, season)
    payers = _payers([one.payer_id for one in found])
    return sorted(
        (_renewal(row, one, payers[one.payer_id]) for row, one in zip(rows, found, strict=True)),
        key=lambda line: (line.payer.casefold(), line.payer_id),
    )


def _candidates(before: Season, season: Season, only: Collection[int] | None) -> Sequence[Any]:
    """(contact_id, name, category, born_on, household_id, household, article_id, state) of last season's members, not archived,
    who have no membership of this one. A household they left is replaced by their main one; who paid for himself goes on so."""
    next_one, living = aliased(Membership), aliased(HouseholdMember)
    homes = (
        select(living.household_id)
        .join(Household, Household.id == living.household_id)
        .where(living.contact_id == Membership.contact_id, Household.archived_at.is_(None))
        .order_by(living.id)
        .limit(1)
        .correlate(Membership)
    )
    same = homes.where(living.household_id == Membership.household_id)
    where = func.coalesce(same.scalar_subquery(), homes.scalar_subquery())
    joined = exists().where(
        next_one.contact_id == Membership.contact_id, next_one.season_id == season.id, next_one.state.in_(LIVE)
    )
    home = aliased(Household)
    query = (
        select(
            Contact.id.label("contact_id"), Contact.name, Member.category, Member.born_on, home.id.label("household_id"),
            home.name.label("household"), Membership.article_id, Membership.state,
        )
        .select_from(Membership)
        .join(Contact, Contact.id == Membership.contact_id)
        .outerjoin(Member, Member.contact_id == Contact.id)
        .outerjoin(home, (home.id == where) & Membership.household_id.is_not(None))
        .where(
            Membership.season_id == before.id, Membership.state.in_((MembershipState.TO_PAY, MembershipState.ACTIVE, MembershipState.ENDED)),
            Contact.archived_at.is_(None), ~joined,
        )
        .order_by(Member.born_on.is_(None), Member.born_on, Contact.id)
    )  # fmt: skip
    if only is not None:
        query = query.where(Contact.id.in_(only))
    return db.session.execute(query).all()


def _payers(ids: Collection[int]) -> dict[int, Any]:
    query = select(Contact.id, Contact.name, Contact.email).where(Contact.id.in_(ids))
    return {row.id: row for row in db.session.execute(query)}


def _renewal(row: Any, fee: Fee, payer: Any) -> Renewal:
    return Renewal(
        row.contact_id, row.name, row.category or "", row.household or "", payer.id, payer.name, payer.email, fee,
        row.state != MembershipState.TO_PAY,
    )  # fmt: skip


def start(season: Season, ids: Sequence[int], *, issue: bool) -> JobRun:
    """Have these persons renewed by a job: drafts, or invoices issued and sent. Raises DomainError for nobody, or too many."""
    require_transaction()
    wanted = list(dict.fromkeys(ids))
    if not 0 < len(wanted) <= MOST:
        raise DomainError(_("Cochez de 1 à %(most)s personnes à renouveler.", most=MOST))
    return later(RENEW, season.id, wanted, issue, label=_("Adhésions %(season)s", season=season.name), queue_name=HEAVY)


def payers_left(season: Season, ids: Collection[int]) -> dict[int, list[int]]:
    """{payer: those he pays for} of what is still to be done; those who joined meanwhile are not in it."""
    groups: dict[int, list[int]] = {}
    for line in plan(season, ids):
        groups.setdefault(line.payer_id, []).append(line.contact_id)
    return groups


@dataclass(frozen=True, slots=True)
class Renewed:
    """What was done of one payer: persons, cents, whether an invoice is to leave and could not."""

    people: int
    gross: int
    unsent: bool


def renew(season: Season, payer_id: int, ids: Collection[int], *, issue: bool) -> Renewed:
    """Renew those of one payer, in one transaction: their memberships, one invoice. Those who joined meanwhile are left alone.

    Raises DomainError with what keeps the invoice from being issued.
    """
    locked_contact(payer_id)
    lines = [line for line in plan(season, ids) if line.payer_id == payer_id]
    rows = [
        ask(db.session.get_one(Contact, line.contact_id), season, line.fee.article_id, line.fee.asked.household_id)
        for line in lines
    ]
    document = bill(rows, issue=issue) if rows else None
    sent = document is None or not issue or send(document)
    return Renewed(len(rows), sum(row.gross for row in rows), not sent)
