"""Any single flipped bit in what is sealed is found, and the record it is in is named: tables, columns, stored files."""

import importlib.util
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from flask import Flask
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.catalog.services import change_article
from app.core import journals
from app.core.chain import UNREADABLE
from app.core.db import Base, db, is_sqlite, transaction
from app.documents.models import StoredFile
from app.documents.storage import storage
from app.ledger.services import catch_up
from app.operations.checks import sealed, stored, till
from app.payments.models import WebhookEvent
from app.purchasing import services as purchasing
from app.sales import jobs
from app.sales.models import DocumentStatus, SalesDocument
from app.sales.services import documents
from app.sales.states.documents import EinvoiceState
from app.till import services as till_services
from app.till.services import Paid
from app.till.services.sealing import _CLOSING, _EVENT, _SALE
from app.till.states import Means
from tests.cast import Cast
from tests.factories.base import saved
from tests.factories.contacts import a_contact
from tests.factories.payments import paid
from tests.factories.purchasing import a_bill
from tests.factories.sales import again, an_invoice, an_issued_invoice
from tests.factories.stock import a_place, a_stocked_article, some_stock
from tests.factories.till import a_line, a_sale, an_open_till

ROOT = Path(__file__).resolve().parents[2]


@cache
def guards() -> ModuleType:
    """The migration that freezes what is sealed: its lists are the promise."""
    spec = importlib.util.spec_from_file_location("guards", ROOT / "migrations" / "versions" / "0004_money_guards.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


#: Columns that are not what was sealed: of what the database freezes, nothing.
OWN = {"till_sale": _SALE, "till_event": _EVENT, "till_closing": _CLOSING}


@cache
def promised() -> tuple[tuple[str, str], ...]:
    """(table, column) of everything that the database freezes, of history and of the files of documents."""
    tables = Base.metadata.tables
    found = [
        (name, column.key)
        for name in (*guards().APPEND_ONLY, "history_entry")
        for column in tables[name].columns
        if column.key != "id"
    ]
    found += [(name, column) for name, (_when, columns) in guards().FROZEN.items() for column in columns]
    found += [("document_line", column.key) for column in tables["document_line"].columns if column.key != "id"]
    found += [(name, column) for name, columns in guards().COLUMNS.items() for column in columns]
    found += [("seal_head", "chain"), ("seal_head", "rank"), ("seal_head", "digest")]
    found += [("stored_file", column) for column in ("key", "name", "sha256", "size", "mime")]
    return tuple(found)


def work(cast: Cast) -> None:
    """A little of everything that is sealed."""
    first = an_invoice(contact=cast.karim, title="Pompe")
    eco = a_contact(name="Écosystème")
    with transaction():
        documents.add_third_party(documents.locked(first.id), db.session.merge(eco, load=False), "Bonus", 2_000)
    with transaction():
        first = documents.issue(again(first))
    jobs.render_and_check(first.id)
    second = an_issued_invoice(contact=cast.karim)
    paid(cast.karim, 5_000, again(first))
    with transaction():
        documents.credit(again(second), None)
    saved(DocumentStatus(document_id=first.id, state=EinvoiceState.DEPOSITED, reason="Reçue", reference="P-1"))
    saved(WebhookEvent(provider="stripe", event_id="evt_1"))
    bill = a_bill()
    with transaction():
        purchasing.pay(db.session.merge(bill), bill.issued_on, "virement")
    article = a_stocked_article()
    some_stock(article, a_place(), 3000)
    with transaction():
        change_article(db.session.merge(article), price=4_321)
    desk = an_open_till()
    a_sale(desk, a_line(label="Filtre à eau « fin »", discount=500), a_line(price=250), contact_id=cast.karim.id)
    sale = a_sale(desk, means=(Paid(Means.CARD, 1190),))
    with transaction():
        till_services.refund(desk.id, sale, {0: 1000}, (Paid(Means.CARD, 1190),), form_key="retour")
    with transaction():
        till_services.close_till(desk.id, {"cash": 11_381, "card": 0})
    catch_up()
    with transaction():
        journals.seal_all()


def said() -> list[str]:
    """All that the verification says of what is sealed."""
    db.session.expire_all()
    checks = (
        sealed.broken_chains, sealed.unsealed_documents, sealed.changed_rows, till.broken_chains, stored.damaged_files,
    )  # fmt: skip
    return [sentence for check in checks for sentence in check()]


@contextmanager
def without_guards() -> Iterator[None]:
    """As somebody who writes in the file of the database itself would: its own guards are away."""
    with transaction() as session:
        if is_sqlite():
            for (name,) in session.execute(text("select name from sqlite_master where type = 'trigger'")).all():
                session.execute(text(f"drop trigger {name}"))
            session.execute(text("pragma defer_foreign_keys = on"))
            session.execute(text("pragma ignore_check_constraints = on"))
        else:
            session.execute(text("set session_replication_role = replica"))
    try:
        yield
    finally:
        back = "pragma ignore_check_constraints = off" if is_sqlite() else "set session_replication_role = origin"
        with transaction() as session:  # the connection outlives the test, and so would this
            session.execute(text(back))


class Cell(NamedTuple):
    """Where a bit is flipped."""

    table: str
    column: str
    key: int | str


def cells(table: str, column: str) -> list[Cell]:
    """Those of a column that hold something sealed, oldest first."""
    key = "chain" if table == "seal_head" else "id"
    only = {
        "sales_document": "where issued_at is not null",
        "document_line": "where document_id in (select id from sales_document where issued_at is not null)",
        "third_party_share": "where document_id in (select id from sales_document where issued_at is not null)",
        "stored_file": "where id in (select file_id from sales_document)",
    }
    rows = db.session.execute(
        text(f"select {key} from {table} {only.get(table, '')} order by {key}"),
    )
    return [Cell(table, column, row[0]) for row in rows]


def raw(cell: Cell) -> Any:
    key = "chain" if cell.table == "seal_head" else "id"
    return db.session.scalar(text(f'select "{cell.column}" from {cell.table} where {key} = :key'), {"key": cell.key})


def read(cell: Cell, key: object = None) -> Any:
    """What the program makes of it; the exception's name when it cannot be read."""
    table = Base.metadata.tables[cell.table]
    which = table.c.chain if cell.table == "seal_head" else table.c.id
    try:
        return db.session.scalar(select(table.c[cell.column]).where(which == (cell.key if key is None else key)))
    except UNREADABLE as error:
        return type(error).__name__


def write(cell: Cell, value: Any) -> None:
    key = "chain" if cell.table == "seal_head" else "id"
    value = json.dumps(value) if isinstance(value, dict | list) else value
    cast = "cast(:value as json)" if isinstance(value, str) and not is_sqlite() and is_json(cell) else ":value"
    with transaction() as session, session.begin_nested():
        session.execute(
            text(f'update {cell.table} set "{cell.column}" = {cast} where {key} = :key'),
            {"value": value, "key": cell.key},
        )


def is_json(cell: Cell) -> bool:
    return "JSON" in str(Base.metadata.tables[cell.table].c[cell.column].type).upper()


def flipped(value: Any, place: int, bit: int) -> Any:
    """The same with one bit changed."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value ^ (1 << place % 30)
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1 << place % 30)
    if isinstance(value, date):
        return value + timedelta(days=1 << place % 10)
    words = json.dumps(value) if isinstance(value, dict | list) else str(value)
    at = place % len(words)
    return words[:at] + chr(ord(words[at]) ^ (1 << bit)) + words[at + 1 :]


def try_flip(cell: Cell, place: int, bit: int) -> list[str] | None:
    """What the verification says of it; None when there is nothing to flip, or the database refuses what comes of it."""
    before = raw(cell)
    if before is None or before == "":
        return None
    after = flipped(before, place, bit)
    if isinstance(after, str) and "\0" in after:
        return None
    meant = read(cell)
    try:
        write(cell, after)
    except DatabaseError:
        return None
    renamed = Cell(cell.table, cell.column, after) if cell.column == "chain" and cell.table == "seal_head" else cell
    same = renamed is cell and read(cell) == meant  # another way to write the same thing: nothing was changed
    found = said()
    db.session.rollback()
    write(renamed, before)
    return None if same else found


def name_of(cell: Cell) -> tuple[str, ...]:
    """One of these must be said."""
    number = f"select number from {cell.table} where id = {cell.key}"  # as it was: the flip is taken back
    names = {
        "document_line": ("F-", "A-"),
        "third_party_share": ("F-", "A-"),
        "stored_file": ("F-", f"le fichier {cell.key}"),
        "till_event": (f"till_event {cell.key}",),
        "seal": ("rang",),
        "seal_head": ("rang",),
    }
    if cell.table in ("sales_document", "till_sale", "till_closing"):
        return (str(db.session.scalar(text(number))), f"{cell.table} {cell.key}")
    return names.get(cell.table, (f"{cell.table}, ligne {cell.key}",))


def complain(cell: Cell, found: list[str] | None) -> str | None:
    if found is None:
        return None
    if not found:
        return f"{cell}: not seen"
    return None if any(name in line for line in found for name in name_of(cell)) else f"{cell}: not named: {found}"


@pytest.fixture
def sealed_work(app: Flask, cast: Cast) -> Iterator[None]:
    work(cast)
    assert said() == []
    with without_guards():
        yield


def test_a_bit_flipped_in_any_column_that_is_sealed_is_found_and_named(sealed_work: None) -> None:
    faults, tried = [], set()
    for table, column in promised():
        for cell in reversed(cells(table, column)):
            found = try_flip(cell, 3, 0)
            if found is not None:
                tried.add((table, column))
                faults.append(complain(cell, found))
                break
    assert [fault for fault in faults if fault] == []
    assert said() == []
    idle = {name for name, _column in promised()} - {name for name, _column in tried}
    assert idle == set(), "every table was tried"


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much])
@given(st.data())
def test_any_bit_of_any_row(sealed_work: None, data: st.DataObject) -> None:
    table, column = data.draw(st.sampled_from(promised()))
    found = cells(table, column)
    assume(found)
    cell = data.draw(st.sampled_from(found))
    answer = try_flip(cell, data.draw(st.integers(0, 5_000)), data.draw(st.integers(0, 6)))
    assume(answer is not None)
    assert complain(cell, answer) is None


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10_000_000), bit=st.integers(0, 7))
def test_any_bit_of_the_file_of_an_invoice(sealed_work: None, place: int, bit: int) -> None:
    key, name = db.session.execute(
        select(StoredFile.key, StoredFile.name).join(SalesDocument, SalesDocument.file_id == StoredFile.id)
    ).one()
    kept = storage().read(key)
    changed = bytearray(kept)
    changed[place % len(kept)] ^= 1 << bit
    storage().write(key, bytes(changed))
    try:
        assert any(name in line and "n’a plus son empreinte" in line for line in stored.damaged_files())
    finally:
        storage().write(key, kept)


def test_a_row_taken_away_or_slipped_in_is_named(sealed_work: None) -> None:
    last = db.session.scalar(text("select max(id) from history_entry"))
    with transaction() as session:
        session.execute(text(f"delete from history_entry where id = {last - 1}"))
    assert any(f"history_entry, ligne {last - 1}" in line and "a disparu" in line for line in said())


def test_what_came_since_the_last_sealing_is_no_fault(sealed_work: None, cast: Cast) -> None:
    article = a_stocked_article()
    with transaction():
        change_article(db.session.merge(article), price=999)
    assert said() == []
    with transaction():
        assert journals.seal_all() > 0
    assert said() == []
    with transaction():
        assert journals.seal_all() == 0
