"""Brings the database up to date before anything uses it: `python -m app.supervisor.prepare`, run by the supervisor.

Ends with 0, or with `REFUSED` after one French sentence on its last line. A database that is already as it should be is
recognised without loading the application, so that a second start is quick.
"""

import ast
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from app.core.config import Settings, load_settings
from app.supervisor.logs import SAY
from app.supervisor.plan import REFUSED, ROOT

if TYPE_CHECKING:
    from alembic.script import ScriptDirectory

VERSIONS = ROOT / "migrations" / "versions"
#: Any number will do, as long as every instance asks PostgreSQL for the same one.
MIGRATION_LOCK = 7_230_114


class Refusal(Exception):
    """The database cannot be used; the message is one French sentence."""


def main() -> int:
    """Prepare, and return the exit status."""
    settings = load_settings()
    if _is_ready(settings):
        return 0
    try:
        _prepare(settings)
    except Refusal as refusal:
        print(refusal, flush=True)
        return REFUSED
    return 0


# --- the quick way: is there anything to do? -------------------------------------------------------------------------


def _is_ready(settings: Settings) -> bool:
    """True when an SQLite database has the program's version and somebody in it. Never true by mistake."""
    path = _sqlite_path(settings)
    if path is None or not path.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            found = {row[0] for row in connection.execute("SELECT version_num FROM alembic_version")}
            return found == program_heads() and (not settings.demo or _has_organisation(connection))
    except sqlite3.Error:
        return False


def _has_organisation(connection: sqlite3.Connection) -> bool:
    return connection.execute("SELECT 1 FROM organisation LIMIT 1").fetchone() is not None


def program_heads(versions: Path = VERSIONS) -> set[str]:
    """The newest revisions among the migration files, read without running them."""
    revisions: set[str] = set()
    parents: set[str] = set()
    for path in versions.glob("*.py"):
        names = dict(_constants(path))
        revisions.update(names["revision"])
        parents.update(names["down_revision"])
    return revisions - parents


def _constants(path: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """`revision` and `down_revision` of one migration file, each as a tuple (a merge has several parents)."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        target = node.targets[0] if isinstance(node, ast.Assign) else getattr(node, "target", None)
        value = getattr(node, "value", None)
        if isinstance(target, ast.Name) and target.id in {"revision", "down_revision"} and value is not None:
            constant = ast.literal_eval(value)
            yield target.id, (constant,) if isinstance(constant, str) else tuple(constant or ())


# --- the whole way ---------------------------------------------------------------------------------------------------


def _prepare(settings: Settings) -> None:
    from app.accounts.models import Organisation
    from app.core.db import db
    from app.factory import create_app

    with create_app(settings).app_context():
        with _alone():
            _migrate(settings)
            _load_towns()
        empty = db.session.query(Organisation.id).first() is None
        db.session.rollback()
        db.engine.dispose()
    if settings.demo and empty:
        _load_demonstration()


@contextmanager
def _alone() -> Iterator[None]:
    """On PostgreSQL several machines may start together: one migrates, the others wait for it."""
    from sqlalchemy.exc import OperationalError

    from app.core.db import db

    try:
        connection = db.engine.connect()
    except OperationalError as error:
        raise Refusal(f"DATABASE_URL : la base de données ne répond pas ({_first_line(error.orig)}).") from error
    with connection:
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql(f"SELECT pg_advisory_lock({MIGRATION_LOCK})")
        connection.rollback()
        yield


def _load_towns() -> None:
    """The towns of France, once: `flask towns load` brings them up to date later. Without the package, zones wait for it."""
    from app.core.db import transaction
    from app.tariffs.queries import town_count
    from app.tariffs.services import PACKAGE, load_towns

    if PACKAGE.exists() and not town_count():
        with transaction():
            load_towns(PACKAGE)


def _migrate(settings: Settings) -> None:
    """Upgrade to the program's revision. A newer database is refused; a failed upgrade leaves it as it was."""
    from flask import current_app
    from flask_migrate import upgrade

    script = _script()
    found, wanted = _database_heads(), set(script.get_heads())
    if found == wanted:
        return
    _refuse_newer(script, found)
    safe = _set_aside(settings, found)
    try:
        upgrade(directory=current_app.extensions["migrate"].directory)
    except Exception as error:
        _put_back(settings, safe)
        raise Refusal(
            f"La mise à niveau de la base a échoué ({type(error).__name__} : {_first_line(error)}) : la base est restée "
            "comme avant ; revenez à la version précédente d'Établi ou signalez cette anomalie."
        ) from error


def _script() -> "ScriptDirectory":
    from alembic.script import ScriptDirectory
    from flask import current_app

    return ScriptDirectory.from_config(current_app.extensions["migrate"].migrate.get_config())


def _database_heads() -> set[str]:
    from alembic.runtime.migration import MigrationContext

    from app.core.db import db

    with db.engine.connect() as connection:
        return set(MigrationContext.configure(connection).get_current_heads())


def _refuse_newer(script: "ScriptDirectory", found: set[str]) -> None:
    known = {revision.revision for revision in script.walk_revisions()}
    unknown = found - known
    if unknown:
        raise Refusal(
            f"La base vient d'une version plus récente d'Établi (révision {', '.join(sorted(unknown))}) : "
            "installez cette version, ou restaurez une sauvegarde faite avec celle-ci."
        )


def _sqlite_path(settings: Settings) -> Path | None:
    name, _, path = settings.database_url.partition(":///")
    return Path(path) if name == "sqlite" else None


def _set_aside(settings: Settings, found: set[str]) -> Path | None:
    """Copy an SQLite database that holds something before it is changed; PostgreSQL takes a failed upgrade back itself."""
    path = _sqlite_path(settings)
    if path is None or not found:
        return None
    copy = path.with_name(f"{path.stem}-avant-{'-'.join(sorted(found))}.db")
    _copy_database(path, copy)
    copy.chmod(0o600)
    return copy


def _put_back(settings: Settings, safe: Path | None) -> None:
    path = _sqlite_path(settings)
    if path is not None and safe is not None:
        _copy_database(safe, path)


def _copy_database(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as reader, closing(sqlite3.connect(target)) as writer:
        reader.backup(writer)


def _load_demonstration() -> None:
    print(f"{SAY}Chargement de la démonstration (une minute environ, la première fois seulement)…", flush=True)
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "demo", "load", "--scale", "1"]
    if subprocess.run(command, cwd=ROOT, env=os.environ, check=False).returncode:  # noqa: S603  (argv is ours)
        raise Refusal("Le chargement de la démonstration a échoué : le détail est dans logs/prepare.log.")


def _first_line(error: object) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__


if __name__ == "__main__":
    sys.exit(main())
