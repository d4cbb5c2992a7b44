"""A reservation that comes back: what the loan form asks, what each date would be, what was decided of each of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from flask import request
from flask_login import current_user

from app.assets.models import Asset
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.lending.forms import LoanForm, SeriesForm
from app.lending.models import Loan, LoanSeries
from app.lending.queries.repeating import Rule
from app.lending.queries.series import Slot, last_of, place_of, preview
from app.lending.services import Wish
from app.lending.services.series import Kept, hold_dates, periods, reserve_series
from app.lending.states import TO_HAND_OVER, LoanState
from app.lending.views.choice import Choice
from app.members.queries import blocks

WAIT, AROUND = "attendre", "partout"


@dataclass(slots=True)
class Dates:
    """The dates of the series being typed. `seen`: those that the page showed, as it showed them."""

    slots: list[Slot] = field(default_factory=list)
    seen: str = ""

    @classmethod
    def read(cls, form: LoanForm, choice: Choice, contact: Contact | None, *, despite: bool = False) -> "Dates":
        """What each date would be. Raises DomainError when the rule does not stand."""
        rule = rule_of(form)
        if rule is None or not choice.units:
            return cls()
        start, due, at_once = form.period()
        if at_once:
            raise DomainError(_("Une série commence à une date de remise : saisissez la première."), field="start_day")
        if form.option.data:
            raise DomainError(_("Une série se réserve sans option : décochez-la."), field="option")
        found = periods(rule, start, due, choice.units)
        slots = preview(choice.units, found, any_unit=choice.any_unit, without=choice.without, user_id=current_user.id)
        if contact is not None and not despite:
            _block(slots, contact)
        words = "|".join(
            [*(f"{a.isoformat()}/{b.isoformat()}" for a, b in found), *(str(unit.id) for unit in choice.units)]
        )
        return cls(slots, sha256(words.encode()).hexdigest()[:16])

    @property
    def shown(self) -> bool:
        """True when the page that was sent showed these very dates."""
        return request.form.get("apercu") == self.seen

    def asked(self, slot: Slot) -> str:
        """What the page says of a date: « 1 » to book it, nothing to skip it, a way around, or to wait for it."""
        if request.form.get("do") == AROUND and slot.ways and not slot.closed:
            return slot.ways[0].key
        if self.shown:
            if f"pour-{slot.key}" in request.form:
                return request.form[f"pour-{slot.key}"]
            return "1" if slot.key in request.form.getlist("garder") else ""
        return "1" if slot.bookable and not slot.closed else ""

    def kept(self) -> Kept:
        """What was decided. Raises Conflict that names a date taken since the page was shown."""
        booked, waited, refused = list[tuple[Slot, Sequence[Asset]]](), [], []
        for slot in self.slots:
            asked = self.asked(slot)
            units = _units(slot, asked)
            if units:
                booked.append((slot, units))
            elif asked == WAIT and slot.lost and not slot.blocked:
                waited.append(slot)
            elif asked:
                raise Conflict(_gone(slot))
            elif slot.lost and not slot.ways:
                refused.append(slot)
        return Kept(booked, waited, refused)

    @property
    def count(self) -> int:
        """How many are to be booked."""
        return sum(1 for slot in self.slots if _units(slot, self.asked(slot)))

    @property
    def around(self) -> bool:
        """True when another thing would do for a date that is left out."""
        return any(slot.ways and not slot.closed and not _units(slot, self.asked(slot)) for slot in self.slots)

    def hold(self) -> datetime | None:
        """Keep those that are to be booked for who is choosing; until when. Raises Conflict."""
        booked = [(slot, units) for slot in self.slots if (units := _units(slot, self.asked(slot)))]
        return hold_dates(booked, current_user) if booked else None


def _units(slot: Slot, asked: str) -> Sequence[Asset]:
    if slot.blocked or not asked:
        return ()
    if slot.units:
        return slot.units
    return next((way.units for way in slot.ways if way.key == asked), ())


def _gone(slot: Slot) -> str:
    day = clock.card_date(slot.day).capitalize()
    if slot.blocked:
        return _("%(day)s : %(why)s Rien n'est encore réservé.", day=day, why=slot.blocked)
    what = ", ".join(unit.label for unit in slot.lost) or ", ".join(missing.side.label for missing in slot.missing)
    return _(
        "%(day)s : %(what)s vient d'être pris. Rien n'est encore réservé : relisez les dates, puis réservez.",
        day=day,
        what=what,
    )


def _block(slots: Sequence[Slot], contact: Contact) -> None:
    """Why this person may not book the last dates: a membership ends in the middle of a series. The gate itself looks at each."""
    low, high = 0, len(slots)
    if not slots or not blocks(contact, slots[-1].day) or blocks(contact, slots[0].day):
        return  # what blocks from the first date on is said beside the borrower
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if blocks(contact, slots[middle].day) else (middle + 1, high)
    for slot in slots[low:]:
        slot.blocked = (
            " ".join(block.reason for block in blocks(contact, slot.day)[:1])
            if slot is slots[low]
            else slots[low].blocked
        )


def write_series(form: LoanForm, dates: Dates, contact: Contact, wish: Wish) -> list[Loan]:
    """Inside the caller's transaction: all that was kept is reserved."""
    rule, longer = rule_of(form), _longer(form)
    if rule is None:
        return []
    longer = longer if longer is not None and longer.contact_id == contact.id else None
    return reserve_series(contact, wish, dates.kept(), rule, current_user, notes=form.notes.data or "", longer=longer)


def rule_of(form: LoanForm) -> Rule | None:
    """The rule typed, counted from the first day of the series that it lengthens."""
    rule, longer = form.rule(), _longer(form)
    return replace(rule, anchor=longer.first_day) if rule and longer else rule


def _longer(form: LoanForm) -> LoanSeries | None:
    return db.session.get(LoanSeries, form.series.data) if form.series.data else None


def prolonged(form: LoanForm, choice: Choice, series_id: int) -> None:
    """The form of a series that goes on: its borrower, its things, its hours, from the date after its last one."""
    series, found = db.session.get(LoanSeries, series_id), last_of(series_id)
    if series is None or found is None:
        return
    loan, items = found
    start, due = clock.local(loan.starts_at), clock.local(loan.due_at)
    days = tuple(int(day) for day in series.weekdays.split(",") if day)
    following = Rule(series.every, days, times=1, anchor=series.first_day).days(start.date() + timedelta(days=1))[0]
    form.contact_id.data, form.series.data = loan.contact_id, series.id
    form.repeat.data, form.weekdays.data = series.every.value, list(days)
    form.start_day.data, form.start_time.data = following, start.time()
    form.due_day.data, form.due_time.data = following + (due.date() - start.date()), due.time()
    form.notes.data = loan.notes
    for unit in db.session.query(Asset).where(Asset.id.in_(items), Asset.ours).order_by(Asset.id):
        choice.add(unit)
    choice.any_unit |= {unit.id for unit in choice.units if items.get(unit.id)}


def series_part(loan: Loan, form: SeriesForm | None = None) -> dict[str, Any]:
    """What its page says of the series it is of: its rank among the dates kept, all of them, the forms to change them."""
    place = place_of(loan.id)
    if place is None:
        return {"series": None}
    series, rows = place
    kept = [row.id for row in rows if row.state != LoanState.CANCELLED]
    hours = {"begins": clock.local(loan.starts_at).time(), "ends": clock.local(loan.due_at).time()}
    return {
        "series": series, "dates": rows, "rank": kept.index(loan.id) + 1 if loan.id in kept else None, "kept": len(kept),
        "series_form": form or SeriesForm(formdata=None, **hours), "series_open": any(row.state in TO_HAND_OVER for row in rows),
    }  # fmt: skip
