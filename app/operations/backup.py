"""`flask backup` and `flask restore`: the whole installation in one file, and back."""

import fcntl
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app
from flask_migrate import upgrade

from app.core import clock
from app.core.config import Settings
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.revisions import forget_all
from app.core.schema import database_revisions, unknown_revisions
from app.documents.storage import MissingFile, storage
from app.operations import database
from app.operations.archive import DATABASES, FILES, Manifest, checked, is_archive_name, members, new_archive

_PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
#: Before any file was written, even by a bucket whose clock is ahead of ours.
_EVERY_FILE = -24 * 3600


def back_up(target: Path) -> Manifest:
    """Write database and files to `target` (.tar, .tar.gz, .tgz) while the site runs. Raises DomainError.

    The database first: a file never changes once written, so that every row of the copy has its bytes.
    """
    if not is_archive_name(target):
        raise DomainError(
            _(
                "Le nom de la sauvegarde doit finir par .tar ou .tar.gz : « %(file)s » n'en est pas un.",
                file=target.name,
            )
        )
    if not target.parent.is_dir():
        raise DomainError(
            _("Le dossier « %(folder)s » n'existe pas : créez-le, puis recommencez.", folder=target.parent)
        )
    revisions = sorted(database_revisions())
    if not revisions:
        raise DomainError(_("Cette installation n'a pas encore de base : il n'y a rien à sauvegarder."))
    with tempfile.TemporaryDirectory(prefix=".etabli-", dir=target.parent) as folder:
        copy = Path(folder, DATABASES[database.kind()])
        counts = database.copy_to(copy)
        manifest = Manifest(_version(), revisions, database.kind(), clock.now().isoformat(timespec="seconds"), counts)
        with new_archive(target, manifest) as archive:
            archive.add_file(copy.name, copy)
            for key in _keys():
                try:
                    archive.add(FILES + key, storage().read(key))
                except MissingFile:
                    continue  # swept meanwhile: no row spoke of it
    return manifest


def _keys() -> Iterator[str]:
    return (key for key in storage().keys(_EVERY_FILE) if not key.endswith(".part"))


def _version() -> str:
    return str(tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["version"])


def restore(source: Path, *, force: bool) -> Manifest:
    """Put a backup in place of this installation, then bring its tables to this program's version. Raises DomainError.

    Nothing is touched before the whole file was read and found good. Files come first: a failure in between leaves the
    present database with more bytes than it speaks of.
    """
    manifest = checked(source)
    _refuse_unfit(manifest)
    with _stopped():
        if not force and not (database.is_empty() and next(_keys(), None) is None):
            raise Conflict(
                _(
                    "Cette installation n'est pas vide : ajoutez --force pour remplacer ce qu'elle contient par la sauvegarde."
                )
            )
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=_settings().data_dir) as folder:
            database.restore_from(_unpacked(source, Path(folder)))
        upgrade(directory=current_app.extensions["migrate"].directory)
        db.engine.dispose()
        forget_all()
    return manifest


def _refuse_unfit(manifest: Manifest) -> None:
    if unknown_revisions(set(manifest.revisions)):
        raise DomainError(
            _("Cette sauvegarde vient d'une version plus récente d'Établi (%(version)s) : installez cette version, puis recommencez.", version=manifest.version)
        )  # fmt: skip
    if manifest.database != database.kind():
        raise DomainError(
            _("Cette sauvegarde est celle d'une base %(theirs)s et cette installation utilise %(ours)s : réglez DATABASE_URL sur une base de la même sorte.",
              theirs=manifest.database, ours=database.kind())
        )  # fmt: skip


def _unpacked(source: Path, folder: Path) -> Path:
    """Write every stored file in its place; returns the copy of the database, in `folder`."""
    copy = folder / DATABASES[database.kind()]
    for name, stream in members(source):
        if name.startswith(FILES):
            storage().write(name.removeprefix(FILES), stream.read())
        elif name == copy.name:
            with copy.open("wb") as out:
                while block := stream.read(1 << 20):
                    out.write(block)
    return copy


@contextmanager
def _stopped() -> Iterator[None]:
    """Hold the lock of the data folder, as a running instance does. Raises Conflict while one runs."""
    with (_settings().data_dir / "etabli.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict(_("Établi tourne sur ce dossier de données : arrêtez-le, puis recommencez.")) from None
        yield


def _settings() -> Settings:
    found: Settings = current_app.extensions["etabli_settings"]
    return found
