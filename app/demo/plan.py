"""The whole story as plain rows by table: the same seed, moment and ground give the same rows."""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from app.core import clock
from app.demo import stage
from app.demo.accessories import Accessories
from app.demo.catalogue import Case
from app.demo.diary import Diary
from app.demo.homes import Homes
from app.demo.journeys import Journey, plan_journeys
from app.demo.loans import Loans
from app.demo.people import plan_contacts
from app.demo.quotes import Quotes
from app.demo.talk import Talk
from app.demo.team import CLIENTS, Ground
from app.demo.things import Shelves
from app.demo.tickets import Writer
from app.demo.worktime import WorkTime
from app.planning.states import BookingState
from app.tickets.states import FINAL, TicketKind, TicketState, Waiting

Row = dict[str, Any]
T = TicketState
TICKETS = 500
CONTACTS = 1350
MORE_CONTACTS = 200
# What each client account finds at home: a state of his ticket, what it waits for.
THEIRS = {
    "adherent": ((T.DIAGNOSING, Waiting.NONE), (T.OUT, Waiting.NONE)),
    "parent": ((T.READY, Waiting.NONE), (T.OUT, Waiting.NONE)),
    "client": ((T.QUOTED, Waiting.NONE), (T.REPAIRING, Waiting.NONE), (T.OUT, Waiting.NONE)),
    "proprietaire": ((T.REPAIRING, Waiting.PART), (T.OUT, Waiting.NONE)),
}
LOANERS = 4
LENT = 0.6  # of the time, a thing of ours is lent


@dataclass(slots=True)
class Plan:
    """Rows by table name, ids included; `cases` says what was wrong in each ticket, `counters` the last numbers."""

    now: datetime
    tables: dict[str, list[Row]] = field(default_factory=dict)
    cases: dict[int, Case] = field(default_factory=dict)
    counters: dict[tuple[str, int], int] = field(default_factory=dict)

    def digest(self) -> str:
        """What two loadings of the same demonstration share."""
        text = json.dumps(self.tables, default=str, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def make_plan(ground: Ground, scale: float, seed: int, now: datetime) -> Plan:
    """The story of an organisation: 500 tickets and 1,350 clients at scale 1; a school has its families besides."""
    rng, time, diary = Random(seed), WorkTime(now), Diary()  # noqa: S311  a demonstration, not a secret
    contacts = plan_contacts(rng, round(CONTACTS + (scale - 1) * MORE_CONTACTS), now, ground.clients())
    shelves = Shelves(rng, ground.kits, ground.sites)
    size = round(ground.fleet_size * max(1, scale)) if ground.school else ground.fleet_size
    fleet = shelves.fleet(ground.fleet_families, size, now)
    journeys = plan_journeys(rng, time, round(TICKETS * scale), scale)
    writer = Writer(rng, time, ground, shelves, contacts, diary)
    owners = _owners(journeys, contacts)
    told = [(journey, writer.write(journey, owners.get(id(journey)))) for journey in journeys]
    quotes, last_quotes = _quotes(told, writer, contacts, diary, ground)
    talk = _talk(rng, ground, now, writer, contacts)
    bookings = _bookings(rng, writer.tickets, fleet, now)
    more = Accessories(shelves, ground.accessories)
    more.write(fleet)
    homes = Homes(Random(seed + 12), now, contacts)  # noqa: S311  a demonstration, not a secret
    loans = Loans(Random(seed + 11), now, diary, ground.people["accueil"], bookings, more)  # noqa: S311  a demonstration
    _lend(ground, scale, homes, loans, fleet)
    counters = (
        loans.counters
        | {("R", year): last for year, last in writer.counters.items()}
        | {("D", year): last for year, last in last_quotes.items()}
    )
    tables = {
        "contact": contacts, "asset_model": _stamped(shelves.models, now), "asset": shelves.assets, "ticket": writer.tickets,
        "ticket_line": writer.lines, "quote": quotes, "outbox_message": talk.outbox, "thread_message": talk.threads,
        "task": talk.tasks, "booking": bookings, "loan": loans.loans, "loan_item": loans.items,
        "compatibility": _stamped(more.rows, now), "history_entry": diary.rows(), **homes.tables,
    }  # fmt: skip
    return Plan(now, tables, writer.cases, counters)


def _lend(ground: Ground, scale: float, homes: Homes, loans: Loans, fleet: list[Row]) -> None:
    """A school lends to its members; another trade, to its clients."""
    people = homes.contacts[: max(1, len(homes.contacts) * 2 // 3)]
    if ground.school:
        homes.write(scale)
        stage.put(loans, fleet, homes)
    loans.write(fleet, homes.pupils or people, LENT)


def _stamped(rows: list[Row], now: datetime) -> list[Row]:
    return [{**row, "created_at": now - timedelta(days=700), "updated_at": now - timedelta(days=700)} for row in rows]


def _owners(journeys: list[Journey], contacts: list[Row]) -> dict[int, Row]:
    """Tickets kept for the client accounts: the newest of each state that they should see."""
    owners: dict[int, Row] = {}
    for contact, (login, _name) in zip(contacts, CLIENTS, strict=False):
        for state, waiting in THEIRS[login]:
            for journey in reversed(journeys):
                wait = journey.waiting.reason if journey.waiting else Waiting.NONE
                if (
                    journey.kind == TicketKind.REPAIR
                    and (journey.state, wait) == (state, waiting)
                    and id(journey) not in owners
                ):
                    owners[id(journey)] = contact
                    break
    return owners


def _quotes(
    told: list[tuple[Journey, Row]], writer: Writer, contacts: list[Row], diary: Diary, ground: Ground
) -> tuple[list[Row], dict[int, int]]:
    lines: dict[int, list[Row]] = {}
    for line in writer.lines:
        lines.setdefault(line["ticket_id"], []).append(line)
    quotes = Quotes(writer.rng, writer.time, diary, ground.people["commercial"])
    for journey, ticket in told:
        contact = contacts[ticket["contact_id"] - 1] if ticket["contact_id"] else None
        quotes.follow(ticket, lines.get(ticket["id"], []), journey, contact)
        if ticket["state"] == T.DIAGNOSING and journey.way == "expired" and contact:
            quotes.draft(ticket, lines[ticket["id"]], contact)
    return quotes.rows()


def _talk(rng: Random, ground: Ground, now: datetime, writer: Writer, contacts: list[Row]) -> Talk:
    talk = Talk(rng, ground, now)
    for ticket in writer.tickets:
        if ticket["contact_id"]:
            talk.about(ticket, contacts[ticket["contact_id"] - 1], writer.repairers[ticket["id"]])
    talk.unread(writer.tickets, contacts, 3)
    talk.lost(writer.tickets, contacts)
    talk.to_do(writer.tickets, contacts)
    return talk


def _bookings(rng: Random, tickets: list[Row], fleet: list[Row], now: datetime) -> list[Row]:
    """Our things under repair, and those lent for the time of a repair."""
    rows: list[Row] = []
    busy = set()
    for ticket in tickets:
        if ticket["kind"] == TicketKind.FLEET and ticket["state"] not in FINAL:
            busy.add(ticket["asset_id"])
            rows.append(
                _booking(
                    rows,
                    ticket,
                    ticket["asset_id"],
                    "maintenance",
                    BookingState.MAINTENANCE,
                    ticket["received_at"],
                    _repair_end(ticket, now),
                    f"Réparation {ticket['number']}",
                )
            )
    running = [ticket for ticket in tickets if ticket["state"] == T.REPAIRING and ticket["kind"] == TicketKind.REPAIR]
    free = [asset for asset in fleet if asset["id"] not in busy and asset["state"] == "in_use"]
    chosen = rng.sample(running, min(LOANERS, len(running)))
    for ticket, asset in zip(chosen, rng.sample(free, min(LOANERS, len(free))), strict=False):
        back = clock.at(clock.local(now).date() + timedelta(days=rng.randrange(1, 9)), 23, 59)
        rows.append(
            _booking(rows, ticket, asset["id"], "loaner", BookingState.OUT, ticket["received_at"], back, asset["label"])
        )
    return rows


def _repair_end(ticket: Row, now: datetime) -> datetime:
    """To the end of the promised day; a repair that is late keeps its thing today."""
    day = max(ticket["promised_on"] or clock.local(now).date(), clock.local(now).date())
    return clock.start_of(day + timedelta(days=1))


def _expected(ticket: Row) -> datetime | None:
    return clock.start_of(ticket["promised_on"] + timedelta(days=1)) if ticket["promised_on"] else None


def _booking(
    rows: list[Row],
    ticket: Row,
    asset_id: int,
    kind: str,
    state: BookingState,
    start: datetime,
    end: datetime,
    label: str,
) -> Row:
    return {
        "id": len(rows) + 1, "kind": kind, "resource": f"asset:{asset_id}", "asset_id": asset_id, "user_id": None,
        "contact_id": ticket["contact_id"], "starts_at": start, "ends_at": end, "state": state, "label": label,
        "about_kind": "ticket", "about_id": ticket["id"], "any_unit": False, "expires_at": None,
        "expected_at": _expected(ticket) if kind == "maintenance" else None,
        "buffer_before": 0, "buffer_after": 0, "created_at": start, "updated_at": start,
    }  # fmt: skip
