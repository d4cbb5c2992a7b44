"""A backup holds all of an installation; a restore puts all of it back, or says in one sentence why it does not."""

import fcntl
import io
import json
import sqlite3
import stat
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.core.db import db
from app.core.errors import DomainError
from app.core.schema import program_revisions
from app.documents.models import StoredFile
from app.documents.services import open_file
from app.operations.database import tool
from app.sales.models import Quote
from app.tickets.models import Ticket
from tests.factories.files import a_photo
from tests.operations.conftest import Installation

NAMES = ["sauvegarde.tar", "sauvegarde.tar.gz"]


def what_matters(installation: Installation) -> dict[str, Any]:
    with installation.app.app_context():
        return {
            "tickets": list(db.session.scalars(select(Ticket.number))),
            "quotes": [tuple(row) for row in db.session.execute(select(Quote.number, Quote.gross, Quote.sha256))],
            "files": {file.name: open_file(file) for file in db.session.scalars(select(StoredFile))},
        }


def rewritten(path: Path, change: Any) -> Path:
    """The same backup with its members passed through `change(name, bytes)`, which gives their bytes and may rename them."""
    other = path.with_name("autre.tar")
    with tarfile.open(path) as tar, tarfile.open(other, "w") as out:
        for info in tar:
            info.name, data = change(info.name, tar.extractfile(info).read())
            info.size = len(data)
            out.addfile(info, io.BytesIO(data))
    return other


@pytest.mark.parametrize("name", NAMES)
def test_what_was_saved_is_found_again_on_another_machine(
    house: Installation, elsewhere: Installation, tmp_path: Path, name: str
) -> None:
    before = what_matters(house)
    saved = house.flask("backup", tmp_path / name)
    put_back = elsewhere.flask("restore", tmp_path / name)

    assert (saved.exit_code, put_back.exit_code) == (0, 0), saved.output + put_back.output
    assert what_matters(elsewhere) == before
    assert before["tickets"]
    assert before["quotes"]
    assert "photo.jpg" in before["files"]
    assert elsewhere.flask("verify").exit_code == 0


def test_a_backup_is_for_its_owner_alone_and_leaves_nothing_beside_it(house: Installation, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    house.flask("backup", folder / "a.tar")

    assert [path.name for path in folder.iterdir()] == ["a.tar"]
    assert stat.S_IMODE((folder / "a.tar").stat().st_mode) == 0o600


def test_a_backup_says_what_it_holds_and_never_the_secret_key(house: Installation, tmp_path: Path) -> None:
    house.flask("backup", tmp_path / "a.tar")
    with tarfile.open(tmp_path / "a.tar") as tar:
        content = {name: tar.extractfile(name).read() for name in tar.getnames()}
    manifest = json.loads(content["manifest.json"])
    with house.app.app_context():
        assert set(manifest["revisions"]) == program_revisions()

    assert manifest["counts"]["ticket"] == 1
    assert set(manifest["members"]) | {"manifest.json"} == set(content)
    assert house.settings.secret_key.encode() not in b"".join(content.values())


def test_a_backup_is_taken_while_somebody_writes(house: Installation, elsewhere: Installation, tmp_path: Path) -> None:
    with closing(sqlite3.connect(house.database)) as writer:
        writer.execute("begin immediate")
        writer.execute("update ticket set title = 'à moitié écrit'")
        saved = house.flask("backup", tmp_path / "a.tar")
        writer.rollback()
    elsewhere.flask("restore", tmp_path / "a.tar")

    assert saved.exit_code == 0
    with elsewhere.app.app_context():
        assert db.session.scalar(select(Ticket.title)) != "à moitié écrit"


def test_a_restore_never_replaces_work_unless_told_to(house: Installation, tmp_path: Path) -> None:
    house.flask("backup", tmp_path / "a.tar")
    with closing(sqlite3.connect(house.database)) as connection, connection:
        connection.execute("update ticket set title = 'écrit depuis'")
    refused = house.flask("restore", tmp_path / "a.tar")
    with house.app.app_context():
        kept = db.session.scalar(select(Ticket.title))
    forced = house.flask("restore", "--force", tmp_path / "a.tar")

    assert refused.exit_code == 1
    assert "n’est pas vide" in refused.output
    assert kept == "écrit depuis"
    assert forced.exit_code == 0
    with house.app.app_context():
        assert db.session.scalar(select(Ticket.title)) != "écrit depuis"


def test_a_restore_waits_until_the_site_is_stopped(
    house: Installation, elsewhere: Installation, tmp_path: Path
) -> None:
    house.flask("backup", tmp_path / "a.tar")
    with (elsewhere.settings.data_dir / "etabli.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        refused = elsewhere.flask("restore", tmp_path / "a.tar")

    assert refused.exit_code == 1
    assert "arrêtez-le" in refused.output


Member = tuple[str, bytes]


def altered_file(name: str, data: bytes) -> Member:
    return name, a_photo(colour="#000000") if name.startswith("files/") else data


def newer_schema(name: str, data: bytes) -> Member:
    return name, json.dumps(json.loads(data) | {"revisions": ["9999"]}).encode() if name == "manifest.json" else data


def other_database(name: str, data: bytes) -> Member:
    if name != "manifest.json":
        return name.replace("database.db", "database.dump"), data
    manifest = json.loads(data) | {"database": "postgresql"}
    manifest["members"]["database.dump"] = manifest["members"].pop("database.db")
    return name, json.dumps(manifest).encode()


def no_manifest(name: str, data: bytes) -> Member:
    return name, b"" if name == "manifest.json" else data


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (altered_file, "n’a pas l’empreinte notée"),
        (newer_schema, "version plus récente"),
        (no_manifest, "n’est pas une sauvegarde"),
        (other_database, "celle d’une base postgresql"),
    ],
)
def test_a_backup_that_is_not_fit_is_refused_before_anything_is_touched(
    house: Installation, elsewhere: Installation, tmp_path: Path, change: Any, sentence: str
) -> None:
    house.flask("backup", tmp_path / "a.tar")
    refused = elsewhere.flask("restore", rewritten(tmp_path / "a.tar", change))

    assert refused.exit_code == 1
    assert sentence in refused.output
    assert len(refused.output.strip().splitlines()) == 1
    assert not (elsewhere.settings.data_dir / "files").exists()
    assert not elsewhere.database.exists() or elsewhere.database.stat().st_size == 0


@pytest.mark.parametrize("name", NAMES)
def test_a_truncated_backup_is_refused(house: Installation, elsewhere: Installation, tmp_path: Path, name: str) -> None:
    house.flask("backup", tmp_path / name)
    cut = tmp_path / f"coupée-{name}"
    cut.write_bytes((tmp_path / name).read_bytes()[:20_000])
    refused = elsewhere.flask("restore", cut)

    assert refused.exit_code == 1
    assert "jusqu’au bout" in refused.output


def test_a_member_that_would_leave_its_folder_is_refused(
    house: Installation, elsewhere: Installation, tmp_path: Path
) -> None:
    house.flask("backup", tmp_path / "a.tar")
    with tarfile.open(tmp_path / "a.tar", "a") as tar:
        tar.addfile(tarfile.TarInfo("files/../../evil"), io.BytesIO())
    refused = elsewhere.flask("restore", tmp_path / "a.tar")

    assert refused.exit_code == 1
    assert "n’est pas une sauvegarde" in refused.output


@pytest.mark.parametrize(
    ("name", "sentence"), [("a.zip", ".tar, .tar.gz ou .etabli"), ("absent/a.tar", "n’existe pas")]
)
def test_a_place_where_no_backup_can_be_written_is_refused(
    house: Installation, tmp_path: Path, name: str, sentence: str
) -> None:
    refused = house.flask("backup", tmp_path / name)

    assert refused.exit_code == 1
    assert sentence in refused.output


def test_there_is_nothing_to_save_before_the_first_start(elsewhere: Installation, tmp_path: Path) -> None:
    refused = elsewhere.flask("backup", tmp_path / "a.tar")

    assert refused.exit_code == 1
    assert "rien à sauvegarder" in refused.output
    assert not (tmp_path / "a.tar").exists()


def test_without_the_tools_of_postgresql_the_package_to_install_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(DomainError, match="postgresql-client"):
        tool("pg_dump")
