"""`flask verify` names what is broken, and nothing else; `flask rows` prints what the tests proved."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import select

from app.core.db import db
from app.documents.models import StoredFile
from app.documents.storage import storage
from app.operations.checks import CHECKS
from tests.operations.conftest import Installation
from tests.plugins.rows import table


def break_by(installation: Installation, *statements: str) -> None:
    with closing(sqlite3.connect(installation.database)) as connection, connection:
        connection.execute("pragma foreign_keys = off")
        for statement in statements:
            connection.execute(statement)


def faults(installation: Installation) -> tuple[int, list[str]]:
    """The exit status, and the lines that ask for a look."""
    answer = installation.flask("verify")
    lines = answer.output.splitlines()
    assert len(lines) == len(CHECKS)
    return answer.exit_code, [line.replace("\u00a0", " ") for line in lines if not line.endswith("ok")]


def test_a_healthy_installation_has_one_good_line_a_check(house: Installation) -> None:
    assert faults(house) == (0, [])


BOOKING = "insert into booking (kind, resource, asset_id, starts_at, ends_at, state, label, created_at, updated_at) values ('loan', 'asset:1', 1, '2026-01-0{0}', '2026-01-09', 'confirmed', '', '2026-01-01', '2026-01-01')"


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (["update counter set last = last + 1 where series = 'R'"], ["Numéros sans trou", "il manque R-"]),
        (["update counter set last = 0 where series = 'D'"], ["Numéros sans trou", "dépasse le compteur"]),
        (["drop trigger history_entry_no_update"], ["Gardes", "history_entry_no_update n'y est plus"]),
        (["drop trigger booking_no_overlap_insert"], ["Gardes", "booking_no_overlap_insert"]),
        (["update quote set sha256 = 'autre'"], ["Devis", "n'est pas celle de son PDF"]),
        (["delete from search_entry where kind = 'ticket'"], ["Recherche", "1 fiches absentes"]),
        (["update search_fts set words = 'rien' where rowid = 1"], ["Recherche", "les mots"]),
        (["update attachment set subject_id = 99"], ["Pièces jointes", "fiche disparue"]),
        (["update alembic_version set version_num = '0001'"], ["Version", "0001"]),
    ],
)
def test_what_is_broken_is_named_and_the_status_says_so(
    house: Installation, statements: list[str], said: list[str]
) -> None:
    break_by(house, *statements)
    status, lines = faults(house)

    assert status == 1
    assert len(lines) == 1
    assert "à voir" in lines[0]
    assert all(word.replace("'", "’") in lines[0] for word in said)


def test_two_bookings_at_once_are_named(house: Installation) -> None:
    with closing(sqlite3.connect(house.database)) as connection:
        guard = connection.execute("select sql from sqlite_master where name = 'booking_no_overlap_insert'").fetchone()[
            0
        ]
    break_by(house, "drop trigger booking_no_overlap_insert", BOOKING.format(1), BOOKING.format(2), guard)

    status, lines = faults(house)
    assert status == 1
    assert "Réservations" in lines[0]
    assert "asset:1 se chevauchent" in lines[0]


@pytest.mark.parametrize(("data", "said"), [(b"autre chose", "n’a plus son empreinte"), (None, "manque")])
def test_a_file_that_changed_or_went_is_named(house: Installation, data: bytes | None, said: str) -> None:
    with house.app.app_context():
        key = db.session.scalar(select(StoredFile.key).where(StoredFile.name == "photo.jpg"))
        if data is None:
            storage().delete(key)
        else:
            storage().write(key, data)

    status, lines = faults(house)
    assert status == 1
    assert len(lines) == 1
    assert "photo.jpg" in lines[0]
    assert said in lines[0]


def test_work_that_waits_for_somebody_is_shown_without_being_called_broken(house: Installation) -> None:
    break_by(house, "update job_run set state = 'failed' where id = 1", "update outbox_message set state = 'uncertain'")
    status, lines = faults(house)

    assert status == 0
    assert [line.partition(" : ")[0] for line in lines] == ["Tâches de fond", "Envois"]


def test_rows_of_the_mission_are_printed_as_the_last_run_of_the_tests_left_them(house: Installation) -> None:
    answer = house.flask("rows")

    assert answer.exit_code == 0
    assert answer.output.splitlines() == table()
