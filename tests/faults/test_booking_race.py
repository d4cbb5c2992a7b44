"""No double booking, ever: fifty people reserve one unit at the same moment, by the real processes."""

import copy
import re
import threading
from collections import Counter
from datetime import date, timedelta

import pytest
import requests

from bench.client import Client
from bench.measures.booking_race import ATTEMPTS, DESKS, TOLD, WON, borrowers, overlaps, race
from tests.faults.victims import Site

pytestmark = pytest.mark.row("A1")


def test_of_fifty_who_reserve_one_unit_at_once_exactly_one_has_it(site: Site) -> None:
    desks = [Client.signed_in(site.url, who) for who in DESKS]
    contacts = borrowers(desks[0], site.rows)
    assert contacts
    for number in range(3):
        answers = race(desks, site.rows, contacts, 900 + number * 10)
        assert answers == {WON: 1, TOLD: ATTEMPTS - 1}
    assert overlaps(site.rows) == 0


def test_of_twelve_who_reserve_the_same_series_at_once_one_has_all_its_dates_and_the_others_none(site: Site) -> None:
    desks = [Client.signed_in(site.url, who) for who in DESKS]
    contact, first = borrowers(desks[0], site.rows)[0], date.today() + timedelta(days=1500)  # noqa: DTZ011  any day
    unit = int(
        str(site.rows("SELECT min(id) FROM asset WHERE ours AND state = 'in_use' AND archived_at IS NULL")[0][0])
    )
    before = site.rows("SELECT count(*) FROM loan")[0][0]
    form = {
        "contact_id": contact, "unit": unit, "start_day": first.isoformat(), "due_day": first.isoformat(), "repeat": "week",
        "times": 5, "do": "preter", "despite": "Convenu",
    }  # fmt: skip
    answers, ready = Counter[int](), threading.Barrier(12)

    def send(desk: Client, **more: object) -> requests.Response:
        return requests.post(
            f"{desk.base}/prets/nouveau", form | more | {"csrf_token": desk.token}, timeout=120, allow_redirects=False,
            cookies=copy.copy(desk.session.cookies),
        )  # fmt: skip

    shown = send(desks[0]).text
    mark = re.search(r'name="apercu" value="(\w+)"', shown)
    assert mark
    send(desks[0], do="laisser", tenu=unit)
    days = [(first + timedelta(days=7 * rank)).isoformat() for rank in range(5)]

    def attempt(number: int) -> None:
        ready.wait()
        answers[send(desks[number % 2], do="serie", apercu=mark.group(1), garder=days).status_code] += 1

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {303: 1, 409: 11}
    assert site.rows("SELECT count(*) FROM loan")[0][0] == int(str(before)) + 5
    assert overlaps(site.rows) == 0
