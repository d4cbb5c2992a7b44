"""Our own things under repair: their booking follows what is promised, and a delay reaches those who come next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.assets.models import Asset
from app.assets.queries import family
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.settings import setting
from app.core.subject import subject_of
from app.messaging.services import add_task
from app.planning import services as planning
from app.planning.models import Booking
from app.planning.queries.one import free_like
from app.planning.states import BEGUN, BookingState, kind_of
from app.tickets.models import Ticket
from app.tickets.queries.load import add_working_days
from app.tickets.queries.one import LOADED
from app.tickets.services.notices import tell_delay
from app.tickets.services.work import touch
from app.tickets.states import FINAL, TicketKind

SHOWN = 3  # other units named to whoever announces a delay


@dataclass(frozen=True, slots=True)
class Affected:
    """Somebody whose booking a later end would take: times in UTC from hand-over to return, page of his record ("" when it has
    none), what else is free over the whole period (the first is held for him), True when he has the thing already."""

    booking_id: int
    who: str
    phone: str
    starts_at: datetime
    ends_at: datetime
    url: str
    others: Sequence[str]
    begun: bool


def end_of(day: date) -> datetime:
    """A repair promised for a day holds its thing to the end of that day (UTC)."""
    return clock.start_of(day + timedelta(days=1))


def hold_unit(ticket: Ticket) -> None:
    """Our thing leaves the planning until the promised day, else for the usual time of its family; whoever had it reserved is
    told. Does nothing while somebody has it: it leaves the planning on its return."""
    if ticket.asset is None or planning.maintenance_of(subject_of(ticket)) is not None:
        return
    promised = end_of(ticket.promised_on) if ticket.promised_on else None
    known = promised is not None and promised > clock.now()
    planning.start_maintenance(
        ticket.asset, subject_of(ticket), _("Réparation %(number)s", number=ticket.number),
        promised if known and promised else _guess(ticket), expected=known,
    )  # fmt: skip


def _guess(ticket: Ticket) -> datetime:
    """The end of a repair that nobody has promised: the usual time of its family, in open days."""
    known = family(ticket.family_id) if ticket.family_id else None
    return end_of(add_working_days(clock.today(), known.repair_days if known else setting("tickets.repair_days")))


def follow_promise(ticket: Ticket) -> list[Booking]:
    """The booking of the repair ends when the ticket now promises. Returns the bookings that lost their slot.

    Raises Conflict when somebody already has the thing then.
    """
    if ticket.kind != TicketKind.FLEET or ticket.finished:
        return []
    hold_unit(ticket)
    booking = planning.maintenance_of(subject_of(ticket))
    until = end_of(ticket.promised_on) if ticket.promised_on else None
    if booking is None or until is None or until == booking.expected_at or until <= clock.now():
        return []
    return planning.expect(booking, until)


def keep_to_promise(ticket: Ticket) -> None:
    """The promised day was corrected: an earlier one gives time back, a later one is for `announce_delay` when somebody would
    lose his slot. Raises DomainError."""
    if ticket.promised_on is not None and affected_by(ticket, ticket.promised_on):
        raise DomainError(
            _("Cette date prend la place d'une réservation. Passez par « Annoncer un retard » : vous verrez qui est touché."),
            field="promised_on",
        )  # fmt: skip
    follow_promise(ticket)


def moved_by_hand(booking: Booking) -> None:
    """The end of a repair was changed on the planning: its ticket promises that day."""
    ticket = db.session.get(Ticket, booking.about_id) if booking.about_kind == "ticket" else None
    if ticket is not None:
        ticket.promised_on = clock.local(booking.ends_at - timedelta(seconds=1)).date()
        touch(ticket)


def affected_by(ticket: Ticket, day: date) -> list[Affected]:
    """Who loses his slot if the repair of this thing of ours lasts to the end of that day, in order of time; writes nothing."""
    booking = planning.maintenance_of(subject_of(ticket))
    if booking is None or ticket.asset is None or ticket.kind != TicketKind.FLEET:
        return []
    until = end_of(day)
    touched = planning.touched(booking, until) if until > booking.ends_at else []
    given: list[tuple[int, Booking]] = []
    return [_affected(ticket.asset, other, given) for other in touched if other.state != BookingState.HELD]


def _affected(asset: Asset, booking: Booking, given: list[tuple[int, Booking]]) -> Affected:
    """One of them; `given`: the units already meant for those before him."""
    contact = db.session.get(Contact, booking.contact_id) if booking.contact_id else None
    start, end = planning.use_of(booking)
    gone = {unit for unit, other in given if other.starts_at < booking.ends_at and booking.starts_at < other.ends_at}
    free = [row for row in free_like(asset, start, end, SHOWN + len(gone)) if row[0] not in gone]
    if free and booking.state not in BEGUN:
        given.append((free[0][0], booking))
    return Affected(
        booking.id, contact.name if contact else booking.label, contact.phone if contact else "", start, end,
        kind_of(booking.kind).url(booking) or "", [label for _id, label in free[:SHOWN]], booking.state in BEGUN,
    )  # fmt: skip


def announce_delay(ticket: Ticket, day: date, reason: str) -> list[Booking]:
    """Promise another day: the client is told, and each borrower whose slot the repair of our own thing now takes.

    Returns the bookings displaced, each « at risk » and its owner told once. Raises DomainError when the day is not later,
    Conflict when somebody already has the thing then.
    """
    if day <= clock.today() or (ticket.promised_on and day <= ticket.promised_on):
        raise DomainError(
            _("La nouvelle date doit venir après celle qui était promise. Choisissez un jour plus tard."),
            field="promised_on",
        )
    before = ticket.promised_on
    ticket.promised_on = day
    record(ticket, "ticket.delayed", before=str(before or ""), after=str(day), reason=reason)
    touch(ticket)
    tell_delay(ticket, reason)
    return follow_promise(ticket)


def watch(asset_id: int) -> None:
    """Our thing is free again (returned by its borrower): a repair that waited for it begins."""
    query = select(Ticket).where(
        Ticket.asset_id == asset_id, Ticket.kind == TicketKind.FLEET, Ticket.state.not_in(FINAL)
    )
    for ticket in db.session.scalars(query.options(*LOADED).order_by(Ticket.id)):
        hold_unit(ticket)


def over_time() -> Sequence[int]:
    """Ids of the bookings of repairs that are not over at their end."""
    query = select(Booking.id).where(Booking.state == BookingState.MAINTENANCE, Booking.ends_at <= clock.now())
    return db.session.scalars(query.order_by(Booking.id)).all()


def keep_unit(booking: Booking) -> None:
    """The repair is not over: it keeps the thing one more day, or as long again when no end was announced, and the desk is told
    the first time. Does nothing when it was ended meanwhile."""
    ticket = db.session.get(Ticket, booking.about_id) if booking.about_kind == "ticket" else None
    if booking.state != BookingState.MAINTENANCE or booking.ends_at > clock.now() or ticket is None:
        return
    guessed, first = booking.expected_at is None, not planning.is_late(booking)
    try:
        planning.stretch(booking, _guess(ticket) if guessed else end_of(clock.today()))
    except Conflict:
        planning.take_back(booking, booking.ends_at)
        add_task(
            _("%(number)s : le matériel est déjà reparti. Clôturez le dossier.", number=ticket.number),
            about=subject_of(ticket), due_on=clock.today(),
        )  # fmt: skip
        return
    if first:
        record(ticket, "ticket.overtime", until=str(ticket.promised_on or ""))
        add_task(_late_words(ticket), about=subject_of(ticket), due_on=clock.today(), call=True)


def _late_words(ticket: Ticket) -> str:
    if ticket.promised_on is None:
        return _("%(number)s : réparation toujours sans date. Demandez-en une et annoncez-la.", number=ticket.number)
    return _(
        "%(number)s : devait être réparé le %(day)s. Annoncez la nouvelle date ou clôturez le dossier.",
        number=ticket.number, day=clock.long_date(ticket.promised_on),
    )  # fmt: skip
