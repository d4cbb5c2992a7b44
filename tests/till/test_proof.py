"""What proves the till: the verification finds a changed byte, the archive its own integrity; 8 tills sell at once."""

import csv
import hashlib
import io
import json
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from flask import Flask
from sqlalchemy import select, text

from app.core import chain, clock
from app.core.config import Settings
from app.core.db import db, transaction
from app.operations.checks import numbers
from app.operations.checks import till as checks
from app.till import jobs, services
from app.till.models import TillClosing, TillEvent, TillSale
from app.till.services import Paid, archive, receipts
from app.till.states import EventKind, Means, Period
from tests.cast import Cast
from tests.factories.till import a_line, a_sale, an_open_till


def test_one_flipped_byte_is_found_and_named(app: Flask, cast: Cast) -> None:
    till = an_open_till()
    a_sale(till)
    sale = a_sale(till)
    assert list(checks.broken_chains()) == []
    assert list(checks.wrong_totals()) == []
    with transaction() as session:
        for (name,) in session.execute(text(_TRIGGERS_OF)).all() if _sqlite() else []:
            session.execute(text(f"drop trigger {name}"))
        if not _sqlite():
            session.execute(text("alter table till_sale disable trigger user"))
        session.execute(text("update till_sale set gross = gross + 1 where number = :number"), {"number": sale.number})
    found = list(checks.broken_chains())
    assert len(found) == 1
    assert sale.number in found[0]


_TRIGGERS_OF = "select name from sqlite_master where type = 'trigger' and tbl_name = 'till_sale'"


def _sqlite() -> bool:
    return db.engine.dialect.name == "sqlite"


def test_numbers_of_tills_are_in_the_verification(app: Flask, cast: Cast) -> None:
    till = an_open_till()
    a_sale(till)
    assert [hole for hole in numbers.holes() if till.code in hole] == []


def test_months_and_the_year_are_closed_once_over(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime.combine(date(clock.today().year - 1, 11, 20), datetime.min.time(), clock.zone()) + timedelta(
        hours=10
    )
    monkeypatch.setattr(clock, "now", lambda: moment)
    till = an_open_till()
    a_sale(till)
    moment += timedelta(days=20)
    assert jobs.close_periods() == 0, "a day of November is still open"
    with transaction():
        services.close_till(till.id, {"cash": 11_190})
    moment += timedelta(days=60)
    assert jobs.close_periods() >= 3
    closings = db.session.scalars(select(TillClosing).order_by(TillClosing.id)).all()
    periods = [(item.period, item.begins_on.month, item.gross, item.perpetual) for item in closings]
    assert periods[:4] == [
        (Period.DAY, 11, 1190, 1190), (Period.MONTH, 11, 1190, 1190), (Period.MONTH, 12, 0, 1190), (Period.YEAR, 1, 1190, 1190),
    ]  # fmt: skip
    assert jobs.close_periods() == 0
    assert list(chain.faults(f"till-{till.code}")) == []


def test_the_archive_proves_itself(app: Flask, cast: Cast) -> None:
    till = an_open_till()
    sale = a_sale(till, a_line(quantity=2000), a_line(label="Détartrant ; 1 l", price=600))
    today = clock.today()
    jobs.build_archive(till.id, today.isoformat(), today.isoformat(), export=True)
    packed = archive.build(till, today, today)
    with zipfile.ZipFile(io.BytesIO(packed)) as found:
        files = {name: found.read(name) for name in found.namelist()}
    manifest = json.loads(files["manifeste.json"])
    for name, facts in manifest["fichiers"].items():
        assert hashlib.sha256(files[name]).hexdigest() == facts["sha256"]
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(manifest["cle_publique"]))
    digest = hashlib.sha256(files["manifeste.json"]).hexdigest()
    key.verify(bytes.fromhex(files["manifeste.sig"].decode()), digest.encode())
    lines = list(csv.DictReader(io.StringIO(files["lignes.csv"].decode("utf-8-sig")), delimiter=";"))
    assert [(row["number"], row["label"], row["gross"]) for row in lines] == [
        (sale.number, "Filtre à eau", "2380"), (sale.number, "Détartrant ; 1 l", "600"),
    ]  # fmt: skip
    seals = list(csv.DictReader(io.StringIO(files["sceaux.csv"].decode("utf-8-sig")), delimiter=";"))
    assert all(
        row["digest"] == hashlib.sha256(f"{row['previous']}\n{row['payload']}".encode()).hexdigest() for row in seals
    )
    assert db.session.scalars(select(TillEvent.kind).order_by(TillEvent.id.desc())).first() == EventKind.EXPORT


def test_the_receipt_says_what_the_law_wants(app: Flask, cast: Cast) -> None:
    till = an_open_till()
    sale = a_sale(till, a_line(quantity=2000, discount=500), means=(Paid(Means.CARD, 2261),))
    with transaction():
        services.refund(till.id, sale, {0: 2000}, (Paid(Means.CARD, 2261),), form_key="annule")
    said = receipts.data_of(sale, 2)
    assert said["copy"] == "DUPLICATA 2"
    assert said["links"][0].startswith("Ce ticket est annulé par le ticket n°")
    assert said["count"].endswith("1")
    assert len(said["signature"]) == 12
    assert said["facts"][0][1].count(":") == 2, "to the second"
    assert said["shares"][0]["vat"] == sale.vat
    assert receipts.render(sale, 0).startswith(b"%PDF")


@pytest.mark.row("C6")
def test_eight_tills_sell_at_once_without_a_hole_and_none_is_refused(whole_app: Flask, settings: Settings) -> None:
    with whole_app.app_context():
        tills = [an_open_till(code=f"Q{rank}").id for rank in range(8)]

    def work(till_id: int) -> int:
        with whole_app.app_context():
            for rank in range(10):
                with transaction():
                    services.sell(till_id, (a_line(),), (Paid(Means.CARD, 1190),), form_key=f"vite-{till_id}-{rank}")
            db.session.remove()
            return 10

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(work, tills)) == 80
    with whole_app.app_context():
        for till_id in tills:
            rows = db.session.execute(
                select(TillSale.number, TillSale.perpetual).where(TillSale.till_id == till_id).order_by(TillSale.id)
            ).all()
            assert [int(row.number.rpartition("-")[2]) for row in rows] == list(range(1, 11))
            assert rows[-1].perpetual == 11_900
        assert all(list(chain.faults(f"till-Q{rank}")) == [] for rank in range(8))
        _forget(tills)


@pytest.mark.row("C6")
def test_two_clicks_on_take_the_money_at_the_same_moment_make_one_ticket(whole_app: Flask, settings: Settings) -> None:
    with whole_app.app_context():
        till_id = an_open_till(code="Q9").id
        db.session.remove()
    ready = Barrier(4)

    def click(_rank: int) -> int:
        with whole_app.app_context():
            ready.wait()
            with transaction():
                sale = services.sell(till_id, (a_line(),), (Paid(Means.CASH, 2000),), form_key="double-clic").id
            db.session.remove()
            return sale

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(click, range(4)))) == 1
    with whole_app.app_context():
        [sale] = db.session.scalars(select(TillSale).where(TillSale.till_id == till_id))
        assert (sale.change, sale.perpetual) == (810, 1190)
        assert list(chain.faults("till-Q9")) == []
        _forget([till_id])


def _forget(tills: list[int]) -> None:
    """These were committed for good: the other tests of this process find an empty till again."""
    db.session.rollback()
    with transaction() as session:
        tables = ("till_sale", "till_event", "till_session", "till")
        names = (
            session.execute(text("select name, sql from sqlite_master where type = 'trigger'")).all()
            if _sqlite()
            else []
        )
        mine = [(name, sql) for name, sql in names if name.startswith(("till_", "seal"))]
        for name, _sql in mine:
            session.execute(text(f"drop trigger {name}"))
        if not _sqlite():
            session.execute(text("set local session_replication_role = replica"))
        keys = ", ".join(str(key) for key in tills)
        for table in tables:
            column = "id" if table == "till" else "till_id"
            session.execute(text(f"delete from {table} where {column} in ({keys})"))
        session.execute(text("delete from seal where chain like 'till-Q%'"))
        session.execute(text("delete from seal_head where chain like 'till-Q%'"))
        session.execute(text("delete from counter where series like 'TQ%'"))
        for _name, sql in mine:
            session.execute(text(sql))
