"""The stays of the demonstration: five channels over six months, and a few that somebody must look at."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.concierge.models import Stay, StayNote
from app.concierge.queries.stays import look_count, to_map
from app.concierge.states import StayState
from app.core import clock
from app.core.db import db, transaction
from app.demo import stays
from tests.concierge.world_of_stays import a_lodging

pytestmark = [pytest.mark.row("E2"), pytest.mark.usefixtures("cast")]


def test_stays_come_by_five_channels_and_some_are_to_be_looked_at(app: Flask) -> None:
    lodgings = [a_lodging(f"Logement {letter}") for letter in "ABCDEFGH"]
    with transaction():
        stays.write([db.session.merge(one) for one in lodgings], clock.now())
    channels = set(db.session.scalars(select(Stay.channel).where(Stay.state == StayState.BOOKED)))
    assert channels == {"Airbnb", "Booking.com", "Abritel", "Site direct", "Téléphone"}
    assert {stay.state for stay in db.session.query(Stay)} == set(StayState)
    first, last = db.session.execute(select(func.min(Stay.arrival), func.max(Stay.arrival))).one()
    assert first < clock.today() - timedelta(days=110)
    assert last > clock.today() + timedelta(days=45)
    assert to_map() == 1
    assert 5 <= look_count() <= 25
    assert db.session.query(StayNote).count() == 2
