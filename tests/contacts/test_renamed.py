"""What the box finds follows a change of name: in the records of the person, and of whom they quote."""

import pytest

from app.contacts.models import Contact
from app.contacts.services import add_contact, change_contact
from app.contacts.states import ContactKind
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.search import find
from tests.cast import Cast
from tests.factories.assets import an_asset
from tests.factories.tickets import a_ticket


def details(words: str, kind: str) -> list[str]:
    return [hit.detail for hit in find(words, [kind])]


def test_a_renamed_client_is_found_by_the_new_name_in_his_tickets_and_things(cast: Cast) -> None:
    asset = an_asset(owner_id=cast.karim.id)
    older, newer = a_ticket(contact=cast.karim, asset=asset), a_ticket(contact=cast.dan)
    with transaction():
        change_contact(cast.karim, name="Zéphirine Nouvellet", email="zephirine@neuve.example")
    assert details("nouvellet", "ticket") == ["Zéphirine Nouvellet"]
    assert [hit.subject_id for hit in find("neuve", ["ticket"])] == [older.id]
    assert [hit.subject_id for hit in find("nouvellet", ["asset"])] == [asset.id]
    assert not find("benyahia", ["ticket", "asset"])
    assert [hit.subject_id for hit in find("r", ["ticket"])] == [newer.id, older.id]  # it does not make it newer


def test_a_corrected_serial_is_found_in_the_tickets(cast: Cast) -> None:
    asset = an_asset()
    ticket = a_ticket(asset=asset)
    with transaction():
        asset.serial = "CORRIGE-9"
    assert [hit.subject_id for hit in find("corrige-9", ["ticket"])] == [ticket.id]


def test_a_renamed_company_is_found_with_its_people(cast: Cast) -> None:
    with transaction():
        company = add_contact(kind=ContactKind.COMPANY, name="Duval et fils")
        person = add_contact(name="Odile Marchetti", company_id=company.id)
    with transaction():
        change_contact(company, name="Établissements Roussel")
    assert [hit.subject_id for hit in find("roussel marchetti", ["contact"])] == [person.id]
    assert not find("duval", ["contact"])


def rename_to_nothing(contact: Contact) -> None:
    with transaction():
        change_contact(contact, name="Jamais Écrit")
        db.session.flush()
        change_contact(contact, name="")


def test_a_refused_change_leaves_the_index_as_it_was(cast: Cast) -> None:
    a_ticket(contact=cast.dan)
    with pytest.raises(DomainError):
        rename_to_nothing(cast.dan)
    with transaction():
        change_contact(cast.dan, notes="Sonne deux fois")
    assert not find("jamais", ["ticket", "contact"])
    assert details("lestrange", "ticket") == ["Dan Lestrange"]
