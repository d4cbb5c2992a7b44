"""What is held on somebody is given whole, then erased whole: a word planted everywhere is in the export, and nowhere afterwards."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import JSON, Column, String, cast, select, text, update
from sqlalchemy.exc import DBAPIError

from app.accounts.models import LoginAttempt, User
from app.contacts.models import Contact
from app.core import journals
from app.core.actor import Actor, acting_as
from app.core.db import Base, LabelType, db, is_sqlite, transaction
from app.core.drafts import Draft
from app.core.history import HistoryEntry, record
from app.core.outbox import Channel as OutChannel
from app.core.outbox import write
from app.core.partners import PartnerCall
from app.core.personal import Holding, Person, holdings, look_up
from app.core.search import SOURCES, find
from app.demo.writing import reindex
from app.documents import services as files
from app.documents.models import FileKind, StoredFile
from app.documents.storage import storage
from app.operations.checks import CHECKS
from app.privacy.services import archive_of, erase, replay
from app.privacy.states import Rule
from app.tickets.models import Ticket
from app.tickets.states import TicketState
from tests.cast import Cast
from tests.factories.files import a_png
from tests.factories.sales import a_legal_seller, an_issued_invoice
from tests.factories.tickets import a_ticket
from tests.signing import Browser
from tests.world import make_world

MARK = "Zyzzyva"

#: Tables that name a contact or a record, and hold nothing of a private person's: with the reason.
NOT_HIS = {
    "article_supplier": "a supplier's prices", "price_update": "a supplier's price list", "purchase": "bought from a supplier",
    "stock_lot": "bought from a supplier", "supplier_invoice": "a supplier's invoice, kept by law",
    "third_party_share": "part of an issued document", "einvoice_flow": "an issued document on its way",
    "stock_move": "goods", "stock_reservation": "goods", "seal": "proof of what was issued",
    "signed_link": "no word of his; deleted with him", "history_entry": "struck out", "search_entry": "follows the records",
    "erasure": "his number alone", "webhook_event": "numbers alone",
}  # fmt: skip


@pytest.fixture
def karim(cast: Cast) -> Contact:
    """A client with one record of every kind."""
    make_world(cast.karim, cast.camille, cast.ines)
    return db.session.get_one(Contact, cast.karim.id)


def plantable(one: Holding) -> list[Column[Any]]:
    """Columns of words that the declaration does not say are codes."""
    return [
        column
        for column in one.model.__table__.columns
        if isinstance(getattr(column.type, "impl", column.type), String | JSON)
        and not isinstance(column.type, LabelType)
        and column.key not in (*one.plain, *one.secret)
    ]


def plant(person: Person) -> set[tuple[str, str]]:
    """Write the word in every column of words of his records that no law freezes; the columns where it stands."""
    planted = set()
    for _data, one in holdings():
        if one.kept and not (one.blank or one.put):
            continue
        where = one.model.id.in_(person.of(one.model))
        rows = select(one.model.id).where(where if one.unless is None else where & ~one.unless)
        for row_id in db.session.scalars(rows).all():
            values: dict[str, Any] = {}
            for column in plantable(one):
                is_json = isinstance(getattr(column.type, "impl", column.type), JSON)
                if is_json:
                    said = db.session.scalar(select(column).where(one.model.id == row_id))
                    values[column.key] = [*said, MARK] if isinstance(said, list) else {**(said or {}), "said": MARK}
                else:
                    values[column.key] = f"{MARK} {row_id}"
                planted.add((str(one.model.__tablename__), column.key))
            if values:
                db.session.execute(update(one.model.__table__).where(one.model.id == row_id).values(values))
    return planted


def left(word: str) -> Iterator[str]:
    """Every column of the whole database where the word still stands."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(getattr(column.type, "impl", column.type), String | JSON):
                query = select(table.c.values()[0]).where(cast(column, String).contains(word)).limit(1)
                if db.session.execute(query).first():
                    yield f"{table.name}.{column.key}"


def exported(contact: Contact) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(archive_of(contact)))


def test_every_table_that_speaks_of_people_is_declared(app: Flask) -> None:
    held = {str(one.model.__tablename__) for _data, one in holdings()}
    for table in Base.metadata.sorted_tables:
        names = any(key.target_fullname == "contact.id" for column in table.columns for key in column.foreign_keys)
        about = {"subject_kind", "about_kind", "contact_id"} & set(table.columns.keys())
        if names or about:
            assert table.name in held | set(NOT_HIS), f"{table.name} says nothing of what becomes of people's data"


def test_a_word_planted_everywhere_is_exported_then_gone(karim: Contact) -> None:
    with transaction():
        planted = plant(look_up(Person(karim.id, karim.user_id)))
        record(db.session.get_one(Contact, karim.id), "contact.changed", changes={"name": [MARK, "x"]}, note=MARK)
    assert len(planted) > 50
    db.session.expire_all()
    with exported(db.session.get_one(Contact, karim.id)) as archive:
        tables = json.loads(archive.read("donnees.json"))
        missing = [
            (table, column) for table, column in planted if not any(MARK in str(row[column]) for row in tables[table])
        ]
        assert not missing
        assert any(MARK in str(row) for row in tables["history_entry"])
        assert MARK in archive.read("tableaux/contact.csv").decode()
    with transaction():
        replay([karim.id])
    db.session.expire_all()
    assert list(left(MARK)) == []
    fresh = db.session.get_one(Contact, karim.id)
    assert fresh.name == f"Personne effacée n° {karim.id}"
    assert not fresh.email + fresh.phone + fresh.phone_key + fresh.address + fresh.notes


def test_his_files_are_in_the_export_and_then_forgotten(karim: Contact) -> None:
    with exported(karim) as archive:
        files = [name for name in archive.namelist() if name.startswith("fichiers/")]
        assert any("photo.jpg" in name for name in files)
    with transaction():
        replay([karim.id])
    with exported(db.session.get_one(Contact, karim.id)) as archive:
        assert not [name for name in archive.namelist() if "photo" in name]


def test_his_name_stays_only_where_the_law_wants_it(karim: Contact) -> None:
    with transaction():
        replay([karim.id])
    kept = {name.split(".")[0] for name in left("Benyahia")}
    assert kept <= {
        "sales_document", "document_line", "quote", "quote_line", "seal", "ledger_line", "ledger_entry", "till_sale", "payment", "bank_line",
        "einvoice_flow", "debit", "mandate",
    }, kept  # fmt: skip
    assert not find("Benyahia", ["contact", "ticket", "loan", "quote"], 5)


def proofs() -> dict[str, list[str]]:
    """What `flask verify` finds, but for the version of the tables, which a test's connection cannot ask."""
    return {str(check.label): list(check.find()) for check in CHECKS[1:]}


def test_what_is_sealed_is_still_proven(karim: Contact) -> None:
    with transaction():
        journals.seal_all()
    before = proofs()
    with transaction():
        replay([karim.id])
    with transaction():
        journals.seal_all()
    after = proofs()
    assert after == before
    with transaction():
        record(db.session.get_one(Contact, karim.id), "contact.changed", changes={})
        journals.seal_all()
    assert not list(journals.faults("history_entry"))


def test_an_open_matter_is_named_and_refuses(cast: Cast) -> None:
    a_ticket(contact=cast.karim)
    with pytest.raises(Exception, match="Un dossier est en cours"), transaction():
        erase(cast.karim, Rule.REQUEST)
    assert db.session.get_one(Contact, cast.karim.id).name == "Karim Benyahia"


def test_an_unpaid_invoice_refuses_and_a_ticket_out_does_not(cast: Cast) -> None:
    a_ticket(TicketState.OUT, contact=cast.dan)
    with transaction():
        erase(db.session.get_one(Contact, cast.dan.id), Rule.REQUEST)
    a_legal_seller()
    an_issued_invoice(contact=cast.karim)
    with pytest.raises(Exception, match="pas réglée"), transaction():
        erase(db.session.get_one(Contact, cast.karim.id), Rule.REQUEST)


def test_erased_twice_is_erased_once(cast: Cast) -> None:
    for _again in range(2):
        with transaction():
            erase(db.session.get_one(Contact, cast.dan.id), Rule.REQUEST)
    assert len(list(left(f"Personne effacée n° {cast.dan.id}"))) > 0


def test_nobody_else_loses_anything(cast: Cast) -> None:
    other = a_ticket(contact=cast.dan, dropped_by="Le voisin de Dan")
    a_ticket(TicketState.OUT, contact=cast.karim)
    with transaction():
        erase(db.session.get_one(Contact, cast.karim.id), Rule.REQUEST)
    db.session.expire_all()
    assert db.session.get_one(Ticket, other.id).dropped_by == "Le voisin de Dan"
    assert db.session.get_one(Contact, cast.dan.id).email == "dan@lestrange.example"


def test_his_account_no_longer_opens(cast: Cast, browser: Browser) -> None:
    user_id = cast.dan.user_id
    browser.as_("dan")
    with transaction():
        erase(db.session.get_one(Contact, cast.dan.id), Rule.REQUEST)
    assert "Connexion" in browser.get("/portail").text
    user = db.session.get_one(User, user_id)
    assert not user.active
    assert "Dan" not in user.name + user.email


STRUCK = '{"erased": true}'
NOBODY = "Personne effacée n° 7"


@pytest.mark.parametrize(
    ("name", "verb", "facts"),
    [
        ("x", "essai", '{"to": "out", "note": "mot"}'),  # not marked
        ("Nadia", "essai", "{}"),
        ("Nadia", "autre", STRUCK),  # another column
        ("x", "essai", STRUCK),  # somebody else's name
        ("Nadia", "essai", '{"erased": true, "to": "back"}'),  # a fact changed
        ("Nadia", "essai", '{"erased": true, "more": 1}'),  # a fact added
        ("Nadia", "essai", '{"erased": 1}'),
    ],
)
def test_history_lets_nothing_be_changed_but_words_struck_out(cast: Cast, name: str, verb: str, facts: str) -> None:
    with transaction(), acting_as(Actor("user", 7, "Nadia")):
        row = record(cast.karim, "essai", to="out", note="mot")
    change = text("update history_entry set actor_name = :name, verb = :verb, facts = :facts where id = :id")
    if not is_sqlite():
        change = text("update history_entry set actor_name=:name, verb=:verb, facts=cast(:facts as jsonb) where id=:id")
    with pytest.raises(DBAPIError, match="history_is_append_only"), transaction():
        db.session.execute(change, {"name": name, "verb": verb, "facts": facts, "id": row.id})
    with transaction():
        kept = '{"to": "out", "erased": true}'
        db.session.execute(change, {"name": NOBODY, "verb": "essai", "facts": kept, "id": row.id})
    with pytest.raises(DBAPIError, match="history_is_append_only"), transaction():
        db.session.execute(change, {"name": NOBODY, "verb": "essai", "facts": '{"to": "out"}', "id": row.id})
    with pytest.raises(DBAPIError, match="history_is_append_only"), transaction():
        db.session.execute(text("delete from history_entry where id = :id"), {"id": row.id})


def test_what_he_did_himself_no_longer_says_his_name_even_on_a_row_struck_before(cast: Cast) -> None:
    with transaction(), acting_as(Actor("user", cast.karim.user_id, "Karim Benyahia")):
        row = record(db.session.get_one(Contact, cast.dan.id), "essai", note="mot")
    with transaction():
        journals.seal_all()
        replay([cast.dan.id])
    assert db.session.get_one(HistoryEntry, row.id).actor_name == "Karim Benyahia"
    with transaction():
        replay([cast.karim.id])
        journals.seal_all()
    db.session.expire_all()
    assert db.session.get_one(HistoryEntry, row.id).actor_name == f"Personne effacée n° {cast.karim.id}"
    assert not list(journals.faults("history_entry"))


def test_writing_the_search_index_again_does_not_bring_his_name_back(karim: Contact) -> None:
    invoice = an_issued_invoice(contact=karim, title="Violon de Benyahia")
    assert find("Benyahia", ["sales_document"], 5)
    with transaction():
        replay([karim.id])
    everything = sorted(SOURCES)
    assert find("Benyahia", everything, 50) == []
    reindex()
    db.session.commit()
    assert find("Benyahia", everything, 50) == []
    assert find(str(invoice.number), ["sales_document"], 5)


def test_copies_sent_calls_to_partners_and_unfinished_forms_go_with_him(cast: Cast) -> None:
    with transaction():
        kept = files.store(a_png(), "recu.png", FileKind.DOCUMENT, by="Nadia")
        write(OutChannel.EMAIL, cast.dan.email, "Reçu", "Bonjour", contact_id=cast.dan.id, attachments=[kept.id])
        for words in (f'{{"to": "{cast.dan.email}"}}', '{"to": "autre@exemple.fr"}'):
            db.session.add(PartnerCall(kind="sms", method="POST", url="https://exemple.fr", request=words))
        db.session.add(LoginAttempt(key=f"email:{cast.dan.email}"))
        db.session.add(Draft(owner_id=cast.nadia.id, form="intake", values={"email": cast.dan.email}))
    key = kept.key
    with transaction():
        replay([cast.dan.id])
    db.session.expire_all()
    assert db.session.scalars(select(StoredFile.id).where(StoredFile.key == key)).all() == []
    files.sweep_orphans(older_than=-1)
    assert key not in list(storage().keys(-1))
    assert [row.request for row in db.session.scalars(select(PartnerCall))] == ['{"to": "autre@exemple.fr"}']
    assert not db.session.scalars(select(LoginAttempt)).all()
    assert not db.session.scalars(select(Draft)).all()
