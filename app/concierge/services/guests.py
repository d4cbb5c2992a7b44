"""Who stayed is forgotten some months after his departure: the accounts keep the stay, not the person (RGPD, art. 5.1 e)."""

from sqlalchemy import or_, select, update

from app.concierge.models import Stay
from app.core import clock
from app.core.db import db, transaction
from app.core.settings import setting
from app.planning.models import Booking

MONTHS = "concierge.guest_months"
NAMES = ("guest", "email", "phone")
BATCH = 500


def forget() -> int:
    """Empty the names and addresses of guests who left that many months ago, as we hold them and as the partner said them.
    Killed, it goes on with those who are left. Returns how many stays."""
    before = clock.months_after(clock.today(), -int(setting(MONTHS)))
    done = 0
    while True:
        with transaction():
            known = select(Stay).where(
                Stay.departure < before, or_(Stay.guest != "", Stay.email != "", Stay.phone != "")
            )
            rows = db.session.scalars(known.order_by(Stay.id).limit(BATCH)).all()
            for stay in rows:
                stay.guest, stay.email, stay.phone = "", "", ""
                stay.told = {name: value for name, value in stay.told.items() if name not in NAMES}
            slots = [stay.booking_id for stay in rows if stay.booking_id]
            db.session.execute(update(Booking).where(Booking.id.in_(slots)).values(label=""))
        done += len(rows)
        if len(rows) < BATCH:
            return done
