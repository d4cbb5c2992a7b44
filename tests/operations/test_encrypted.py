"""An encrypted back-up: the same house again with its keys; another key, a cut file, a full disk say so in one sentence."""

import io
import os
import resource
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import DomainError
from app.documents.storage import storage
from app.operations.archive import checked
from app.operations.backup import back_up
from app.operations.crypt import CHUNK, MAGIC, Damaged, Decrypting, Encrypting, WrongKey, plain_key
from tests.operations.conftest import KEY, Installation
from tests.operations.test_backup import what_matters

ROOT = Path(__file__).resolve().parents[2]


def encrypted(data: bytes, key: str = KEY) -> bytes:
    out = io.BytesIO()
    closed = Encrypting(out, key)
    closed.write(data)
    closed.finish()
    return out.getvalue()


def decrypted(data: bytes, key: str = KEY) -> bytes:
    return io.BufferedReader(Decrypting(io.BytesIO(data), key, "a.etabli")).read()


SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK]


@pytest.mark.parametrize("size", SIZES)
def test_what_was_encrypted_comes_back_whatever_its_size(size: int) -> None:
    data = os.urandom(size)
    closed = encrypted(data)
    assert closed.startswith(MAGIC)
    assert size < 20 or data[:20] not in closed
    assert decrypted(closed) == data


TWO = os.urandom(2 * CHUNK)
CLOSED = encrypted(TWO)


@settings(max_examples=15)
@given(place=st.integers(0, len(CLOSED) - 1), bit=st.integers(0, 7))
def test_a_flipped_bit_anywhere_is_refused(place: int, bit: int) -> None:
    changed = bytearray(CLOSED)
    changed[place] ^= 1 << bit
    with pytest.raises(DomainError):
        decrypted(bytes(changed))


@settings(max_examples=15)
@given(length=st.integers(0, len(CLOSED) - 1))
def test_a_file_cut_anywhere_is_refused(length: int) -> None:
    with pytest.raises((Damaged, WrongKey)):
        decrypted(CLOSED[:length])


def test_chunks_in_another_order_are_refused() -> None:
    head, one, two = CLOSED[:40], CLOSED[40 : 56 + CHUNK], CLOSED[56 + CHUNK :]
    with pytest.raises(Damaged):
        decrypted(head + two + one)


def test_a_key_of_ours_is_read_however_it_was_typed() -> None:
    key = "-".join(["ABCD"] * 13)
    assert decrypted(encrypted(b"bonjour", key), key.lower().replace("-", " ")) == b"bonjour"
    assert plain_key("une phrase-avec un tiret") == "une phrase-avec un tiret"


def test_the_same_house_comes_back_with_its_secret_key(
    house: Installation, elsewhere: Installation, tmp_path: Path
) -> None:
    before = what_matters(house)
    saved = house.flask("backup", tmp_path / "a.etabli")
    put_back = elsewhere.flask("restore", tmp_path / "a.etabli")

    assert (saved.exit_code, put_back.exit_code) == (0, 0), saved.output + put_back.output
    assert what_matters(elsewhere) == before
    assert before["files"]
    assert elsewhere.flask("verify").exit_code == 0
    content = (tmp_path / "a.etabli").read_bytes()
    assert b"SQLite" not in content
    assert house.settings.secret_key.encode() not in content


def test_the_secret_key_takes_its_place_and_the_former_one_is_kept(
    house: Installation, elsewhere_with: Installation, tmp_path: Path
) -> None:
    house.flask("backup", tmp_path / "a.etabli")
    former = elsewhere_with.settings.secret_key
    said = elsewhere_with.flask("restore", tmp_path / "a.etabli").output
    folder = elsewhere_with.settings.data_dir

    assert "clé secrète de la sauvegarde est remise en place" in said
    assert (folder / "secret_key").read_text().strip() == house.settings.secret_key
    assert (folder / "secret_key.avant").read_text().strip() == former
    assert (folder / "secret_key").stat().st_mode & 0o077 == 0


def test_another_key_is_told_from_a_damaged_file(
    house: Installation, stranger: Installation, elsewhere: Installation, tmp_path: Path
) -> None:
    house.flask("backup", tmp_path / "a.etabli")
    other_key = stranger.flask("restore", tmp_path / "a.etabli")
    cut = tmp_path / "coupée.etabli"
    cut.write_bytes((tmp_path / "a.etabli").read_bytes()[:-200])
    damaged = elsewhere.flask("restore", cut)

    assert (other_key.exit_code, damaged.exit_code) == (1, 1)
    assert "autre clé" in other_key.output
    assert "BACKUP_KEY" in other_key.output
    assert "abîmée" in damaged.output
    assert "autre clé" not in damaged.output
    for answer in (other_key, damaged):
        assert len(answer.output.strip().splitlines()) == 1
    assert not (elsewhere.settings.data_dir / "files").exists()


def test_a_full_disk_is_said_and_leaves_nothing_behind(house: Installation, tmp_path: Path) -> None:
    """The kernel refuses what goes over a size, as a full disk does."""
    folder = tmp_path / "petit"
    folder.mkdir()
    with house.app.app_context():
        storage().write("ab" * 16, os.urandom(4_000_000))
    house.close()
    room = house.database.stat().st_size + 1_000_000
    env = os.environ | {
        "ETABLI_DATA_DIR": str(house.settings.data_dir), "DATABASE_URL": house.settings.database_url, "DEMO": "0",
        "SECRET_KEY": house.settings.secret_key, "BACKUP_KEY": KEY, "REDIS_URL": house.settings.redis_url,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "backup", str(folder / "a.etabli")], cwd=ROOT, env=env,
        capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)),
    )  # fmt: skip

    assert done.returncode == 1
    assert "plus de place" in done.stderr.replace("\u00a0", " ")
    assert len(done.stderr.strip().splitlines()) == 1
    assert list(folder.iterdir()) == []


def test_memory_stays_flat_however_large_a_file_is(house: Installation, tmp_path: Path) -> None:
    with house.app.app_context():
        storage().write("ab" * 16, os.urandom(40_000_000))
        tracemalloc.start()
        back_up(tmp_path / "a.etabli", KEY)
        checked(tmp_path / "a.etabli", KEY)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

    assert (tmp_path / "a.etabli").stat().st_size > 40_000_000
    assert peak < 16_000_000


def test_the_key_is_printed_once_asked(house: Installation) -> None:
    assert KEY in house.flask("backup-key").output


def test_a_clear_backup_never_holds_a_key(house: Installation, tmp_path: Path) -> None:
    house.flask("backup", tmp_path / "a.tar")
    content = (tmp_path / "a.tar").read_bytes()
    assert house.settings.secret_key.encode() not in content
    assert KEY.encode() not in content
