"""Contacts: private persons, companies with their people, associations."""

from datetime import datetime, timedelta
from random import Random
from typing import Any

from app.contacts.states import ContactKind
from app.core.i18n import NBSP
from app.core.search import fold
from app.demo.catalogue import read

Row = dict[str, Any]
PLAIN: Row = {
    "first_name": "", "last_name": "", "siret": "", "email": "", "phone": "", "phone_key": "", "phone_2": "", "country": "FR",
    "notify_sms": True, "notify_email": True, "notify_call": False, "notes": "", "company_id": None, "user_id": None,
    "archived_at": None, "source_ref": None,
}  # fmt: skip


def plan_contacts(rng: Random, count: int, now: datetime, clients: list[tuple[int, str, str]]) -> list[Row]:
    """`count` contacts; the first ones belong to the accounts of `clients` (user's id, name, e-mail)."""
    names = read("names")
    rows = [_client(rng, names, number, account) for number, account in enumerate(clients, 1)]
    while len(rows) < count:
        rows.append(_anybody(rng, names, rows))
    for row, minutes in zip(rows, sorted((rng.randrange(60 * 24 * 780) for _row in rows), reverse=True), strict=True):
        row["created_at"] = row["updated_at"] = now - timedelta(minutes=minutes)
    return rows


def _client(rng: Random, names: Row, number: int, account: tuple[int, str, str]) -> Row:
    user_id, name, email = account
    first, _space, last = name.partition(" ")
    return _base(rng, names, number, ContactKind.PERSON, name) | {
        "first_name": first, "last_name": last, "email": email, "user_id": user_id,
    }  # fmt: skip


def _anybody(rng: Random, names: Row, rows: list[Row]) -> Row:
    number, draw = len(rows) + 1, rng.random()
    if draw < 0.08:
        return _group(rng, names, number, ContactKind.COMPANY, "company")
    if draw < 0.12:
        return _group(rng, names, number, ContactKind.ASSOCIATION, "association")
    first, last = rng.choice(names["first"]), rng.choice(names["last"])
    row = _base(rng, names, number, ContactKind.PERSON, f"{first} {last}") | {"first_name": first, "last_name": last}
    if rng.random() < 0.86:
        row["email"] = f"{_slug(first)}.{_slug(last)}{number}@{rng.choice(names['mail'])}"
    company = rows[-1] if rows[-1]["kind"] == ContactKind.COMPANY else None
    return row | {"company_id": company["id"]} if company else row


def another_adult(rng: Random, number: int, name: str = "", last: str = "") -> Row:
    """A private person with an address to write to; of that name, or of that family, when one is given."""
    names = read("names")
    first, _space, told = name.partition(" ")
    first, last = first or rng.choice(names["first"]), told or last or rng.choice(names["last"])
    row = _base(rng, names, number, ContactKind.PERSON, f"{first} {last}")
    mail = f"{_slug(first)}.{_slug(last)}{number}@{rng.choice(names['mail'])}"
    return row | {"first_name": first, "last_name": last, "email": mail}


def _group(rng: Random, names: Row, number: int, kind: ContactKind, sort: str) -> Row:
    name = f"{rng.choice(names[sort + '_first'])} {rng.choice(names[sort + '_last'])}"
    row = _base(rng, names, number, kind, name)
    return row | {"email": f"contact@{_slug(name)}{number}.example", "notify_sms": False}


def _base(rng: Random, names: Row, number: int, kind: ContactKind, name: str) -> Row:
    postcode, town = rng.choice(names["towns"])
    phone = f"063998{number % 10_000:04d}"
    return {
        **PLAIN, "id": number, "kind": kind, "name": name, "postcode": postcode, "town": town,
        "phone": NBSP.join(phone[at : at + 2] for at in range(0, 10, 2)), "phone_key": f"+33{phone[1:]}",
        "address": f"{rng.randrange(1, 90)} {rng.choice(names['streets'])}",
        "notify_call": rng.random() < 0.03, "notes": rng.choice(names["notes"]) if rng.random() < 0.04 else "",
    }  # fmt: skip


def _slug(text: str) -> str:
    return fold(text).replace(" ", "")
