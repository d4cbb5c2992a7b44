"""A month of rents to measure: owners, each of a lodging let twenty times, counted and approved."""

import time
from datetime import date, timedelta

from sqlalchemy import select

from app.assets.models import Asset, Family
from app.concierge.models import Lodging, MandateOwner, MandateTerms, OwnerStatement, RentalMandate, Stay
from app.concierge.queries.terms import data_of
from app.concierge.services.approving import approve
from app.concierge.services.counting import count, the_month
from app.contacts.services import add_contact
from app.core import clock
from app.core.db import db, transaction
from app.statements.models import Base, Month, Terms
from app.statements.states import Mode, Service

STAYS = 20
TERMS = Terms(
    date(2026, 1, 1), Mode.MANDATE, 2000, Base(after_platform=True), platforms=(("Airbnb", 1550),), cleaning=Service.GUEST,
)  # fmt: skip


def rents(owners: int) -> dict[str, float]:
    """Last month of so many owners, approved: its id, the seconds that the count and the approval took."""
    first = clock.today().replace(day=1) - timedelta(days=1)
    month = Month(first.year, first.month)
    with transaction():
        family = db.session.scalars(select(Family).order_by(Family.id).limit(1)).one()
        for rank in range(owners):
            _owner(rank, family.id, month)
    begun = time.monotonic()
    with transaction():
        row = the_month(month)
        count(row)
        month_id = row.id
    counted = time.monotonic()
    with transaction():
        ids = list(db.session.scalars(select(OwnerStatement.id).where(OwnerStatement.month_id == month_id)))
        approve(ids)
    return {"month": month_id, "count_s": counted - begun, "approve_s": time.monotonic() - counted}


def _owner(rank: int, family_id: int, month: Month) -> None:
    owner = add_contact(
        name=f"Propriétaire {rank}", last_name=f"Propriétaire {rank}", email=f"proprietaire{rank}@exemple.example",
        address=f"{rank} rue du Port", postcode="56000", town="Vannes",
    )  # fmt: skip
    asset = Asset(inventory_number=f"LOG-{rank:05d}", family_id=family_id, label=f"Logement {rank}", ours=True)
    db.session.add(asset)
    db.session.flush()
    lodging = Lodging(asset_id=asset.id, town="Vannes", registration=f"56260{rank:08d}")
    db.session.add(lodging)
    db.session.flush()
    mandate = RentalMandate(
        number=f"MB-{rank:05d}", lodging_id=lodging.id, starts_on=TERMS.since, signed_on=TERMS.since
    )
    db.session.add(mandate)
    db.session.flush()
    db.session.add_all(
        [
            MandateTerms(mandate_id=mandate.id, since=TERMS.since, terms=data_of(TERMS)),
            MandateOwner(mandate_id=mandate.id, contact_id=owner.id),
            *(_stay(lodging.id, month.first + timedelta(days=nth), nth) for nth in range(STAYS)),
        ]
    )
    db.session.flush()


def _stay(lodging_id: int, arrival: date, nth: int) -> Stay:
    return Stay(
        lodging_id=lodging_id, arrival=arrival, departure=arrival + timedelta(days=1), rent=9_000 + 137 * nth, cleaning=4_500,
        channel="Airbnb", guest="Voyageur", reference=f"HM{nth:06d}", changed_at=clock.now(),
    )  # fmt: skip
