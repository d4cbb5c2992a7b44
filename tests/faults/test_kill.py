"""kill -9 of Valkey, of the worker or of the web at every step of a repair's beginning: nothing lost, nothing twice."""

import re
import secrets
import time
from collections import Counter

import pytest

from bench.client import Client
from tests.faults.victims import PROCESSES, SENT, Site, persistently, signed_in, wait_until

INTAKES = 6


def address(victim: str, number: int) -> str:
    return f"odile{number}@{victim}.example"


def take_in(site: Site, desk: Client, victim: str, number: int) -> None:
    """A new client brings a device; the form is sent again until it is taken."""
    family = site.one("SELECT min(id) FROM family WHERE archived_at IS NULL")
    form = {
        "form_key": secrets.token_urlsafe(12), "kind": "repair", "contact_id": "", "new_contact": "y", "contact_kind": "person",
        "first_name": "Odile", "last_name": f"Attali {number}", "email": address(victim, number), "phone": f"06 71 48 20 {number:02d}",
        "family_id": str(family), "asset_id": "", "label": f"Brévia {number}", "serial": f"{victim}-{number}", "fault": "Fuit", "priority": "2",
        "notify_email": "y", "notify_sms": "y", "consent_repair": "y", "print": "0",
    }  # fmt: skip
    persistently(lambda: desk.post("/dossiers", form))


def send_a_quote(site: Site, desk: Client, number: str) -> None:
    """Diagnosed, priced, sent."""
    persistently(lambda: desk.post(f"/dossiers/{number}/etat", {"state": "diagnosing"}))
    line = {
        "kind": "part",
        "label": "Joint",
        "quantity": "1",
        "unit_price": "40,00",
        "vat_rate": "2000",
        "unit": "pièce",
        "origin": "",
    }
    persistently(lambda: desk.post(f"/dossiers/{number}/lignes/nouvelle", line))
    persistently(
        lambda: desk.post(f"/dossiers/{number}/devis/envoi", {}) if state_of(site, number) == "diagnosing" else None
    )


def state_of(site: Site, number: str) -> str:
    return str(site.one("SELECT state FROM ticket WHERE number = :number", number=number))


def accept(site: Site, number: str) -> None:
    """The client opens the link of the mail and agrees."""
    about = "about_kind = 'ticket' AND about_id = (SELECT id FROM ticket WHERE number = :number) AND template = 'quote.sent' AND channel = 'email'"
    letters = f"SELECT text FROM outbox_message WHERE {about}"
    wait_until(lambda: site.rows(letters, number=number), site.unfinished)
    link = re.search(r"/suivi/devis/[\w-]+", str(site.one(letters, number=number)))
    assert link
    phone = Client(site.url)

    def agree() -> None:
        phone.read_token(link[0])
        phone.post(f"{link[0]}/accord", {"agree": "y", "signature_name": "Odile Attali"})

    persistently(lambda: agree() if state_of(site, number) == "quoted" else None)


@pytest.mark.row("B9")
@pytest.mark.parametrize("victim", PROCESSES)
def test_a_process_killed_at_every_step_loses_nothing_and_does_nothing_twice(site: Site, victim: str) -> None:
    site.begin()
    desk, last = signed_in(site), numbers(site)
    for number in range(INTAKES):
        take_in(site, desk, victim, number)
        if number == INTAKES // 2:
            site.kill(victim)
    taken = sorted(numbers(site) - last)
    assert [here + 1 for here in taken[:-1]] == taken[1:], "a number is missing"
    assert len(taken) == INTAKES

    first = f"R-{time.strftime('%Y')}-{taken[0]:04d}"
    send_a_quote(site, desk, first)
    site.kill(victim)
    accept(site, first)
    site.kill(victim)

    wait_until(lambda: not site.unfinished(), site.unfinished)
    assert state_of(site, first) == "repairing"
    assert site.rows("SELECT function, message FROM job_run WHERE state = 'failed'") == []
    assert (
        site.one(
            "SELECT count(*) FROM quote WHERE ticket_id = (SELECT id FROM ticket WHERE number = :number)", number=first
        )
        == 1
    )
    every_message_went_out_once(site, [address(victim, number) for number in range(INTAKES)])


def numbers(site: Site) -> set[int]:
    return {
        int(str(row[0])[-4:])
        for row in site.rows("SELECT number FROM ticket WHERE number LIKE :year", year=f"R-{time.strftime('%Y')}-%")
    }


def every_message_went_out_once(site: Site, clients: list[str]) -> None:
    """What is written as sent was received once; what nobody can know was received once or never, and says so."""
    wait_until(lambda: all(state in (*SENT, "uncertain") for _who, state in site.messages()), site.messages)
    sent, unsure = Counter[str](), Counter[str]()
    for (recipient, state), count in site.messages().items():
        (unsure if state == "uncertain" else sent)[recipient] += count
    received = site.received()
    assert set(clients) <= set(sent | unsure)
    for recipient in clients:
        assert sent[recipient] <= received[recipient] <= sent[recipient] + unsure[recipient], (
            recipient,
            sent,
            unsure,
            received,
        )
