"""The database of one test process: a SQLite file, or a PostgreSQL database when TEST_DATABASE_URL is set."""

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

_made = itertools.count(1)


@contextmanager
def worker_database(data_dir: Path) -> Iterator[str]:
    """Its URL; a PostgreSQL database is made for this process and dropped after."""
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        yield f"sqlite:///{data_dir / 'etabli.db'}"
        return
    url = sa.make_url(server).set(drivername="postgresql+psycopg")
    name = f"etabli_test_{os.getpid()}_{next(_made)}"
    admin = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"create database {name}"))
    yield url.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(sa.text(f"drop database {name} with (force)"))
    admin.dispose()
