"""Two school years of loans of our own things: those that came back, those out, a few late, some to come, some options."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from app.core import clock
from app.core.subject import Subject
from app.demo.accessories import Accessories
from app.demo.diary import Diary, Person
from app.lending.states import LoanState
from app.planning.states import BookingState

Row = dict[str, Any]
L, B = LoanState, BookingState
STATES = {L.OPTION: B.OPTION, L.RESERVED: B.CONFIRMED, L.OUT: B.OUT, L.RETURNED: B.RETURNED}
SUNDAY, PAST_DAYS, LATE, DAYS = 6, 700, 8, (7, 14, 14, 28, 60, 90, 180)


def _open(day: date, step: int = 1) -> date:
    """That day, or the one after (`step` -1: before) when it is a Sunday: nobody is there."""
    return day + timedelta(days=step) if day.weekday() == SUNDAY else day


@dataclass(frozen=True, slots=True)
class Draft:
    """A loan to write. `state` None: what its dates say."""

    start: datetime
    due: datetime
    unit: Row
    contact: Row | None = None
    state: LoanState | None = None


class Loans:
    """Writes loans unit by unit, one after the other, so that nothing overlaps."""

    def __init__(
        self, rng: Random, now: datetime, diary: Diary, desk: Person, bookings: list[Row], more: Accessories
    ) -> None:
        self.rng, self.now, self.diary, self.desk, self.more = rng, now, diary, desk, more
        self.loans: list[Row] = []
        self.items: list[Row] = []
        self.bookings = bookings
        self.taken = {row["asset_id"]: row["starts_at"] for row in bookings}
        self.counters: dict[tuple[str, int], int] = {}
        self.late, self.kept = LATE, set[int]()
        self.drafts: list[Draft] = []

    def put(self, draft: Draft) -> None:
        """A loan of the story: its unit is nobody else's from then on."""
        self.drafts.append(draft)
        self.taken[draft.unit["id"]] = draft.start

    def free_unit(self, fleet: list[Row], name: str) -> Row | None:
        """A unit in use whose label begins so, that nothing is told of yet."""
        return next(
            (
                unit
                for unit in fleet
                if unit["state"] == "in_use" and unit["id"] not in self.taken and unit["label"].startswith(name)
            ),
            None,
        )

    def write(self, fleet: list[Row], contacts: list[Row], share: float) -> None:
        """Those of the story, and of each unit in use, from long ago to the weeks to come; `share` of its time is lent."""
        for unit in fleet:
            if unit["state"] == "in_use":
                self.drafts += [Draft(start, due, unit) for start, due in self._periods(unit, share)]
        for draft in sorted(self.drafts, key=lambda one: (one.start, one.unit["id"])):
            if draft.unit["id"] not in self.kept or draft.start > self.now + timedelta(hours=1):
                self._write(draft, draft.contact or self.rng.choice(contacts))

    def _periods(self, unit: Row, share: float) -> list[tuple[datetime, datetime]]:
        periods, day = [], self._day(self.rng.randrange(-PAST_DAYS, -PAST_DAYS + 120))
        end, stop = self._day(30), self.taken.get(unit["id"])
        while day < end:
            length = self.rng.choice(DAYS)
            day = _open(day)
            start, due = (
                clock.at(day, self.rng.choice((9, 10, 14, 16))),
                clock.at(_open(day + timedelta(days=length)), 18),
            )
            if stop is not None and due >= stop:
                break
            if due > self.now or start + timedelta(days=length) < self.now:
                periods.append((start, due))
            day += timedelta(days=length + 2 + int(length * self.rng.random() * (1 - share) / share * 2))
        return periods

    def _day(self, days: int) -> date:
        return clock.local(self.now).date() + timedelta(days=days)

    def _state(self, draft: Draft) -> LoanState:
        """What its dates say; a few that should be back are not, a few to come are options."""
        if draft.state is not None:
            return draft.state
        if draft.due < self.now:
            late = (
                self.late > 0 and draft.unit["id"] not in self.taken and draft.due > self.now - timedelta(days=9)
            )  # fmt: skip
            self.late -= late
            return L.OUT if late else L.RETURNED
        if draft.start < self.now:
            return L.OUT
        return L.OPTION if self.rng.random() < 0.15 else L.RESERVED

    def _write(self, draft: Draft, contact: Row) -> None:
        state, start, due = self._state(draft), draft.start, draft.due
        late = state == L.OUT and due < self.now
        if late:
            self.kept.add(draft.unit["id"])
        number = self._number(start if state != L.RESERVED else self.now)
        about, loan_id = Subject("loan", len(self.loans) + 1), len(self.loans) + 1
        made = min(start, self.now) - timedelta(days=self.rng.randrange(0, 6), hours=1)
        back = (
            clock.at(_open(clock.local(due).date() - timedelta(days=self.rng.randrange(0, 3)), -1), 18 - self.rng.randrange(0, 9))
            if state == L.RETURNED
            else None
        )  # fmt: skip
        expires = self.now + timedelta(hours=self.rng.randrange(5, 47)) if state == L.OPTION else None
        self.loans.append({
            "id": loan_id, "number": number, "contact_id": contact["id"], "state": state, "starts_at": start, "due_at": due,
            "returned_at": back, "expires_at": expires, "notes": "", "version": 1, "created_at": made, "updated_at": back or made,
        })  # fmt: skip
        out = start if state in (L.OUT, L.RETURNED) else None
        end = back or (self.now + timedelta(hours=1) if late else due)
        for unit in (draft.unit, *self.more.take(draft.unit)):
            booking = self._booking(unit, contact, about, B.OVERDUE if late else STATES[state], start, end)
            booking["expires_at"] = expires
            self.items.append({
                "id": len(self.items) + 1, "loan_id": loan_id, "booking_id": booking["id"], "asset_id": unit["id"], "prepared_at": None,
                "out_at": out, "back_at": back, "note_back": "",
            })  # fmt: skip
        self._tell(about, draft.unit, made, out, back)

    def _number(self, at: datetime) -> str:
        year = clock.local(at).year
        last = self.counters[("P", year)] = self.counters.get(("P", year), 0) + 1
        return f"P-{year}-{last:04d}"

    def _booking(
        self, unit: Row, contact: Row, about: Subject, state: BookingState, start: datetime, end: datetime
    ) -> Row:
        row = {
            "id": len(self.bookings) + 1, "kind": "loan", "resource": f"asset:{unit['id']}", "asset_id": unit["id"], "user_id": None,
            "contact_id": contact["id"], "starts_at": start, "ends_at": end, "state": state, "label": unit["label"],
            "about_kind": about.kind, "about_id": about.id, "any_unit": False, "expires_at": None, "expected_at": None, "buffer_before": 0, "buffer_after": 0,
            "created_at": min(start, self.now), "updated_at": min(end, self.now),
        }  # fmt: skip
        self.bookings.append(row)
        return row

    def _tell(self, about: Subject, unit: Row, made: datetime, out: datetime | None, back: datetime | None) -> None:
        self.diary.note(made, self.desk, "loan.reserved", about, {"option": False})
        if out is not None:
            self.diary.note(out, self.desk, "loan.handed_over", about, {"what": unit["label"]})
        if back is not None:
            self.diary.note(back, self.desk, "loan.back", about, {"what": unit["label"], "note": "", "late": False})
