"""Quotes from journeys: one each time a ticket waited for its client's answer."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from app.core import clock, money
from app.core.subject import Subject
from app.demo.diary import Diary, Person
from app.demo.journeys import Journey
from app.demo.worktime import WorkTime
from app.sales.states import Means, QuoteState, RefusalReason
from app.sales.states.withdrawal import Concluded
from app.tickets.states import TicketState

Row = dict[str, Any]
T, Q = TicketState, QuoteState
VALID_DAYS = 30
ANSWERS = {T.REPAIRING: Q.ACCEPTED, T.READY: Q.REFUSED}


class Quotes:
    """Collects quotes in any order; `rows` numbers them as they were sent."""

    def __init__(self, rng: Random, time: WorkTime, diary: Diary, seller: Person) -> None:
        self.rng, self.time, self.diary, self.seller = rng, time, diary, seller
        self._rows: list[Row] = []

    def follow(self, ticket: Row, lines: list[Row], journey: Journey, contact: Row | None) -> None:
        """The quotes of one ticket."""
        if contact is None or not lines:
            return
        for rank, (state, at) in enumerate(journey.steps):
            if state != T.QUOTED:
                continue
            after = journey.steps[rank + 1] if rank + 1 < len(journey.steps) else None
            self._sent(ticket, lines, contact, at, after, journey)

    def draft(self, ticket: Row, lines: list[Row], contact: Row) -> None:
        """A quote being prepared."""
        moment = ticket["touched_at"]
        self._rows.append(
            self._plain(ticket, lines, contact) | {"state": Q.DRAFT, "created_at": moment, "updated_at": moment}
        )

    def _sent(
        self,
        ticket: Row,
        lines: list[Row],
        contact: Row,
        at: int,
        after: tuple[TicketState, int] | None,
        journey: Journey,
    ) -> None:
        sent = self.time.moment(at)
        row = self._plain(ticket, lines, contact) | {"sent_at": sent, "created_at": sent, "updated_at": sent}
        row["valid_until"] = clock.local(sent).date() + timedelta(days=VALID_DAYS)
        if after is None:
            row |= self._waiting(sent)
        else:
            row |= self._answered(row, ANSWERS.get(after[0]), self.time.moment(after[1]), journey)
        self._rows.append(row)

    def _waiting(self, sent: datetime) -> Row:
        age = (self.time.moment(self.time.now) - sent).days
        reminders = (age >= 2) + (age >= 7)
        return {
            "state": Q.SENT,
            "reminders": reminders,
            "reminded_at": sent + timedelta(days=7 if reminders > 1 else 2) if reminders else None,
        }

    def _answered(self, row: Row, state: QuoteState | None, at: datetime, journey: Journey) -> Row:
        if state is None:
            expired = journey.way == "expired"
            return {
                "state": Q.EXPIRED if expired else Q.REPLACED,
                "updated_at": at,
                "reminders": 2 if expired else 0,
                "moved_at": at,
            }
        means = self.rng.choices([Means.LINK, Means.PORTAL, Means.PHONE, Means.PAPER], [60, 14, 18, 8])[0]
        reason = self.rng.choices(list(RefusalReason), [45, 30, 8, 12, 5])[0].label if state == Q.REFUSED else ""
        return {
            "state": state, "answered_at": at, "updated_at": at, "moved_at": at, "answered_how": means.value,
            "answered_name": row["client"], "answered_from": "192.0.2.14" if means in (Means.LINK, Means.PORTAL) else "",
            "refusal_reason": reason,
        }  # fmt: skip

    def _plain(self, ticket: Row, lines: list[Row], contact: Row) -> Row:
        sums = money.totals(
            (money.line_cents(line["quantity"], line["unit_price"]), line["vat_rate"]) for line in lines
        )
        return {
            "number": None, "ticket_id": ticket["id"], "contact_id": contact["id"], "client": contact["name"], "version": 1, "net": sums.net,
            "vat": sums.vat, "gross": sums.gross, "valid_until": None, "sent_at": None, "reminded_at": None, "reminders": 0,
            "answered_at": None, "answered_name": "", "answered_from": "", "answered_agent": "", "answered_how": "",
            "signature_file_id": None, "refusal_reason": "", "file_id": None, "sha256": "", "moved_at": None,
            "withdrawn_at": None, "withdrawn_by": "", "concluded": Concluded.PREMISES,
        }  # fmt: skip

    def rows(self) -> tuple[list[Row], dict[int, int]]:
        """(every quote with its number and history, the last number of each year). Called once."""
        done = sorted(self._rows, key=lambda row: row["sent_at"] or row["created_at"])
        last: dict[int, int] = {}
        versions: dict[int, int] = {}
        for row in [row for row in done if row["state"] == Q.REFUSED][-1:]:
            self._withdrawn(row)
        for number, row in enumerate(done, 1):
            row["id"] = number
            if row["state"] == Q.DRAFT:
                continue
            year = clock.local(row["sent_at"]).year
            last[year] = last.get(year, 0) + 1
            row["number"] = f"D-{year}-{last[year]:04d}"
            row["version"] = versions[row["ticket_id"]] = versions.get(row["ticket_id"], 0) + 1
            self._history(row)
        return done, last

    def _withdrawn(self, row: Row) -> None:
        """One of those who said no had first said yes."""
        row |= {
            "state": Q.WITHDRAWN, "answered_at": row["sent_at"] + (row["moved_at"] - row["sent_at"]) / 2, "refusal_reason": "",
            "withdrawn_at": row["moved_at"], "withdrawn_by": row["client"], "concluded": Concluded.DISTANCE,
        }  # fmt: skip

    def _history(self, row: Row) -> None:
        facts = {"number": row["number"], "gross": row["gross"]}
        subject = Subject("quote", row["id"])
        self.diary.note(
            row["sent_at"], self.seller, "quote.moved", subject, {"from": Q.DRAFT.value, "to": Q.SENT.value, **facts}
        )
        for rank in range(row["reminders"]):
            self.diary.note(row["sent_at"] + timedelta(days=(2, 7)[rank]), self.seller, "quote.reminded", subject)
        if row["moved_at"] is None:
            return
        answer = {
            "name": row["answered_name"],
            "means": row["answered_how"],
            "address": row["answered_from"],
            "reason": row["refusal_reason"],
        }
        proof = {key: value for key, value in answer.items() if value}
        client = Person(row["contact_id"], row["client"], "contact")
        who = client if row["answered_at"] else self.seller
        moves = [(row["moved_at"], Q.SENT, row["state"], proof)]
        if row["withdrawn_at"]:
            moves = [
                (row["answered_at"], Q.SENT, Q.ACCEPTED, proof), (row["moved_at"], Q.ACCEPTED, Q.WITHDRAWN, {"name": row["client"]})
            ]  # fmt: skip
        for at, before, after, told in moves:
            self.diary.note(at, who, "quote.moved", subject, {"from": before.value, "to": after.value, **facts, **told})
