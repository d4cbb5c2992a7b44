"""An owner's lodgings. Every page of an owner is fetched through `owner_of`: what no mandate of his holds does not exist."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from app.accounts.models import User
from app.assets.models import Asset
from app.concierge.models import Lodging, MandateOwner, RentalMandate
from app.concierge.queries.nights import Held
from app.contacts.models import Contact
from app.contacts.queries import own_contact
from app.core.db import db
from app.core.settings import setting


@dataclass(slots=True)
class Place:
    """A lodging that he entrusts us with. `held`: the days of his mandates, both included."""

    id: int
    name: str
    town: str
    asset_id: int
    held: list[Held] = field(default_factory=list)

    def his(self, day: date) -> bool:
        """Whether a mandate of his holds on that day."""
        return any(first <= day and (last is None or day <= last) for first, last in self.held)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who is signed in, and what he owns, by the names of the lodgings."""

    contact: Contact
    places: dict[int, Place]

    @property
    def ids(self) -> Sequence[int]:
        """All his lodgings."""
        return list(self.places)

    def now(self, day: date) -> list[Place]:
        """The lodgings under a mandate that day, or to come."""
        return [
            place for place in self.places.values() if any(last is None or last >= day for _first, last in place.held)
        ]


def owner_of(user: User) -> Owner | None:
    """The owner of a client's account; None where nothing is let, or for who entrusted us with nothing. Two statements."""
    if not user.is_client or not setting("concierge.active"):
        return None
    contact = own_contact(user)
    places = _places(contact.id) if contact is not None else {}
    return Owner(contact, places) if contact is not None and places else None


def my_mandates(owner: Owner, lodging_id: int | None = None) -> Sequence[Row[Any]]:
    """(id, number, signed_on, starts_on, ends_on, file_id) of what he entrusted us with, the last first; of a lodging, or all."""
    query: Any = (
        select(
            RentalMandate.id, RentalMandate.number, RentalMandate.signed_on, RentalMandate.starts_on,
            RentalMandate.ends_on, RentalMandate.file_id,
        )
        .join(MandateOwner, MandateOwner.mandate_id == RentalMandate.id)
        .where(MandateOwner.contact_id == owner.contact.id, RentalMandate.archived_at.is_(None))
        .order_by(RentalMandate.starts_on.desc())
    )  # fmt: skip
    found: Sequence[Row[Any]] = db.session.execute(
        query.where(RentalMandate.lodging_id == lodging_id) if lodging_id else query
    ).all()
    return found


def _places(contact_id: int) -> dict[int, Place]:
    rows = db.session.execute(
        select(Lodging.id, Asset.label, Lodging.town, Lodging.asset_id, RentalMandate.starts_on, RentalMandate.ends_on)
        .join(RentalMandate, RentalMandate.lodging_id == Lodging.id)
        .join(MandateOwner, MandateOwner.mandate_id == RentalMandate.id)
        .join(Asset, Asset.id == Lodging.asset_id)
        .where(MandateOwner.contact_id == contact_id, RentalMandate.archived_at.is_(None))
        .order_by(Asset.label, Lodging.id, RentalMandate.starts_on)
    )
    places: dict[int, Place] = {}
    for lodging_id, name, town, asset_id, first, last in rows:
        place = places.setdefault(lodging_id, Place(lodging_id, name, town, asset_id))
        place.held.append((first, last))
    return places
