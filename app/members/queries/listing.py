"""The list of members, the memberships of a person, one membership; campaigns. Rows are tuples."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.catalog.models import Article
from app.contacts.models import Contact
from app.core import search
from app.core.db import db
from app.core.fields import chosen_id
from app.core.jobs import JobRun
from app.members.models import Household, Member, Membership, Season
from app.members.states import LIVE, MembershipState
from app.sales.models import SalesDocument

RENEW = "app.members.jobs.renew"
MATCHING = 500
_payer = aliased(Contact)
ROW: tuple[Any, ...] = (
    Membership.id, Membership.state, Membership.gross, Membership.document_id, Season.name.label("season"), Contact.id.label("contact_id"),
    Contact.name.label("name"), Member.category, Member.born_on, Household.id.label("household_id"), Household.name.label("household"),
    _payer.id.label("payer_id"), _payer.name.label("payer"), Article.label.label("fee"), SalesDocument.number,
    SalesDocument.settled, SalesDocument.state.label("document_state"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Filters:
    """What the query string asks for. `unpaid`: « Reste à régler »."""

    text: str = ""
    season: int | None = None
    state: str = ""
    category: str = ""
    unpaid: bool = False

    @classmethod
    def read(cls, args: Mapping[str, str], season: int | None) -> "Filters":
        """From the query string; `season` when it names none (« 0 »: all of them)."""
        state, asked = args.get("etat", ""), args.get("saison", "")
        return cls(
            text=args.get("q", "").strip()[:100],
            season=(chosen_id(asked) or None) if asked else season,
            state=state if state in frozenset(MembershipState) else "",
            category=args.get("categorie", "").strip()[:60],
            unpaid=args.get("reste") == "1",
        )


def _rows() -> Select[Any]:
    query: Select[Any] = select(*ROW)
    return (
        query.join(Season, Season.id == Membership.season_id)
        .join(Contact, Contact.id == Membership.contact_id)
        .join(_payer, _payer.id == Membership.payer_id)
        .join(Article, Article.id == Membership.article_id)
        .outerjoin(Member, Member.contact_id == Membership.contact_id)
        .outerjoin(Household, Household.id == Membership.household_id)
        .outerjoin(SalesDocument, SalesDocument.id == Membership.document_id)
    )


def listing(filters: Filters) -> Select[Any]:
    """The query of the list, by name; cancelled ones only when asked for."""
    query = _rows().order_by(Contact.name, Season.first_day.desc(), Membership.id)
    if filters.season:
        query = query.where(Membership.season_id == filters.season)
    query = query.where(Membership.state == filters.state if filters.state else Membership.state.in_(LIVE))
    if filters.category:
        query = query.where(Member.category == filters.category)
    if filters.unpaid:
        query = query.where(Membership.state.in_((MembershipState.ASKED, MembershipState.TO_PAY)))
    return query.where(_answers(filters.text)) if filters.text else query


def _answers(text: str) -> ColumnElement[bool]:
    """The member, his payer or his household, by any of their words."""
    ids = [hit.subject_id for hit in search.find(text, ["contact"], MATCHING)]
    return or_(
        Membership.contact_id.in_(ids), Membership.payer_id.in_(ids), Household.name.icontains(text, autoescape=True)
    )


def memberships_of(ids: Sequence[int]) -> Sequence[Any]:
    """The memberships of these persons, the latest season first: what their pages show (`ROW`)."""
    query = _rows().where(Membership.contact_id.in_(ids)).order_by(Season.first_day.desc(), Contact.name)
    return db.session.execute(query).all()


def to_pay_for(ids: Sequence[int]) -> Sequence[Any]:
    """Those of these persons that wait for their payment (`ROW`)."""
    return [row for row in memberships_of(ids) if row.state == MembershipState.TO_PAY]


def membership_by_id(membership_id: int) -> Membership | None:
    """A membership, whole."""
    parts = ("contact", "payer", "season", "household", "article", "document")
    query = select(Membership).where(Membership.id == membership_id)
    return db.session.scalar(query.options(*(joinedload(getattr(Membership, part)) for part in parts)))


def membership_of(contact_id: int, season_id: int) -> Membership | None:
    """The membership of a person for a season, be it cancelled."""
    query = select(Membership).where(Membership.contact_id == contact_id, Membership.season_id == season_id)
    return db.session.scalar(query)


def categories() -> list[str]:
    """The categories in use, by name."""
    query = select(Member.category).where(Member.category != "").distinct()
    return sorted(db.session.scalars(query))


def campaigns(limit: int = 10) -> Sequence[JobRun]:
    """The last renewal campaigns, the newest first."""
    query = select(JobRun).where(JobRun.function == RENEW).order_by(JobRun.id.desc()).limit(limit)
    return db.session.scalars(query).all()


def campaign_run(run_id: int) -> JobRun | None:
    """One of them."""
    return db.session.scalar(select(JobRun).where(JobRun.id == run_id, JobRun.function == RENEW))
