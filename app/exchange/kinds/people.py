"""The people that lines of another kind name: found by identifier, e-mail, phone or name; else made."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import func, select

from app.contacts.models import Contact
from app.contacts.services import add_contacts
from app.core.db import db
from app.core.history import record_many
from app.core.i18n import _
from app.core.phones import phone_key
from app.core.search import fold
from app.exchange.kinds.base import Origin, own_ids


class Person(NamedTuple):
    """Somebody as a line names him. A `group` is an anonymous crowd: one contact for all of it."""

    name: str = ""
    email: str = ""
    phone: str = ""
    ref: str = ""
    group: str = ""
    country: str = ""

    @property
    def anonymous(self) -> bool:
        """True when nothing tells who it is."""
        return not (self.name or self.email or self.phone or self.ref)


class People:
    """Finds and makes contacts for one import. Ids already found are remembered."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self._ids: dict[str, int] = {}

    def ids(self, people: Sequence[Person | None]) -> list[int | None]:
        """The contact of each, in order; those that are nowhere are made."""
        wanted = [person for person in people if person and not self._found(person)]
        if wanted:
            self._look_up(wanted)
        missing: dict[str, Person] = {}
        for person in wanted:
            if not self._found(person) and not any(key in missing for key in _keys(person)):
                missing[_keys(person)[0]] = person
        self._make(list(missing.values()))
        return [self._found(person) if person else None for person in people]

    def _found(self, person: Person) -> int | None:
        return next((self._ids[key] for key in _keys(person) if key in self._ids), None)

    def _look_up(self, people: Sequence[Person]) -> None:
        keys = {key for person in people for key in _keys(person)}
        refs = {key[4:] for key in keys if key.startswith("ref:")}
        for ref, number in own_ids("contact", refs).items():
            if db.session.get(Contact, number) is not None:
                self._ids[f"ref:{ref}"] = number
        for head, column, normal in (
            ("ref:", Contact.source_ref, Contact.source_ref),
            ("mail:", Contact.email, Contact.email),
            ("tel:", Contact.phone_key, Contact.phone_key),
            ("name:", func.lower(Contact.name), func.lower(Contact.name)),
        ):
            values = {key[len(head) :] for key in keys if key.startswith(head)}
            if values:
                query = (
                    select(normal, Contact.id)
                    .where(column.in_(values), Contact.archived_at.is_(None))
                    .order_by(Contact.id.desc())
                )
                self._ids.update({f"{head}{value}": number for value, number in db.session.execute(query)})

    def _make(self, people: Sequence[Person]) -> None:
        ids = add_contacts([_values(person) for person in people])
        record_many(Contact.__kind__, ids, "record.imported", [{"file": self.origin.file}] * len(ids))
        for person, number in zip(people, ids, strict=True):
            self._ids.update(dict.fromkeys(_keys(person), number))


def _keys(person: Person) -> list[str]:
    """What the person may be known by, the surest first. A name alone counts only when there is nothing better."""
    if person.anonymous:
        return [f"ref:{group_ref(person.group)}"]
    sure = [
        f"{head}{value}"
        for head, value in (("ref:", person.ref), ("mail:", person.email), ("tel:", phone_key(person.phone)))
        if value
    ]
    return sure or [f"name:{person.name.lower()}"]


def group_ref(group: str) -> str:
    """The reference of the anonymous contact of a group."""
    return f"anonyme:{fold(group)}"


def _values(person: Person) -> dict[str, object]:
    if person.anonymous:
        name = _("Anonyme, %(group)s", group=person.group) if person.group else _("Anonyme")
        return _row(name, person, group_ref(person.group), told=False)
    return _row(person.name or person.email or person.phone, person, person.ref or None, told=True)


def _row(name: str, person: Person, ref: str | None, *, told: bool) -> dict[str, object]:
    return {
        "name": name, "email": person.email, "phone": person.phone, "country": person.country or "FR", "source_ref": ref,
        "notify_sms": told, "notify_email": told,
    }  # fmt: skip
