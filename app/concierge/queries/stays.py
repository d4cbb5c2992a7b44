"""Reads of stays: the list of a month, one stay, those that overlap, what is to be mapped. Rows are tuples."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.assets.models import Asset
from app.concierge.models import (
    Lodging,
    OwnerStatement,
    RentalMonth,
    StatementLine,
    Stay,
    StayNote,
    StaySourceLodging,
)
from app.concierge.states import OCCUPYING, StayState
from app.contacts.models import Contact
from app.core.db import db
from app.core.fields import chosen_id
from app.core.partners import PartnerAccount
from app.statements.models import Month

_other = aliased(Stay)
#: Guests and owners who stay, not blocked dates.
PEOPLE = (StayState.BOOKED, StayState.OWNER, StayState.CANCELLED)


@dataclass(frozen=True, slots=True)
class Filters:
    """What the query string of the list asks for. `look`: those to look at, whatever their month."""

    month: Month
    lodging: int | None = None
    channel: str = ""
    state: str = ""
    text: str = ""
    look: bool = False

    @classmethod
    def read(cls, args: Mapping[str, str], today: date) -> "Filters":
        """From the query string; this month unless it names one."""
        state = args.get("etat", "")
        return cls(
            month=month_named(args.get("mois", ""), today),
            lodging=chosen_id(args.get("logement", "")),
            channel=args.get("plateforme", "").strip()[:60],
            state=state if state in frozenset(StayState) else "",
            text=args.get("q", "").strip()[:100],
            look=args.get("regarder") == "1",
        )

    @property
    def any(self) -> bool:
        """Whether something narrows the month."""
        return bool(self.lodging or self.channel or self.state or self.text or self.look)


def month_named(name: str, today: date) -> Month:
    """« 2026-11 »; the present one when it is no month."""
    try:
        year, number = (int(part) for part in name.split("-"))
        return Month.of(date(year, number, 1)) if 2000 <= year <= 2100 else Month.of(today)
    except ValueError:
        return Month.of(today)


def overlapping(one: Any, other: Any) -> ColumnElement[bool]:
    """The condition that two stays take one lodging on a same night."""
    return and_(
        one.lodging_id == other.lodging_id,
        one.id != other.id,
        one.arrival < other.departure,
        other.arrival < one.departure,
        one.state.in_(OCCUPYING),
        other.state.in_(OCCUPYING),
        one.archived_at.is_(None),
        other.archived_at.is_(None),
    )


def to_look_at() -> ColumnElement[bool]:
    """The condition that a person should look at a stay: no lodging, no price, an overlap, or what the platform says."""
    overlap = select(_other.id).where(overlapping(Stay, _other)).exists()
    return or_(
        Stay.lodging_id.is_(None),
        and_(Stay.state == StayState.BOOKED, Stay.rent.is_(None)),
        Stay.asked,
        overlap,
    )


ROW: tuple[Any, ...] = (
    Stay.id, Stay.arrival, Stay.departure, Stay.guest, Stay.channel, Stay.state, Stay.rent, Stay.platform, Stay.asked, Stay.excluded,
    Stay.lodging_id, Stay.booking_id, Asset.label.label("lodging"), StaySourceLodging.name.label("place"),
)  # fmt: skip


def _rows(filters: Filters) -> Select[Any]:
    query: Select[Any] = select(*ROW)
    return (
        query.outerjoin(Lodging, Lodging.id == Stay.lodging_id)
        .outerjoin(Asset, Asset.id == Lodging.asset_id)
        .outerjoin(StaySourceLodging, StaySourceLodging.id == Stay.source_lodging_id)
        .where(*_conditions(filters))
    )


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [Stay.archived_at.is_(None)]
    if filters.look:
        found.append(to_look_at())
    elif not filters.text:
        found += [Stay.arrival < filters.month.next.first, Stay.departure >= filters.month.first]
    if filters.lodging:
        found.append(Stay.lodging_id == filters.lodging)
    if filters.channel:
        found.append(Stay.channel == filters.channel)
    if filters.state:
        found.append(Stay.state == filters.state)
    if filters.text:
        words = (Stay.guest, Stay.reference, Stay.email, Stay.phone)
        found.append(or_(*(word.icontains(filters.text, autoescape=True) for word in words)))
    return found


def listing(filters: Filters) -> Select[Any]:
    """The query of the list, in the order of arrivals; a search looks in every month."""
    return _rows(filters).order_by(Stay.arrival, Stay.id)


@dataclass(frozen=True, slots=True)
class Totals:
    """What the list adds up to: money in cents."""

    stays: int
    nights: int
    rent: int
    platform: int


def totals(filters: Filters) -> Totals:
    """Of the stays booked, the whole list over."""
    counted = select(Stay.arrival, Stay.departure, Stay.rent, Stay.platform).where(
        *_conditions(filters), Stay.state == StayState.BOOKED
    )
    rows = db.session.execute(counted.limit(5000)).all()
    return Totals(
        len(rows),
        sum(max((row.departure - row.arrival).days, 1) for row in rows),
        sum(row.rent or 0 for row in rows),
        sum(row.platform or 0 for row in rows),
    )


def overlaps_of(ids: Sequence[int]) -> dict[int, list[Any]]:
    """{stay: those it overlaps (id, guest, channel, arrival, departure, state)}."""
    mine = aliased(Stay)
    query = (
        select(
            mine.id.label("mine"), Stay.id, Stay.guest, Stay.channel, Stay.arrival, Stay.departure, Stay.state, Stay.booking_id
        )
        .join(mine, overlapping(mine, Stay))
        .where(mine.id.in_(ids))
        .order_by(Stay.arrival, Stay.id)
    )  # fmt: skip
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(query) if ids else ():
        found[row.mine].append(row)
    return found


def stay_by_id(stay_id: int) -> Stay | None:
    """A stay, with its lodging and the name of it."""
    options = joinedload(Stay.lodging).joinedload(Lodging.asset)
    return db.session.scalar(select(Stay).where(Stay.id == stay_id).options(options, joinedload(Stay.booking)))


def lines_of(stay_id: int) -> Sequence[Any]:
    """The lines of statements that count a stay, the newest month first."""
    query = (
        select(
            StatementLine.id, StatementLine.label, StatementLine.formula, StatementLine.cents, StatementLine.of_month,
            OwnerStatement.id.label("statement_id"), OwnerStatement.state, RentalMonth.year, RentalMonth.month, Contact.name.label("owner"),
        )
        .join(OwnerStatement, OwnerStatement.id == StatementLine.statement_id)
        .join(RentalMonth, RentalMonth.id == OwnerStatement.month_id)
        .join(Contact, Contact.id == OwnerStatement.contact_id)
        .where(StatementLine.stay_id == stay_id)
        .order_by(RentalMonth.year.desc(), RentalMonth.month.desc(), Contact.name, StatementLine.position)
    )  # fmt: skip
    return db.session.execute(query).all()


def lodging_choices() -> list[tuple[int, str]]:
    """Our lodgings (id, name), by name."""
    query = (
        select(Lodging.id, Asset.label)
        .join(Asset, Asset.id == Lodging.asset_id)
        .where(Lodging.archived_at.is_(None))
        .order_by(Asset.label, Lodging.id)
    )
    return [(row.id, row.label) for row in db.session.execute(query)]


def lodging_by_id(lodging_id: int | None) -> Lodging | None:
    """One of our lodgings, in use."""
    return db.session.scalar(select(Lodging).where(Lodging.id == lodging_id, Lodging.archived_at.is_(None)))


def channels() -> list[str]:
    """The platforms in use, by name."""
    return sorted(db.session.scalars(select(Stay.channel).where(Stay.channel != "").distinct()), key=str.casefold)


def any_stay() -> bool:
    """Whether there is one at all."""
    return db.session.scalar(select(Stay.id).limit(1)) is not None


# --- mapping ----------------------------------------------------------------------------------------------------------


def sources() -> Sequence[Any]:
    """The partners' lodgings with how many stays they told: those to map first."""
    stays = (
        select(Stay.source_lodging_id, func.count().label("n"), func.max(Stay.departure).label("last"))
        .group_by(Stay.source_lodging_id)
        .subquery()
    )
    query = (
        select(
            StaySourceLodging.id, StaySourceLodging.name, StaySourceLodging.remote_id, StaySourceLodging.lodging_id,
            StaySourceLodging.ignored, PartnerAccount.label.label("account"), func.coalesce(stays.c.n, 0).label("stays"), stays.c.last,
            Asset.label.label("lodging"),
        )
        .join(PartnerAccount, PartnerAccount.id == StaySourceLodging.account_id)
        .outerjoin(stays, stays.c.source_lodging_id == StaySourceLodging.id)
        .outerjoin(Lodging, Lodging.id == StaySourceLodging.lodging_id)
        .outerjoin(Asset, Asset.id == Lodging.asset_id)
        .order_by(
            case((unmapped(), 0), (StaySourceLodging.ignored, 2), else_=1), StaySourceLodging.name, StaySourceLodging.id
        )
    )  # fmt: skip
    return db.session.execute(query).all()


def unmapped() -> ColumnElement[bool]:
    """The condition that a partner's lodging is to be mapped."""
    return and_(StaySourceLodging.lodging_id.is_(None), ~StaySourceLodging.ignored)


def to_map() -> int:
    """How many of the partners' lodgings are to be mapped."""
    return db.session.scalar(select(func.count()).select_from(StaySourceLodging).where(unmapped())) or 0


def look_count() -> int:
    """How many stays are to be looked at."""
    query = select(func.count()).select_from(Stay).where(Stay.archived_at.is_(None), to_look_at())
    return db.session.scalar(query) or 0


def source_by_id(source_id: int) -> StaySourceLodging | None:
    """One of the partners' lodgings."""
    return db.session.get(StaySourceLodging, source_id)


def notes() -> Sequence[Any]:
    """What could not be read, the newest first; the stay that it is about when there is one."""
    query = (
        select(
            StayNote.id, StayNote.remote_id, StayNote.reason, StayNote.at, PartnerAccount.label.label("account"),
            Stay.id.label("stay_id"),
        )
        .join(PartnerAccount, PartnerAccount.id == StayNote.account_id)
        .outerjoin(Stay, and_(Stay.account_id == StayNote.account_id, Stay.remote_id == StayNote.remote_id))
        .order_by(StayNote.at.desc(), StayNote.id.desc())
        .limit(200)
    )  # fmt: skip
    return db.session.execute(query).all()


def accounts_of(kinds: Iterable[str]) -> Sequence[Any]:
    """The accounts by which stays come (id, kind, label)."""
    query = select(PartnerAccount.id, PartnerAccount.kind, PartnerAccount.label).where(
        PartnerAccount.kind.in_(list(kinds)), PartnerAccount.archived_at.is_(None)
    )
    return db.session.execute(query.order_by(PartnerAccount.id)).all()
