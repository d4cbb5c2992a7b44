"""A month as the calculation wants it: contracts, stays, entries, balances, from the tables. Reads only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import or_, select

from app.concierge.models import (
    Lodging,
    MandateOwner,
    MandateTerms,
    MonthEntry,
    OwnerStatement,
    RentalMandate,
    RentalMonth,
    Stay,
)
from app.concierge.queries.terms import terms_of
from app.concierge.states import FROZEN, StayState
from app.core.db import db
from app.statements.models import Contract, Entry, Month, Share, Terms
from app.statements.models import Stay as Counted
from app.statements.services import ALL, shared
from app.statements.states import Per, StayKind

KINDS = {
    StayState.BOOKED: StayKind.GUEST,
    StayState.CANCELLED: StayKind.CANCELLED,
    StayState.OWNER: StayKind.OWNER,
}
#: A mandate that ended may still be counted for a stay that began under it.
AFTER = timedelta(days=400)


@dataclass
class _Mandate:
    id: int
    lodging_id: int
    first: date
    last: date | None
    tax: dict[str, Any]
    owners: list[Share] = field(default_factory=list)
    versions: list[Terms] = field(default_factory=list)

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


class Mandates:
    """The mandates that a month may count, by lodging; `among` keeps those of some lodgings."""

    def __init__(self, month: Month, lodgings: Iterable[int] | None = None) -> None:
        self.month = month
        self.all = _mandates(month, lodgings)
        self.by_lodging: dict[int, list[_Mandate]] = defaultdict(list)
        for one in self.all:
            self.by_lodging[one.lodging_id].append(one)

    def key(self, lodging_id: int | None, day: date) -> str:
        """The contract of a stay that arrives on that day; one without terms when no mandate holds then."""
        if lodging_id is None:
            return ""
        held = [one for one in self.by_lodging[lodging_id] if one.holds(day)]
        return str(held[-1].id) if held else f"{NO_MANDATE}{lodging_id}"

    def contracts(self, stays: Iterable[Counted]) -> tuple[Contract, ...]:
        """As the calculation wants them, those that no mandate holds included, so that their stays are shown."""
        orphans = sorted({stay.lodging for stay in stays if stay.lodging.startswith(NO_MANDATE)})
        return (*(_contract(one, self.month) for one in self.all), *(Contract(key, (), ()) for key in orphans))


#: The contract of a lodging under no mandate: « lodging:12 ».
NO_MANDATE = "lodging:"


def _mandates(month: Month, lodgings: Iterable[int] | None) -> list[_Mandate]:
    query = (
        select(RentalMandate.id, RentalMandate.lodging_id, RentalMandate.starts_on, RentalMandate.ends_on, Lodging.tax)
        .join(Lodging, Lodging.id == RentalMandate.lodging_id)
        .where(
            RentalMandate.archived_at.is_(None),
            RentalMandate.starts_on < month.next.first,
            or_(RentalMandate.ends_on.is_(None), RentalMandate.ends_on >= month.first - AFTER),
        )
        .order_by(RentalMandate.starts_on, RentalMandate.id)
    )
    if lodgings is not None:
        query = query.where(RentalMandate.lodging_id.in_(list(lodgings)))
    found = {row[0]: _Mandate(*row) for row in db.session.execute(query)}
    owners = select(MandateOwner.mandate_id, MandateOwner.contact_id, MandateOwner.basis_points)
    for mandate_id, contact_id, share in db.session.execute(
        owners.order_by(MandateOwner.mandate_id, MandateOwner.position, MandateOwner.id)
    ):
        if mandate_id in found:
            found[mandate_id].owners.append(Share(str(contact_id), share))
    versions = select(MandateTerms.mandate_id, MandateTerms.since, MandateTerms.terms).order_by(MandateTerms.since)
    for mandate_id, since, terms in db.session.execute(versions):
        if mandate_id in found:
            found[mandate_id].versions.append(terms_of(terms, since, found[mandate_id].tax))
    return list(found.values())


def _contract(one: _Mandate, month: Month) -> Contract:
    over = one.last is not None and one.last < month.first
    versions = [_without_month(terms) for terms in one.versions] if over else one.versions
    return Contract(str(one.id), tuple(one.owners), tuple(versions))


def _without_month(terms: Terms) -> Terms:
    """The terms of a mandate that is over: its last stays are counted, its month is not."""
    fixed = tuple(fee for fee in terms.fixed if fee.per is not Per.MONTH)
    return replace(terms, fixed=fixed, minimum_month=0)


def stays_of(month: Month, mandates: Mandates, lodgings: Iterable[int] | None = None) -> tuple[Counted, ...]:
    """The stays that the month may count, under the contract of their arrival; those of no lodging are given too."""
    query = select(Stay).where(
        Stay.archived_at.is_(None),
        Stay.excluded == "",
        Stay.state.in_(KINDS),
        Stay.arrival < month.next.first,
        Stay.departure >= month.first,
    )
    if lodgings is not None:
        query = query.where(Stay.lodging_id.in_(list(lodgings)))
    return tuple(_counted(stay, mandates) for stay in db.session.scalars(query.order_by(Stay.arrival, Stay.id)))


def _counted(stay: Stay, mandates: Mandates) -> Counted:
    return Counted(
        ref=str(stay.id), lodging=mandates.key(stay.lodging_id, stay.arrival), arrival=stay.arrival,
        departure=stay.departure, channel=stay.channel, guest=stay.guest, kind=KINDS[stay.state], rent=stay.rent or 0,
        cleaning=stay.cleaning, linen=stay.linen, tourist_tax=stay.tourist_tax, platform=stay.platform,
        refund=stay.refund, deposit_kept=stay.deposit_kept, cleaning_cost=stay.cleaning_cost,
        linen_cost=stay.linen_cost, adults=stay.adults, children=stay.children,
    )  # fmt: skip


def entries_of(month_id: int, contracts: Iterable[Contract]) -> tuple[Entry, ...]:
    """What people added; a line of a lodging without an owner is shared among its owners."""
    owners = {contract.lodging: contract.owners for contract in contracts}
    rows = db.session.scalars(
        select(MonthEntry).where(MonthEntry.month_id == month_id).order_by(MonthEntry.created_at, MonthEntry.id)
    )
    return tuple(entry for row in rows for entry in _shared(row, owners))


def _shared(row: MonthEntry, owners: dict[str, tuple[Share, ...]]) -> list[Entry]:
    place = str(row.mandate_id) if row.mandate_id else ""
    if row.owner_id is not None:
        return [Entry(str(row.owner_id), row.kind, row.label, row.cents, place, row.vat)]
    shares = owners.get(place, ())
    return [
        Entry(share.owner, row.kind, row.label, cents, place, row.vat)
        for share, cents in zip(shares, shared(row.cents, shares, ALL), strict=True)
        if cents
    ]


def openings(month: Month, owners: Iterable[int] | None = None) -> dict[str, int]:
    """Each owner's balance in cents: the closing one of his last approved statement before the month."""
    query = (
        select(OwnerStatement.contact_id, OwnerStatement.closing)
        .join(RentalMonth, RentalMonth.id == OwnerStatement.month_id)
        .where(OwnerStatement.state.in_(FROZEN), RentalMonth.rank < month.rank)
        .order_by(RentalMonth.rank)
    )
    if owners is not None:
        query = query.where(OwnerStatement.contact_id.in_(list(owners)))
    return {str(contact): closing for contact, closing in db.session.execute(query)}
