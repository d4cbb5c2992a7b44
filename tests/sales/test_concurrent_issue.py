"""Eight people issuing at once, eight tills selling meanwhile: none refused, numbers without a hole, the stock exact, the
chains whole (§3, on the database of these tests)."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from app.core import chain, clock
from app.core.config import Settings
from app.core.db import db, transaction
from app.core.revisions import forget_all
from app.factory import create_app
from app.sales.models import SalesDocument
from app.sales.services import documents
from app.stock.queries import levels_of
from app.till import services as tills
from app.till.models import TillSale
from app.till.services import Paid
from app.till.states import Means
from tests.factories.sales import an_invoice
from tests.factories.stock import a_place, a_stocked_article, some_stock
from tests.factories.till import a_line, an_open_till

pytestmark = pytest.mark.row("C3")
ISSUERS, EACH = 8, 3


@pytest.fixture
def own_app(tmp_path: Path, settings: Settings) -> Iterator[Flask]:
    """An application with a database of its own: what is issued there is never taken away."""
    server, name = os.environ.get("TEST_DATABASE_URL"), f"etabli_issue_{os.getpid()}"
    url = f"sqlite:///{tmp_path / 'issue.db'}"
    admin = None
    if server:
        address = sa.make_url(server).set(drivername="postgresql+psycopg")
        admin = sa.create_engine(address, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            connection.execute(sa.text(f"create database {name}"))
        url = address.set(database=name).render_as_string(hide_password=False)
    app = create_app(
        Settings(
            data_dir=tmp_path, database_url=url, redis_url=settings.redis_url, secret_key=settings.secret_key, testing=True
        )
    )  # fmt: skip
    with app.app_context():
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()
    forget_all()
    if admin is not None:
        with admin.connect() as connection:
            connection.execute(sa.text(f"drop database {name} with (force)"))
        admin.dispose()


def test_eight_issuers_leave_no_hole(own_app: Flask) -> None:
    ids = [an_invoice().id for _each in range(ISSUERS * EACH)]
    db.session.remove()
    start, refused = threading.Barrier(ISSUERS), []

    def work(rank: int) -> None:
        with own_app.app_context():
            start.wait()
            for document_id in ids[rank::ISSUERS]:
                try:
                    with transaction() as session:
                        documents.issue(session.get_one(SalesDocument, document_id))
                except Exception as error:
                    refused.append(repr(error))
                finally:
                    db.session.remove()

    threads = [threading.Thread(target=work, args=(rank,)) for rank in range(ISSUERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    assert refused == []
    numbers = sorted(db.session.scalars(sa.select(SalesDocument.number)))
    assert numbers == [f"F-{clock.today().year}-{rank:04d}" for rank in range(1, ISSUERS * EACH + 1)]
    assert list(chain.faults("sales")) == []


def test_two_clicks_issue_once(own_app: Flask) -> None:
    draft = an_invoice().id
    db.session.remove()
    start, numbers = threading.Barrier(2), []

    def click() -> None:
        with own_app.app_context():
            start.wait()
            try:
                with transaction() as session:
                    numbers.append(documents.issue(session.get_one(SalesDocument, draft)).number)
            except documents.drafting.DomainError:
                numbers.append(None)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=click) for _each in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert [number for number in numbers if number] == [f"F-{clock.today().year}-0001"]


def attempt(act: Callable[[Session], object], refused: list[str]) -> None:
    try:
        with transaction() as session:
            act(session)
    except Exception as error:
        refused.append(repr(error))
    finally:
        db.session.remove()


@pytest.mark.row("C6", "C13")
def test_eight_tills_sell_without_pause_while_eight_people_issue(own_app: Flask) -> None:
    shop, article = a_place(), a_stocked_article()
    some_stock(article, shop, 1_000_000)
    opened = [an_open_till(code=f"Q{rank}", place_id=shop.id).id for rank in range(ISSUERS)]
    drafts = [an_invoice().id for _each in range(ISSUERS * EACH)]
    line, sold, refused = a_line(article_id=article.id, stocked=True), [], []
    db.session.remove()
    start, over = threading.Barrier(2 * ISSUERS), threading.Event()

    def issuing(rank: int) -> None:
        with own_app.app_context():
            start.wait()
            for one in drafts[rank::ISSUERS]:
                attempt(lambda session, one=one: documents.issue(session.get_one(SalesDocument, one)), refused)

    def selling(till_id: int) -> None:
        with own_app.app_context():
            start.wait()
            while not over.is_set():
                key, paid = f"{till_id}-{clock.now()}", (Paid(Means.CARD, line.gross),)
                attempt(lambda _session, key=key, paid=paid: tills.sell(till_id, (line,), paid, form_key=key), refused)
                sold.append(till_id)

    desks = [threading.Thread(target=issuing, args=(rank,)) for rank in range(ISSUERS)]
    counters = [threading.Thread(target=selling, args=(till_id,)) for till_id in opened]
    together(desks, counters, over)
    assert refused == []
    numbers = sorted(db.session.scalars(sa.select(SalesDocument.number)))
    assert numbers == [f"F-{clock.today().year}-{rank:04d}" for rank in range(1, len(drafts) + 1)]
    for till_id in opened:
        query = sa.select(TillSale.number).where(TillSale.till_id == till_id).order_by(TillSale.id)
        rung = [int(number.rpartition("-")[2]) for number in db.session.scalars(query)]
        assert rung == list(range(1, sold.count(till_id) + 1))
    assert sold
    assert levels_of([article.id])[article.id].quantity == 1_000_000 - 1000 * len(sold)
    assert [list(chain.faults(name)) for name in chain.chains()] == [[]] * (ISSUERS + 1)


def together(first: list[threading.Thread], others: list[threading.Thread], over: threading.Event) -> None:
    """Run them all until the first have ended."""
    for thread in (*first, *others):
        thread.start()
    for thread in first:
        thread.join(timeout=120)
    over.set()
    for thread in others:
        thread.join(timeout=60)
