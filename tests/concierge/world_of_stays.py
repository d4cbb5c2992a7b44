"""What tests of stays start from: a lodging, an account, a stay as a partner tells it."""

from datetime import date
from typing import Any

from app.concierge.models import Lodging, Stay, StaySourceLodging
from app.concierge.queries.stays import stay_by_id
from app.concierge.services.mapping import link
from app.concierge.services.receiving import Received, receive
from app.connectors.stays import PriceElement, RemoteLodging, RemoteStay
from app.core.db import db, transaction
from app.core.partners import PartnerAccount
from app.core.settings import change_setting
from tests.factories.assets import an_asset
from tests.factories.base import saved, serial

LOFT = RemoteLodging("398", "Loft du port")


def a_lodging(name: str = "Loft du port") -> Lodging:
    """One of ours."""
    with transaction():
        change_setting("concierge.active", True)
    return saved(Lodging(asset_id=an_asset(label=name, ours=True).id, tax={}))


def an_account(kind: str = "smoobu", **settings: Any) -> PartnerAccount:
    """Where stays come from."""
    row = PartnerAccount(kind=kind, label=f"Smoobu {serial()}", settings=settings)
    return saved(row)


def told(key: str = "1", **changes: Any) -> RemoteStay:
    """A stay of four nights: 430 € of rent, 50 € of cleaning, 72 € for the platform."""
    known: dict[str, Any] = {
        "id": key, "reference": f"HM{key}", "lodging": LOFT, "channel": "Airbnb", "state": "booked", "arrival": date(2026, 12, 3),
        "departure": date(2026, 12, 7), "guest": "Anne Dupont", "email": "anne@exemple.example", "adults": 2, "total": 48_000,
        "commission": 7200, "currency": "EUR", "modified": "2026-11-01 08:00:00",
        "elements": (PriceElement("rent", "Prix de base", 43_000), PriceElement("cleaning", "Ménage", 5000)),
    }  # fmt: skip
    return RemoteStay(**known | changes)


def hear(account: PartnerAccount, *stays: RemoteStay, unread: tuple[tuple[str, str], ...] = ()) -> Received:
    """A page of them is received."""
    with transaction():
        return receive(account.id, stays, unread)


def mapped(account: PartnerAccount, lodging: Lodging) -> None:
    """The partner's loft is ours."""
    with transaction():
        source = db.session.query(StaySourceLodging).filter_by(account_id=account.id, remote_id=LOFT.id).one_or_none()
        if source is None:
            source = StaySourceLodging(account_id=account.id, remote_id=LOFT.id, name=LOFT.name)
            db.session.add(source)
            db.session.flush()
        link(source, lodging)


def stay_of(account: PartnerAccount, key: str = "1") -> Stay:
    """As the database has it now."""
    db.session.expire_all()
    found = db.session.query(Stay.id).filter_by(account_id=account.id, remote_id=key).scalar()
    stay = stay_by_id(found)
    assert stay is not None
    return stay
