"""The planning in somebody's own calendar: an iCalendar feed by a secret address, per person and per thing, revocable."""

from datetime import timedelta

from flask import url_for
from icalendar import Calendar, Event
from sqlalchemy import select

from app.accounts.models import User
from app.accounts.queries import our_organisation
from app.assets.models import Asset
from app.contacts.models import Contact
from app.core import clock, links
from app.core.db import db, require_transaction
from app.core.i18n import _
from app.core.subject import Subject
from app.planning.models import Booking
from app.planning.queries.words import used
from app.planning.states import DRAWN, kind_of

KIND = "agenda"
PAST, AHEAD = timedelta(days=60), timedelta(days=400)


def new_feed(subject: Subject) -> str:
    """The secret of a new feed of a person ("user") or a thing ("asset"); those given before stop."""
    require_transaction()
    links.revoke(KIND, subject)
    return links.issue(KIND, subject)


def stop_feed(subject: Subject) -> None:
    """The secrets given so far stop."""
    links.revoke(KIND, subject)


def address_of(subject: Subject) -> str | None:
    """The address of the live feed of a person or a thing; None when there is none."""
    token = links.token_of(KIND, subject)
    return url_for("planning.feed", token=token, _external=True) if token else None


def feed_of(subject: Subject) -> bytes | None:
    """The calendar, as bytes; None when the person or the thing is gone."""
    name = _name(subject)
    if name is None:
        return None
    calendar = Calendar()
    calendar.add("prodid", "-//Établi//planning//FR")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"{name} · {our_organisation().name}")
    now = clock.now()
    query = (
        select(Booking, Contact.name)
        .outerjoin(Contact, Contact.id == Booking.contact_id)
        .where(
            Booking.resource == f"{subject.kind}:{subject.id}", Booking.state.in_(DRAWN),
            Booking.ends_at > now - PAST, Booking.starts_at < now + AHEAD,
        )
        .order_by(Booking.starts_at)
    )  # fmt: skip
    for booking, client in db.session.execute(query):
        calendar.add_component(_event(booking, client))
    return bytes(calendar.to_ical())


def _name(subject: Subject) -> str | None:
    if subject.kind == "user":
        user = db.session.get(User, subject.id)
        return user.name if user is not None and user.active and user.archived_at is None else None
    asset = db.session.get(Asset, subject.id)
    return asset.label if asset is not None else None


def _event(booking: Booking, client: str | None) -> Event:
    start, end = used(booking.starts_at, booking.ends_at, booking.buffer_before, booking.buffer_after)
    event = Event()
    event.add("uid", f"reservation-{booking.id}@etabli")
    event.add("dtstamp", booking.updated_at)
    event.add("dtstart", start)
    event.add("dtend", end)
    event.add("summary", _("%(what)s : %(who)s", what=kind_of(booking.kind).label, who=client or booking.label))
    event.add("status", "TENTATIVE" if booking.expires_at else "CONFIRMED")
    return event
