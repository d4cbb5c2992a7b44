"""Fifty people reserve one unit at the same moment, twenty times over: each time exactly one has it, and 49 are told who."""

import copy
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta

import requests

from bench.client import Client
from bench.installation import copied, installation
from bench.rounds import percentile, show

ATTEMPTS, ROUNDS, BORROWERS = 50, 20, 8
FAR = 9000  # days ahead: nobody is there
SMALL = 0.5  # of the demonstration: the crowd matters here, not the data
WON, TOLD = "won", "told"
DESKS = ("gerant", "gerant")  # two browsers: who has the right lends whatever would block the borrower
Read = Callable[..., list[tuple[object, ...]]]


def measure(database: str | None) -> None:
    """Print how many rounds gave the unit to exactly one, how many were told so, anything else, and overlaps in the database."""
    with copied(SMALL, database) as data, installation(data, SMALL, database, workers=0) as house:
        desks, outcomes, ms = [Client.signed_in(house.base, who) for who in DESKS], [], list[float]()
        contacts = borrowers(desks[0], house.rows)
        for number in range(ROUNDS):
            start = time.monotonic()
            outcomes.append(race(desks, house.rows, contacts, 3000 + number * 10))
            ms.append((time.monotonic() - start) * 1000)
        won, told = sum(each[WON] for each in outcomes), sum(each[TOLD] for each in outcomes)
        show(
            f"booking_race_{house.engine.dialect.name}", SMALL, p50_ms=percentile(ms, 0.5), p95_ms=percentile(ms, 0.95),
            rounds=ROUNDS, attempts=ATTEMPTS, one_each=sum(each[WON] == 1 for each in outcomes), told=told,
            other=ROUNDS * ATTEMPTS - won - told, overlaps=overlaps(house.rows),
        )  # fmt: skip


def borrowers(desk: Client, rows: Read) -> list[int]:
    """Some contacts who may borrow: those whom nothing blocks, each tried once, years ahead."""
    found: list[int] = []
    for rank, row in enumerate(rows("SELECT id FROM contact WHERE archived_at IS NULL ORDER BY id LIMIT 60")):
        if len(found) < BORROWERS and reserve(desk, int(str(row[0])), _unit(rows), FAR + rank * 10) == WON:
            found.append(int(str(row[0])))
    return found


def race(desks: Sequence[Client], rows: Read, contacts: Sequence[int], days: int) -> Counter[str]:
    """Fifty reservations of the same unit for the same days (that many from today), sent at once by as many threads; how each
    was answered: `won`, `told` (409) or what else."""
    unit, answers, ready = _unit(rows), Counter[str](), threading.Barrier(ATTEMPTS)

    def attempt(number: int) -> None:
        ready.wait()
        answers[reserve(desks[number % len(desks)], contacts[number % len(contacts)], unit, days)] += 1

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(ATTEMPTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def reserve(desk: Client, contact: int, unit: int, days: int) -> str:
    """One reservation of three days, by a connection of its own; how it was answered."""
    first = date.today() + timedelta(days=days)  # noqa: DTZ011  any day will do
    form = {
        "contact_id": str(contact), "unit": str(unit), "start_day": first.isoformat(),
        "due_day": (first + timedelta(days=3)).isoformat(), "do": "preter", "despite": "Mesure",
        "csrf_token": desk.token,
    }  # fmt: skip
    answer = requests.post(
        f"{desk.base}/prets/nouveau", form, cookies=copy.copy(desk.session.cookies), timeout=120, allow_redirects=False
    )
    if answer.status_code == 303 and "/prets/P-" in answer.headers["Location"]:
        return WON
    return TOLD if answer.status_code == 409 else str(answer.status_code)


def _unit(rows: Read) -> int:
    return int(str(rows("SELECT min(id) FROM asset WHERE ours AND state = 'in_use' AND archived_at IS NULL")[0][0]))


def overlaps(rows: Read) -> int:
    """How many pairs of bookings occupy a resource at once: none, ever."""
    states = "('held', 'option', 'confirmed', 'out', 'overdue', 'maintenance')"
    pairs = rows(
        "SELECT count(*) FROM booking a JOIN booking b ON b.resource = a.resource AND b.id > a.id "  # noqa: S608
        f"AND b.starts_at < a.ends_at AND b.ends_at > a.starts_at WHERE a.state IN {states} AND b.state IN {states}"
    )
    return int(str(pairs[0][0]))
