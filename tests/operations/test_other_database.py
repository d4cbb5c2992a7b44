"""Back-up and restore on the database of the run, SQLite or PostgreSQL: all of it comes back in an empty one, or nothing is touched."""

import hashlib
import io
import json
import stat
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DatabaseError

from app.contacts.models import Contact
from app.core.config import Settings
from app.core.db import db, is_sqlite, transaction
from app.core.errors import DomainError
from app.core.history import HistoryEntry
from app.core.revisions import forget_all
from app.operations import database
from app.operations.archive import DATABASES
from app.operations.rehearsal import rehearse
from app.tickets.models import Ticket
from tests.database import worker_database
from tests.factories.contacts import a_contact
from tests.factories.payments import paid
from tests.factories.sales import an_issued_invoice
from tests.operations.conftest import KEY, Installation, fill
from tests.operations.test_backup import what_matters

NAMES = ["sauvegarde.tar", "sauvegarde.etabli"]


@contextmanager
def on_a_database_of_its_own(settings: Settings, folder: Path) -> Iterator[Installation]:
    with worker_database(folder) as url:
        made = Installation(replace(settings, data_dir=folder, database_url=url, backup_key=KEY))
        yield made
        made.close()
    forget_all()


@pytest.fixture(scope="module")
def house(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One with work in it, which no test changes."""
    with on_a_database_of_its_own(settings, tmp_path_factory.mktemp("house")) as made:
        fill(made.app)
        with made.app.app_context():
            paid(a_contact(name="Karim Benyahia"), 5_000, an_issued_invoice())
            db.session.remove()
        yield made


@pytest.fixture
def elsewhere(settings: Settings, tmp_path: Path) -> Iterator[Installation]:
    """Another machine, where nothing is."""
    (tmp_path / "elsewhere").mkdir()
    with on_a_database_of_its_own(settings, tmp_path / "elsewhere") as made:
        yield made


def rows_of(house: Installation) -> dict[str, int]:
    with house.app.app_context():
        return database.counts()


@pytest.mark.parametrize("name", NAMES)
def test_everything_comes_back_in_an_empty_database(
    house: Installation, elsewhere: Installation, tmp_path: Path, name: str
) -> None:
    before, rows = what_matters(house), rows_of(house)
    saved, put_back = house.flask("backup", tmp_path / name), elsewhere.flask("restore", tmp_path / name)
    assert (saved.exit_code, put_back.exit_code) == (0, 0), saved.output + put_back.output
    assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600
    assert (what_matters(elsewhere), rows_of(elsewhere)) == (before, rows)
    verified = elsewhere.flask("verify")
    assert verified.exit_code == 0, verified.output
    assert min(rows[table] for table in ("ticket", "seal", "allocation", "history_entry")) > 0
    with elsewhere.app.app_context():
        last = max(db.session.scalars(select(Contact.id)))
        db.session.rollback()
        assert a_contact().id > last, "numbers follow"
        with pytest.raises(DatabaseError, match="history_is_append_only"), transaction():
            db.session.execute(update(HistoryEntry).values(verb="autre"))
        db.session.remove()


@pytest.mark.parametrize("name", NAMES)
def test_one_changed_byte_is_refused_and_nothing_is_touched(
    house: Installation, elsewhere: Installation, tmp_path: Path, name: str
) -> None:
    house.flask("backup", tmp_path / name)
    content = bytearray((tmp_path / name).read_bytes())
    place = len(content) // 2
    if name.endswith(".tar"):
        with tarfile.open(tmp_path / name) as tar:
            member = next(info for info in tar if info.name in DATABASES.values())
            place = member.offset_data + member.size // 2
    content[place] ^= 1
    (tmp_path / name).write_bytes(content)
    refused = elsewhere.flask("restore", tmp_path / name)
    assert refused.exit_code == 1
    assert "abîmée" in refused.output
    assert rows_of(elsewhere) == {}
    assert not (elsewhere.settings.data_dir / "files").exists()


def test_it_is_taken_while_somebody_writes(house: Installation, elsewhere: Installation, tmp_path: Path) -> None:
    with house.app.app_context():
        with db.engine.connect() as writer:
            writer.execute(text("update ticket set title = 'à moitié écrit'"))
            saved = house.flask("backup", tmp_path / "a.tar")
            writer.rollback()
        db.session.remove()
    elsewhere.flask("restore", tmp_path / "a.tar")
    assert saved.exit_code == 0, saved.output
    with elsewhere.app.app_context():
        assert db.session.scalar(select(Ticket.title)) != "à moitié écrit"
        db.session.remove()


def with_other_database(path: Path, data: bytes) -> Path:
    """The same back-up with another copy of the database, its sum noted: only playing it shows that it is worth nothing."""
    other = path.with_name("autre.tar")
    with tarfile.open(path) as tar, tarfile.open(other, "w") as out:
        for info in tar:
            content = tar.extractfile(info).read()  # type: ignore[union-attr]
            if info.name in DATABASES.values():
                content = data
            elif info.name == "manifest.json":
                manifest = json.loads(content)
                name = next(name for name in manifest["members"] if name in DATABASES.values())
                manifest["members"][name] = hashlib.sha256(data).hexdigest()
                content = json.dumps(manifest).encode()
            info.size = len(content)
            out.addfile(info, io.BytesIO(content))
    return other


def test_a_restore_that_fails_leaves_the_present_database_as_it_was(house: Installation, tmp_path: Path) -> None:
    before = what_matters(house)
    house.flask("backup", tmp_path / "a.tar")
    with tarfile.open(tmp_path / "a.tar") as tar:
        name = next(name for name in tar.getnames() if name in DATABASES.values())
        good = tar.extractfile(name).read()  # type: ignore[union-attr]
    refused = house.flask("restore", "--force", with_other_database(tmp_path / "a.tar", good[: len(good) // 2]))
    assert refused.exit_code == 1
    assert what_matters(house) == before


def test_forced_it_replaces_what_is_there(house: Installation, elsewhere: Installation, tmp_path: Path) -> None:
    house.flask("backup", tmp_path / "a.tar")
    fill(elsewhere.app)
    assert "n’est pas vide" in elsewhere.flask("restore", tmp_path / "a.tar").output
    assert elsewhere.flask("restore", "--force", tmp_path / "a.tar").exit_code == 0
    assert rows_of(elsewhere) == rows_of(house)


def test_a_rehearsal_restores_it_aside_and_leaves_nothing_behind(
    house: Installation, elsewhere: Installation, tmp_path: Path
) -> None:
    house.flask("backup", tmp_path / "a.etabli")
    found = rehearse(tmp_path / "a.etabli", house.settings)
    assert (found.faults, found.rows) == ([], sum(rows_of(house).values()))
    with house.app.app_context():
        if not is_sqlite():
            left = db.session.scalars(text("select datname from pg_database where datname like 'etabli_essai_%'")).all()
            assert left == []
        db.session.remove()


def test_tools_older_than_the_server_are_named_with_the_package_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(DomainError, match="postgresql-client-18"):
        database.tool("pg_dump", server=18)
    assert database.tool("pg_dump", server=9) == str(old)
