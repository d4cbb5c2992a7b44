"""Back-ups that take themselves: kept where they belong, turned over, restored to be tried, and complained about."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.accounts.states import Role
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.jobs import JobRun
from app.core.outbox import OutboxMessage
from app.core.queue import HEAVY
from app.core.settings import change_setting
from app.documents.models import StoredFile
from app.documents.storage import storage
from app.operations import jobs, scheduled
from app.operations.models import Backup
from app.operations.states import BackupState, RehearsalState
from app.operations.views import trouble_panel
from app.sales.models import Quote
from tests.cast import Cast
from tests.documents.test_bucket import S3
from tests.factories.accounts import a_user
from tests.factories.operations import a_backup
from tests.operations.conftest import Installation, on
from tests.signing import Browser


def asked() -> Backup:
    with transaction():
        return scheduled.ask("Camille")


def taken(house: Installation) -> Backup:
    """A back-up taken by its job, as the worker does."""
    backup_id = asked().id
    jobs.take_backup(backup_id)
    return db.session.get_one(Backup, backup_id, populate_existing=True)


@pytest.fixture
def inside(house: Installation) -> Iterator[Installation]:
    """The installation with work in it, from inside."""
    with house.app.app_context():
        yield house
        db.session.remove()


def test_one_is_asked_taken_kept_and_tried_without_anybody(inside: Installation) -> None:
    with transaction():
        made = scheduled.ask_nightly()
    assert made is not None
    assert db.session.scalar(select(JobRun.queue_name).where(JobRun.function == scheduled.TAKE)) == HEAVY
    jobs.take_backup(made.id)
    done = db.session.get_one(Backup, made.id, populate_existing=True)
    file = inside.settings.data_dir / "backups" / done.name
    assert (done.state, done.size) == (BackupState.DONE, file.stat().st_size)
    assert done.rows > 50
    assert done.files >= 2
    assert file.stat().st_mode & 0o077 == 0
    assert db.session.scalars(select(JobRun).where(JobRun.function == scheduled.REHEARSE)).one()

    jobs.rehearse_backup(done.id)
    tried = db.session.get_one(Backup, done.id, populate_existing=True)
    assert (tried.rehearsal, tried.rehearsal_error) == (RehearsalState.GOOD, "")
    assert scheduled.trouble() is None
    assert sorted(path.name for path in inside.settings.data_dir.iterdir() if path.name.startswith(".")) == []
    with transaction():
        assert scheduled.ask_nightly() is None, "the night is done"


def test_a_rehearsal_finds_what_is_broken_and_tells_the_managers(inside: Installation) -> None:
    with transaction():
        db.session.execute(text("update quote set sha256 = 'autre'"))
    key = db.session.scalar(select(StoredFile.key).where(StoredFile.name == "photo.jpg"))
    storage().write(key, b"autre chose")
    done = taken(inside)
    jobs.rehearse_backup(done.id)
    tried = db.session.get_one(Backup, done.id, populate_existing=True)

    assert tried.rehearsal == RehearsalState.BAD
    assert "photo.jpg" in tried.rehearsal_error
    assert db.session.scalar(select(Quote.number)) in tried.rehearsal_error
    assert "ne se restaure pas" in (scheduled.trouble() or "")
    assert inside.flask("verify").exit_code == 1


def test_a_rehearsal_of_a_cut_file_says_so(inside: Installation) -> None:
    done = taken(inside)
    file = inside.settings.data_dir / "backups" / done.name
    file.write_bytes(file.read_bytes()[:-100])
    jobs.rehearse_backup(done.id)
    assert "abîmée" in db.session.get_one(Backup, done.id, populate_existing=True).rehearsal_error


def test_one_that_cannot_be_written_is_said_on_the_dashboard_and_by_mail(house: Installation, tmp_path: Path) -> None:
    (tmp_path / "occupé").write_text("un fichier à la place du dossier")
    full = Installation(replace(house.settings, backup_url=str(tmp_path / "occupé")))
    with full.app.app_context():
        manager = a_user(Role.MANAGER, email="gerante@demo.example", name="Camille Ferrand")
        failed = taken(full)
        assert failed.state == BackupState.FAILED
        assert "occupé" in failed.error
        mails = db.session.scalars(
            select(OutboxMessage).where(OutboxMessage.template == "", OutboxMessage.subject.contains("sauvegarde"))
        ).all()
        assert manager.email in {mail.recipient for mail in mails}
        assert failed.error in (scheduled.trouble() or "")
        assert trouble_panel(None) == {"panel": scheduled.trouble()}
        assert [path.name for path in full.settings.data_dir.iterdir() if path.name.startswith(".")] == []
        db.session.remove()
    full.close()


def test_two_are_never_taken_at_once(app: Flask, cast: Cast) -> None:
    asked()
    with pytest.raises(DomainError, match="se fait déjà"):
        asked()


def test_the_old_ones_leave_with_their_files(app: Flask, cast: Cast) -> None:
    made = [a_backup(hours=24 * rank + 1, written=True) for rank in range(40)]
    with transaction():
        change_setting("backup.months", 1)
    assert scheduled.turn_over() > 25
    here = {backup.name for backup in db.session.scalars(select(Backup).where(Backup.removed_at.is_(None)))}
    folder = Path(scheduled.settings().backup_place)
    assert {path.name for path in folder.iterdir() if path.name in {one.name for one in made}} == here
    assert {one.name for one in made[:7]} <= here
    assert 7 <= len(here) <= 12
    assert scheduled.turn_over() == 0


def test_an_old_or_missing_one_is_told_once_a_day(app: Flask, cast: Cast) -> None:
    a_backup(hours=20)
    assert scheduled.trouble() is None
    later = clock.now() + timedelta(hours=30)
    assert "date du" in (scheduled.trouble(later) or "")
    with transaction():
        change_setting("backup.max_hours", 12)
    for expected in (True, False):
        with transaction():
            assert scheduled.warn() is expected
    mail = db.session.scalars(select(OutboxMessage)).one()
    assert mail.recipient == cast.camille.email
    assert "Sauvegardes" in mail.text


def test_a_missed_night_is_made_up_for_at_start_and_a_fresh_one_is_not(app: Flask, cast: Cast) -> None:
    with transaction():
        assert scheduled.ask_nightly(catching_up=True) is None, "nothing was ever taken: the night will come"
    a_backup(hours=30)
    with transaction():
        assert scheduled.ask_nightly(catching_up=True) is not None


def test_switched_off_it_stays_off(app: Flask, cast: Cast) -> None:
    with transaction():
        change_setting("backup.nightly", False)
    with transaction():
        assert scheduled.ask_nightly() is None


# --- in a bucket ------------------------------------------------------------------------------------------------------


@pytest.fixture
def bucket() -> Iterator[tuple[str, dict[str, bytes]]]:
    """The address of an S3-compatible server, and what it keeps."""
    handler = type("Kept", (S3,), {"objects": {}})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"s3://cle:secret@127.0.0.1:{server.server_port}/etabli/nuit?region=fr-par", handler.objects
    server.shutdown()
    server.server_close()


def test_one_goes_to_a_bucket_comes_back_and_leaves(
    filled: Path, house: Installation, bucket: tuple[str, dict[str, bytes]]
) -> None:
    address, objects = bucket
    far = Installation(replace(on(house.settings.data_dir, house.settings), backup_url=address))
    with far.app.app_context():
        done = taken(far)
        assert list(objects) == [f"nuit/{done.name}"]
        assert len(objects[f"nuit/{done.name}"]) == done.size
        assert "secret" not in done.place
        jobs.rehearse_backup(done.id)
        assert db.session.get_one(Backup, done.id, populate_existing=True).rehearsal == RehearsalState.GOOD
        objects.clear()
        jobs.rehearse_backup(done.id)
        assert "n’est plus dans" in db.session.get_one(Backup, done.id, populate_existing=True).rehearsal_error
        db.session.remove()
    far.close()


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_page_shows_the_last_ones_and_takes_one_more(cast: Cast, browser: Browser) -> None:
    manager = browser.as_("gerant")
    assert "Aucune sauvegarde" in manager.get("/reglages/sauvegardes").text
    a_backup(hours=3, rehearsed_at=clock.now())
    shown = manager.get("/reglages/sauvegardes").text.replace("\u00a0", " ")
    assert "12,4 Mo" in shown
    assert "Restauration vérifiée" in shown
    assert manager.post("/reglages/sauvegardes/maintenant").status_code == 303
    again = manager.post("/reglages/sauvegardes/maintenant", follow=True).text
    assert "En cours" in again
    assert "se fait déjà" in again


def test_a_number_that_is_none_is_refused_and_what_was_typed_stays(cast: Cast, browser: Browser) -> None:
    manager = browser.as_("gerant")
    typed = {"days": "beaucoup", "weeks": "4", "months": "12", "rehearse_days": "7", "max_hours": "36"}
    refused = manager.post("/reglages/sauvegardes", data=typed)
    assert refused.status_code == 422
    assert "nombre entier entre 0 et 366" in refused.text
    assert manager.post("/reglages/sauvegardes", data=typed | {"days": "10"}).status_code == 303
    assert 'value="10"' in manager.get("/reglages/sauvegardes").text


def test_the_key_is_shown_to_a_manager_who_asks_and_to_nobody_else(app: Flask, cast: Cast, browser: Browser) -> None:
    before = app.extensions["etabli_settings"]
    app.extensions["etabli_settings"] = replace(before, backup_key="ABCD-EFGH-" * 5)
    try:
        manager = browser.as_("gerant")
        assert "ABCD-EFGH" not in manager.get("/reglages/sauvegardes").text
        shown = manager.post("/reglages/sauvegardes/cle")
        assert "ABCD-EFGH" in shown.text
        assert shown.headers["Cache-Control"] == "no-store"
        assert browser.as_("technicien").post("/reglages/sauvegardes/cle").status_code == 403
    finally:
        app.extensions["etabli_settings"] = before
