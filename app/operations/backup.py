"""`flask backup` and `flask restore`: the whole installation in one file, and back."""

import errno
import fcntl
import shutil
import sqlite3
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import closing, contextmanager
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
from app.operations import database, keys
from app.operations.archive import (
    DATABASES,
    FILES,
    SECRET_KEY,
    Manifest,
    Writer,
    checked,
    is_archive_name,
    is_encrypted_name,
    members,
    new_archive,
)

_PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
#: Before any file was written, even by a bucket whose clock is ahead of ours.
_EVERY_FILE = -24 * 3600
#: A disk, a quota or a limit of the process that is reached.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def back_up(target: Path, key: str = "") -> Manifest:
    """Write database and files to `target` while the site runs: .tar, .tar.gz in clear; .etabli encrypted with `key`, the
    installation's secret key with them. Raises DomainError: a disk that is full, tools that are missing.

    The database first: a file never changes once written, so that every row of the copy has its bytes.
    """
    _refuse_target(target, key)
    revisions = sorted(database_revisions())
    if not revisions:
        raise DomainError(_("Cette installation n'a pas encore de base : il n'y a rien à sauvegarder."))
    try:
        with tempfile.TemporaryDirectory(prefix=".etabli-", dir=target.parent) as folder:
            copy = Path(folder, DATABASES[database.kind()])
            counts = database.copy_to(copy)
            date = clock.now().isoformat(timespec="seconds")
            manifest = Manifest(_version(), revisions, database.kind(), date, counts)
            with new_archive(target, manifest, key) as archive:
                _fill(archive, copy, secret=bool(key) and is_encrypted_name(target))
    except (OSError, sqlite3.OperationalError) as error:
        raise unwritten(target, error) from error
    return manifest


def _refuse_target(target: Path, key: str) -> None:
    if not is_archive_name(target):
        raise DomainError(
            _(
                "Le nom de la sauvegarde doit finir par .tar, .tar.gz ou .etabli (chiffrée) : « %(file)s » n'en est pas un.",
                file=target.name,
            )
        )
    if is_encrypted_name(target) and not key:
        raise DomainError(
            _("Il manque la clé des sauvegardes. Donnez une phrase d'au moins 20 caractères : BACKUP_KEY.")
        )
    if not target.parent.is_dir():
        raise DomainError(
            _("Le dossier « %(folder)s » n'existe pas : créez-le, puis recommencez.", folder=target.parent)
        )


def _fill(archive: Writer, copy: Path, *, secret: bool) -> None:
    archive.add_file(copy.name, copy)
    if secret:
        archive.add(SECRET_KEY, _settings().secret_key.encode())
    for name in _keys():
        try:
            stream, size = storage().open(name)
        except MissingFile:
            continue  # swept meanwhile: no row spoke of it
        with closing(stream):
            archive.add_stream(FILES + name, stream, size)


def unwritten(target: Path, error: Exception) -> DomainError:
    """The refusal that says why a file could not be written beside `target`."""
    number = getattr(error, "errno", None)
    if number in _FULL or "disk is full" in str(error):
        return DomainError(
            _("La sauvegarde ne s'est pas faite : il n'y a plus de place dans « %(folder)s ». Libérez-en, ou choisissez un autre dossier.", folder=target.parent)
        )  # fmt: skip
    return DomainError(
        _("La sauvegarde ne s'est pas faite : « %(folder)s » ne s'écrit pas (%(error)s). Vérifiez ce dossier, puis recommencez.",
          folder=target.parent, error=getattr(error, "strerror", None) or str(error))
    )  # fmt: skip


def _keys() -> Iterator[str]:
    return (key for key in storage().keys(_EVERY_FILE) if not key.endswith(".part"))


def _version() -> str:
    return str(tomllib.loads(_PROJECT.read_text(encoding="utf-8"))["project"]["version"])


def restore(source: Path, *, force: bool, key: str = "") -> tuple[Manifest, str]:
    """Put a backup in place of this installation, then bring its tables to this program's version. Raises DomainError.

    Nothing is touched before the whole file was read and found good. Files come first: a failure in between leaves the
    present database with more bytes than it speaks of. Returns what it held, and a sentence about the secret key or "".
    """
    manifest = checked(source, key)
    _refuse_unfit(manifest)
    with _stopped():
        if not force and not (database.is_empty() and next(_keys(), None) is None):
            raise Conflict(
                _(
                    "Cette installation n'est pas vide : ajoutez --force pour remplacer ce qu'elle contient par la sauvegarde."
                )
            )
        with tempfile.TemporaryDirectory(prefix=".restore-", dir=_settings().data_dir) as folder:
            copy, secret = _unpacked(source, Path(folder), key)
            database.restore_from(copy)
        upgrade(directory=current_app.extensions["migrate"].directory)
        db.engine.dispose()
        forget_all()
        said = keys.put_back(_settings(), secret) if secret else ""
    return manifest, said


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


def _unpacked(source: Path, folder: Path, key: str) -> tuple[Path, str]:
    """Write every stored file in its place; returns the copy of the database, in `folder`, and the secret key or ""."""
    copy, secret = folder / DATABASES[database.kind()], ""
    for name, stream in members(source, key):
        if name.startswith(FILES):
            storage().write_from(name.removeprefix(FILES), stream)
        elif name == SECRET_KEY:
            secret = stream.read().decode()
        elif name == copy.name:
            with copy.open("wb") as out:
                shutil.copyfileobj(stream, out, 1 << 20)
    return copy, secret


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
