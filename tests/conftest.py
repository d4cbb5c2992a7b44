"""The application once, its database once per worker process (made by running the migrations), each test rolled back."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_migrate import upgrade
from hypothesis import HealthCheck, settings
from sqlalchemy.orm import Session

from app.core.config import Settings
from app.core.db import db
from app.core.revisions import forget_all
from app.factory import create_app
from tests.database import worker_database
from tests.queue_server import worker_queue
from tests.signing import Browser, FreshClient

pytest_plugins = ["tests.plugins.rows", "tests.cast", "tests.sandbox_process"]


# How fast values are made says how busy the machine is, not whether the code is right.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def settings(data_dir: Path) -> Iterator[Settings]:
    with worker_database(data_dir) as database_url, worker_queue(data_dir) as redis_url:
        yield Settings(
            data_dir=data_dir,
            database_url=database_url,
            redis_url=redis_url,
            secret_key=secrets.token_hex(32),
            testing=True,
        )


@pytest.fixture(scope="session")
def whole_app(settings: Settings) -> Iterator[Flask]:
    """The application with its tables, empty."""
    os.environ.setdefault("TZ", "Europe/Paris")
    app = create_app(settings)
    app.test_client_class = FreshClient
    with app.app_context():
        upgrade()
        db.engine.dispose()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def app(whole_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The application for one test: whatever the test commits is rolled back at its end.

    Flask-SQLAlchemy's session ignores a bind given to it, so the engine's place in its table is taken by one
    connection, whose outer transaction is never committed; the session works in savepoints of it.
    """
    with whole_app.app_context():
        engine = db.engine
    connection = engine.connect().execution_options(etabli_write=True)
    outer = connection.begin()
    engines = db._app_engines[whole_app]
    monkeypatch.setitem(engines, None, connection)
    monkeypatch.setitem(db.session.session_factory.kw, "join_transaction_mode", "create_savepoint")
    with whole_app.app_context():
        yield whole_app
        db.session.remove()
    forget_all()
    outer.rollback()
    connection.close()


@pytest.fixture
def session(app: Flask) -> Session:
    return db.session()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser where nobody is signed in."""
    return app.test_client()


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A browser that signs in as one of the cast: `browser.as_("technicien")`."""
    return Browser(app)


@pytest.fixture
def queries(app: Flask) -> Iterator[list[str]]:
    """The statements sent to the database while the test runs, savepoints aside."""
    sent: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.lstrip().upper().startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "PRAGMA")):
            sent.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(sa.Engine, "before_cursor_execute", note)
