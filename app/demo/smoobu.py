"""What Smoobu's simulator knows and nobody has read yet: a stay of last month told late, one to come, and one cancelled after the
month that held it was sent. The first reading brings them, and the month to launch carries the correction."""

import json
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from app.concierge.models import Stay, StaySourceLodging
from app.concierge.states import StayState
from app.core import clock
from app.core.config import Settings
from app.core.db import db
from app.demo.stays import AHEAD
from app.sandbox.store import Store
from app.statements.models import Month

NIGHTS, NIGHT = 3, 110


def write(now: datetime) -> None:
    """Into the simulator's memory, once the stays are kept. Nothing where no lodging is linked."""
    query = select(StaySourceLodging).where(StaySourceLodging.lodging_id.is_not(None))
    places = db.session.scalars(query.order_by(StaySourceLodging.id)).all()
    if not places:
        return
    today = clock.local(now).date()
    last = Month.of(today).previous
    found = [_new(9101, places[0], _free(places[0], last)), _new(9102, places[1], today + timedelta(days=AHEAD + 20))]
    settings: Settings = current_app.extensions["etabli_settings"]
    store = Store(settings.sandbox_dir)
    with store.open() as memory:  # of an installation that was emptied it may remember another demonstration
        memory.execute("DELETE FROM stay")
        memory.execute("DELETE FROM apartment")
        memory.executemany("INSERT INTO apartment VALUES (?, ?)", [(int(one.remote_id), one.name) for one in places])
        memory.executemany(
            "INSERT INTO stay (id, arrival, modified, cancelled, blocked, said) VALUES (?, ?, ?, ?, 0, ?)",
            [_kept(said, now) for said in [*found, *_cancelled(last.previous)]],
        )


def _free(place: StaySourceLodging, month: Month) -> date:
    """The first night of the month from which nobody is there for the stay."""
    query = select(Stay.arrival, Stay.departure).where(
        Stay.lodging_id == place.lodging_id, Stay.state != StayState.CANCELLED
    )
    taken = [(row.arrival, row.departure) for row in db.session.execute(query)]
    day = month.first
    while any(arrival < day + timedelta(days=NIGHTS) and departure > day for arrival, departure in taken):
        day += timedelta(days=1)
    return day


def _new(key: int, place: StaySourceLodging, arrival: date) -> dict[str, Any]:
    rent = NIGHT * NIGHTS
    return {
        "id": 70_000 + key, "reference-id": f"HM{70_000 + key}", "type": "reservation", "arrival": arrival.isoformat(),
        "departure": (arrival + timedelta(days=NIGHTS)).isoformat(), "apartment": {"id": int(place.remote_id), "name": place.name},
        "channel": {"id": 1, "name": "Airbnb"}, "guest-name": "Salomé Perrin", "email": "", "phone": "", "adults": 2, "children": 0,
        "price": rent, "commission-included": round(rent * 0.155, 2), "city-tax": None, "is-blocked-booking": False, "language": "fr",
        "priceElements": [
            {"id": 1, "type": "basePrice", "name": "Prix de base", "amount": rent, "quantity": 1, "currencyCode": "EUR", "priceIncludedInId": None},
        ],
    }  # fmt: skip


def _cancelled(month: Month) -> list[dict[str, Any]]:
    """The first stay wholly in that month that Smoobu told, given back whole."""
    query = (
        select(Stay, StaySourceLodging)
        .join(StaySourceLodging, StaySourceLodging.id == Stay.source_lodging_id)
        .where(Stay.state == StayState.BOOKED, Stay.arrival >= month.first, Stay.departure <= month.last)
        .order_by(Stay.departure, Stay.id)
        .limit(1)
    )
    return [
        {
            **_new(0, place, stay.arrival), "id": int(stay.remote_id or 0), "reference-id": stay.reference, "type": "cancellation",
            "departure": stay.departure.isoformat(), "channel": {"id": 1, "name": stay.channel}, "guest-name": stay.guest,
            "adults": stay.adults, "children": stay.children, "price": 0, "commission-included": 0, "priceElements": [],
        }
        for stay, place in db.session.execute(query)
    ]  # fmt: skip


def _kept(said: dict[str, Any], now: datetime) -> tuple[int, str, str, bool, str]:
    modified = now.strftime("%Y-%m-%d %H:%M:%S")
    told = {"created-at": modified[:16], "modifiedAt": modified, **said}
    return said["id"], said["arrival"], modified, said["type"] == "cancellation", json.dumps(told)
