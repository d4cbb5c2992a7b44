"""The list of lodgings and what it says of each; one lodging; the owners; the register. Rows of lists are tuples."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.accounts.queries import allowed
from app.assets.models import Asset, Family
from app.concierge.models import Lodging, MandateOwner, MandateTerms, RentalMandate, Stay
from app.concierge.queries.mandates import VIEW
from app.concierge.queries.terms import terms_of
from app.concierge.states import StayState
from app.contacts.models import Contact
from app.core import clock, search
from app.core.db import db
from app.core.settings import setting
from app.statements.models import Terms

MATCHING = 500
ALL, NO_MANDATE, NO_NUMBER, GONE = "", "sans-mandat", "sans-numero", "termines"
LETS = (StayState.BOOKED,)


def active() -> bool:
    """Whether lodgings are let here."""
    return bool(setting("concierge.active"))


def lodging_by_id(lodging_id: int) -> Lodging | None:
    """The lodging with its asset and its family."""
    query = select(Lodging).where(Lodging.id == lodging_id)
    query = query.options(joinedload(Lodging.asset).joinedload(Asset.family))
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def lodging_for(user: User, lodging_id: int) -> Lodging | None:
    """The same, for who may see it."""
    return lodging_by_id(lodging_id) if allowed(user, VIEW) else None


def free_assets(text: str, limit: int = 8) -> list[search.Hit]:
    """The things that answer these words and are no lodging yet."""
    found = search.find(text, ["asset"], limit * 4) if text else []
    taken = set(
        db.session.scalars(select(Lodging.asset_id).where(Lodging.asset_id.in_([hit.subject_id for hit in found])))
    )
    return [hit for hit in found if hit.subject_id not in taken][:limit]


def any_lodging() -> bool:
    """Whether there is one."""
    return bool(db.session.scalar(select(exists().where(Lodging.id.is_not(None)))))


def any_mandate() -> bool:
    """Whether there is one."""
    return bool(db.session.scalar(select(exists().where(RentalMandate.id.is_not(None)))))


@dataclass(frozen=True, slots=True)
class Filters:
    """What the query string asks for."""

    text: str = ""
    view: str = ALL

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Filters":
        """From the query string."""
        view = args.get("vue", "")
        return cls(args.get("q", "").strip()[:100], view if view in (NO_MANDATE, NO_NUMBER, GONE) else ALL)


def _in_force(day: date) -> Any:
    """The condition that a mandate is in force on a day."""
    return and_(RentalMandate.starts_on <= day, or_(RentalMandate.ends_on.is_(None), RentalMandate.ends_on >= day))


def listing(filters: Filters) -> Select[Any]:
    """The lodgings, by name."""
    row: tuple[Any, ...] = (
        Lodging.id, Asset.label.label("name"), Lodging.town, Lodging.registration, Lodging.main_residence,
        Lodging.nights_cap, Lodging.archived_at,
    )  # fmt: skip
    query: Select[Any] = select(*row).join(Asset, Asset.id == Lodging.asset_id)
    query = query.where(Lodging.archived_at.is_not(None) if filters.view == GONE else Lodging.archived_at.is_(None))
    if filters.view == NO_MANDATE:
        query = query.where(~exists().where(RentalMandate.lodging_id == Lodging.id, _in_force(clock.today())))
    if filters.view == NO_NUMBER:
        query = query.where(Lodging.registration == "")
    if filters.text:
        ids = [hit.subject_id for hit in search.find(filters.text, ["lodging"], MATCHING)]
        query = query.where(Lodging.id.in_(ids))
    return query.order_by(func.lower(Asset.label), Lodging.id)


def counts() -> dict[str, int]:
    """How many lodgings each view holds."""
    held = exists().where(RentalMandate.lodging_id == Lodging.id, _in_force(clock.today()))
    here = Lodging.archived_at.is_(None)
    row = db.session.execute(
        select(
            func.count().filter(here), func.count().filter(here, ~held), func.count().filter(here, Lodging.registration == ""),
            func.count().filter(Lodging.archived_at.is_not(None)),
        ).select_from(Lodging)
    ).one()  # fmt: skip
    return dict(zip((ALL, NO_MANDATE, NO_NUMBER, GONE), row, strict=True))


@dataclass(frozen=True, slots=True)
class Running:
    """The mandate in force of a lodging, its owners by rank and its terms of the day."""

    id: int
    number: str
    signed_on: date | None
    terms: Terms | None
    owners: Sequence[Any] = ()

    @property
    def unsigned(self) -> bool:
        """We hold money that no signature lets us hold."""
        return self.signed_on is None and self.terms is not None and self.terms.mode.value == "mandate"


def running_of(ids: Collection[int], day: date | None = None) -> dict[int, Running]:
    """The mandate in force of each of these lodgings, in two statements."""
    day = day or clock.today()
    query = (
        select(
            RentalMandate.lodging_id, RentalMandate.id, RentalMandate.number, RentalMandate.signed_on, MandateTerms.since,
            MandateTerms.terms,
        )
        .outerjoin(MandateTerms, and_(MandateTerms.mandate_id == RentalMandate.id, MandateTerms.since <= day))
        .where(RentalMandate.lodging_id.in_(ids), _in_force(day))
        .order_by(RentalMandate.id, MandateTerms.since)
    )  # fmt: skip
    rows = {row.lodging_id: row for row in db.session.execute(query)}
    owners = owners_of([row.id for row in rows.values()])
    return {
        key: Running(
            row.id, row.number, row.signed_on, terms_of(row.terms, row.since) if row.terms else None, owners.get(row.id, ())
        )
        for key, row in rows.items()
    }  # fmt: skip


def owners_of(mandates: Collection[int]) -> dict[int, list[Any]]:
    """Of each mandate, (contact_id, name, basis_points) by rank."""
    query = (
        select(MandateOwner.mandate_id, MandateOwner.contact_id, Contact.name, MandateOwner.basis_points)
        .join(Contact, Contact.id == MandateOwner.contact_id)
        .where(MandateOwner.mandate_id.in_(mandates))
        .order_by(MandateOwner.mandate_id, MandateOwner.position)
    )
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(query):
        found[row.mandate_id].append(row)
    return found


def nights_of(ids: Collection[int], year: int) -> dict[int | None, int]:
    """Nights let to guests in that year, by lodging: what is counted towards the 120 of a main residence."""
    first, after = date(year, 1, 1), date(year + 1, 1, 1)
    query = select(Stay.lodging_id, Stay.arrival, Stay.departure).where(
        Stay.lodging_id.in_(ids), Stay.state.in_(LETS), Stay.archived_at.is_(None), Stay.arrival < after, Stay.departure > first,
    )  # fmt: skip
    found: dict[int | None, int] = defaultdict(int)
    for lodging_id, arrival, departure in db.session.execute(query):
        found[lodging_id] += max((min(departure, after) - max(arrival, first)).days, 0)
    return found


def next_arrivals(ids: Collection[int]) -> dict[int | None, date]:
    """The next arrival of each lodging, owners' stays included."""
    query = (
        select(Stay.lodging_id, func.min(Stay.arrival))
        .where(
            Stay.lodging_id.in_(ids), Stay.state.in_((StayState.BOOKED, StayState.OWNER)), Stay.archived_at.is_(None),
            Stay.arrival >= clock.today(),
        )
        .group_by(Stay.lodging_id)
    )  # fmt: skip
    return {row[0]: row[1] for row in db.session.execute(query)}


def coming_stays(lodging_id: int, limit: int = 8) -> Sequence[Any]:
    """Those under way and to come, the first first."""
    query = (
        select(Stay.id, Stay.state, Stay.channel, Stay.guest, Stay.arrival, Stay.departure, Stay.rent)
        .where(
            Stay.lodging_id == lodging_id, Stay.state != StayState.CANCELLED, Stay.archived_at.is_(None),
            Stay.departure >= clock.today(),
        )
        .order_by(Stay.arrival, Stay.id)
        .limit(limit)
    )  # fmt: skip
    return db.session.execute(query).all()


def owners(text: str = "") -> Sequence[Any]:
    """Everybody who entrusts or entrusted us with a lodging, by name, with how many of them run."""
    today = clock.today()
    live = func.count(RentalMandate.id).filter(_in_force(today))
    query = (
        select(
            Contact.id, Contact.name, Contact.kind, Contact.email, Contact.phone, Contact.town, Contact.user_id, live.label("running"),
        )
        .join(MandateOwner, MandateOwner.contact_id == Contact.id)
        .join(RentalMandate, RentalMandate.id == MandateOwner.mandate_id)
        .group_by(Contact.id)
        .order_by(func.lower(Contact.name))
    )  # fmt: skip
    if text:
        query = query.where(Contact.id.in_([hit.subject_id for hit in search.find(text, ["contact"], MATCHING)]))
    return db.session.execute(query).all()


def entrusted_by(contacts: Collection[int]) -> dict[int, list[Any]]:
    """Of each owner, the lodgings of his mandates, those in force first."""
    query = (
        select(
            MandateOwner.contact_id, MandateOwner.basis_points, RentalMandate.id.label("mandate_id"), RentalMandate.number,
            RentalMandate.starts_on, RentalMandate.ends_on, Lodging.id.label("lodging_id"), Asset.label.label("name"), Lodging.town,
        )
        .join(RentalMandate, RentalMandate.id == MandateOwner.mandate_id)
        .join(Lodging, Lodging.id == RentalMandate.lodging_id)
        .join(Asset, Asset.id == Lodging.asset_id)
        .where(MandateOwner.contact_id.in_(contacts))
        .order_by(RentalMandate.ends_on.is_not(None), func.lower(Asset.label))
    )  # fmt: skip
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(query):
        found[row.contact_id].append(row)
    return found


def register_rows() -> Sequence[Any]:
    """The register of mandates: every one, in the order of its number."""
    return db.session.execute(
        select(
            RentalMandate.id, RentalMandate.number, RentalMandate.created_at, RentalMandate.signed_on, RentalMandate.starts_on,
            RentalMandate.ends_on, Lodging.id.label("lodging_id"), Asset.label.label("name"), Lodging.address, Lodging.postcode,
            Lodging.town, Family.name.label("family"),
        )
        .join(Lodging, Lodging.id == RentalMandate.lodging_id)
        .join(Asset, Asset.id == Lodging.asset_id)
        .join(Family, Family.id == Asset.family_id)
        .order_by(RentalMandate.id)
    ).all()  # fmt: skip
