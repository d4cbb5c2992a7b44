"""The demonstration, running in its real processes, and the application that reads its database."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from app.core.config import load_settings
from app.core.db import db
from app.factory import create_app
from tests.house import House, environment, flask, free_ports, start, stop

PASSWORD = "etabli-demo"


@dataclass
class Demonstration:
    """Where it runs, and its application."""

    house: House
    app: Flask

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Its database, for as long as the block."""
        with self.app.app_context():
            yield
            db.session.remove()
            db.engine.dispose()


def running(data: Path, *words: str) -> Iterator[Demonstration]:
    """A small one, started for a session of tests and stopped after it. `words`: more of the command that loads it."""
    port = free_ports()
    flask(data, port, "db", "upgrade", DEMO="1")
    flask(data, port, "demo", "load", "--scale", "0.1", *words, DEMO="1")
    process = start(data, port, DEMO="1")
    yield Demonstration(
        House(f"http://127.0.0.1:{port}", data, port), create_app(load_settings(environment(data, port, DEMO="1")))
    )
    stop(process)
