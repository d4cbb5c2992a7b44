"""Loans that come back: each date is a loan of its own, reserved by the same gesture as any other; all of them or none.

The borrower is told once for the whole series; hand-over, return and reminders know nothing of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from app.accounts.models import User
from app.assets.models import Asset
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError, IllegalMove
from app.core.history import record
from app.core.i18n import _
from app.core.subject import subject_of
from app.lending.models import Loan, LoanSeries, SeriesDate
from app.lending.queries.repeating import Rule
from app.lending.queries.series import Slot, place_of
from app.lending.services import line, reserving
from app.lending.services.choosing import Wish, take_set
from app.lending.services.recipients import recipient_of
from app.lending.states import TO_HAND_OVER, Scope
from app.messaging.services import tell
from app.planning import services as planning
from app.planning.queries import rules_of
from app.planning.queries.words import when

Period = tuple[datetime, datetime]


def periods(rule: Rule, start: datetime, due: datetime, units: Sequence[Asset] = ()) -> list[Period]:
    """(start, due) in UTC of each date of a rule, from those of the first one: the same hours of the clock, whatever the season.

    Raises DomainError when the rule does not end, or when a date would begin before the one before it is back.
    """
    first, last = clock.local(start), clock.local(due)
    lag, found = last.date() - first.date(), list[Period]()
    pause = timedelta(minutes=max((sum(_buffers(unit)) for unit in units), default=0))
    for day in rule.days(first.date()):
        found.append((clock.at(day, first.hour, first.minute), clock.at(day + lag, last.hour, last.minute)))
        if found[-1][0] >= found[-1][1]:
            raise DomainError(_("Le retour doit venir après la remise."), field="due_day")
        if len(found) > 1 and found[-1][0] < found[-2][1] + pause:
            raise DomainError(
                _(
                    "Chaque date commencerait avant le retour de la précédente : avancez le retour, ou espacez les dates."
                ),
                field="due_day",
            )
    return found


def _buffers(unit: Asset) -> tuple[int, int]:
    rules = rules_of(unit.family_id)
    return rules.buffer_before, rules.buffer_after


@dataclass(frozen=True, slots=True)
class Kept:
    """What was decided of the dates: those booked, each with its things; those waited for; those nobody could be served on."""

    booked: Sequence[tuple[Slot, Sequence[Asset]]]
    waited: Sequence[Slot] = ()
    refused: Sequence[Slot] = ()


def hold_dates(booked: Sequence[tuple[Slot, Sequence[Asset]]], user: User) -> datetime:
    """Each date and its whole set, kept five minutes for who is choosing, and until when. Raises Conflict."""
    return planning.hold_all(
        [(slot.whole.units if slot.whole else units, slot.start, slot.due) for slot, units in booked], user
    )


def reserve_series(
    contact: Contact, wish: Wish, kept: Kept, rule: Rule, user: User, *, notes: str = "", longer: LoanSeries | None = None
) -> list[Loan]:  # fmt: skip
    """Reserve all these dates or none, and tell the borrower once; `longer`: the series that they are added to.

    Raises Blocked, DomainError, or Conflict, its sentence beginning with the date that could not be had.
    """
    require_transaction()
    if not kept.booked:
        raise DomainError(_("Gardez au moins une date, ou changez la répétition."))
    days = ",".join(map(str, rule.weekdays))
    series = longer or LoanSeries(
        contact_id=contact.id, every=rule.every, weekdays=days, first_day=kept.booked[0][0].day
    )
    db.session.add(series)
    db.session.flush()
    loans = [_one(contact, _for_date(wish, units), slot, user, notes) for slot, units in kept.booked]
    db.session.add_all(SeriesDate(loan_id=loan.id, series_id=series.id) for loan in loans)
    for slot in kept.waited:
        unit = slot.lost[0]
        line.join(contact, unit.family_id, slot.start, slot.due, model_id=unit.model_id)
    for slot in kept.refused:
        line.note_refusal(slot.lost[0].family_id, slot.start, slot.due, contact.id)
    db.session.flush()
    _tell(contact, loans)
    return loans


def _for_date(wish: Wish, units: Sequence[Asset]) -> Wish:
    """The wish with the things of that date: what stands for a model still does when another one of it takes its place."""
    standing = {other.id for unit, other in zip(wish.units, units, strict=True) if unit.id in wish.any_unit}
    return replace(wish, units=units, any_unit=standing)


def _one(contact: Contact, wish: Wish, slot: Slot, user: User, notes: str) -> Loan:
    try:
        return take_set(contact, wish, slot.start, slot.due, user, at_once=False, notes=notes)
    except DomainError as error:
        error.message = _("%(day)s : %(why)s", day=clock.card_date(slot.day).capitalize(), why=error.message)
        raise


def _tell(contact: Contact, loans: Sequence[Loan]) -> None:
    lines = [f"- {when(loan.starts_at, loan.due_at)} : {_things(loan)}" for loan in loans]
    facts = {"materiel": _things(loans[0]), "nombre": str(len(loans)), "liste": "\n".join(lines)}
    tell(recipient_of(contact), "loan.series", about=subject_of(loans[0]), facts=facts)


def _things(loan: Loan) -> str:
    return ", ".join(
        item.asset.label.partition(" n° ")[0] if item.booking.any_unit else item.asset.label for item in loan.items
    )


def within(loan: Loan, scope: Scope) -> list[int]:
    """Ids of the loans of its series that a change is for, in order of time: those that have not left yet."""
    place = place_of(loan.id)
    if place is None or scope == Scope.ONE:
        return [loan.id]
    mine = next(rank for rank, row in enumerate(place[1]) if row.id == loan.id)
    rows = place[1][mine:] if scope == Scope.NEXT else place[1]
    return [row.id for row in rows if row.state in TO_HAND_OVER]


def cancel_dates(loan: Loan, scope: Scope) -> int:
    """Give up these dates; how many there were. Raises IllegalMove when there is none left to give up."""
    ids = within(loan, scope)
    for key in ids:
        reserving.cancel(reserving.locked(db.session.get_one(Loan, key)))
    if not ids:
        raise IllegalMove(_("Toutes ces dates sont déjà parties ou annulées : il n'y a rien à annuler."))
    return len(ids)


def change_hours(loan: Loan, scope: Scope, begins: time, ends: time) -> int:
    """Other hours, by the clock, on the same days; how many dates changed: all of them or none.

    Raises IllegalMove, DomainError, or Conflict whose sentence begins with the date that could not be had.
    """
    require_transaction()
    ids = within(loan, scope)
    moved = [reserving.locked(db.session.get_one(Loan, key)) for key in ids]
    if not moved or any(each.state not in TO_HAND_OVER for each in moved):
        raise IllegalMove(_("Ces dates sont déjà parties ou annulées : il n'y a rien à changer."))
    later = clock.local(loan.starts_at).time() < begins
    for each in reversed(moved) if later else moved:  # a date never runs into the next one of its own series
        _change(each, begins, ends)
    return len(moved)


def _change(loan: Loan, begins: time, ends: time) -> None:
    start, due = _at(loan.starts_at, begins), _at(loan.due_at, ends)
    if start >= due:
        raise DomainError(_("Le retour doit venir après la remise."), field="due_time")
    try:
        for item in loan.items:
            planning.shift(item.booking, start, due)
    except DomainError as error:
        day = clock.card_date(clock.local(loan.starts_at).date()).capitalize()
        error.message = _("%(day)s : %(why)s", day=day, why=error.message)
        raise
    loan.starts_at, loan.due_at = start, due
    record(loan, "loan.rescheduled", when=when(start, due))
    reserving.touch(loan)


def _at(moment: datetime, hour: time) -> datetime:
    return clock.at(clock.local(moment).date(), hour.hour, hour.minute)
