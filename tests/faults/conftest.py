"""A small demonstration on real processes, for killing them."""

import os
from collections.abc import Iterator

import pytest

from tests.database import worker_database
from tests.faults.victims import Site
from tests.house import flask, free_ports, start, stop


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Web, worker, scheduler, Valkey and the partners' simulator; SQLite, or PostgreSQL with TEST_DATABASE_URL."""
    data, port = tmp_path_factory.mktemp("faults"), free_ports()
    with worker_database(data) as database:
        env = {"DEMO": "1"} | ({"DATABASE_URL": database} if os.environ.get("TEST_DATABASE_URL") else {})
        flask(data, port, "db", "upgrade", **env)
        flask(data, port, "demo", "load", "--scale", "0.1", **env)
        process = start(data, port, **env)
        found = Site(f"http://127.0.0.1:{port}", port, process, database)
        yield found
        found.close()
        stop(process)
