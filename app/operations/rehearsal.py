"""The rehearsal of a restore: in a process and a data folder of its own, with a scratch database, then verified.

`python -m app.operations.rehearsal FILE` does it and prints one line of JSON; `rehearse` starts that process. Nothing of the
real installation is within its reach: neither its data folder, nor its database, nor its mail.
"""

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from app.core.config import EXAMPLES, Settings, load_settings
from app.core.errors import DomainError
from app.core.i18n import _

_ROOT = Path(__file__).resolve().parents[2]
#: A very large house takes minutes; a process that hangs must end.
_PATIENCE = 3 * 3600


@dataclass(slots=True)
class Rehearsal:
    """What was put back, and what is wrong with it (French sentences; [] when the house is whole)."""

    rows: int = 0
    files: int = 0
    faults: list[str] = field(default_factory=list)


def rehearse(file: Path, settings: Settings) -> Rehearsal:
    """Put a backup back in a scratch place and verify it. Raises DomainError when even that cannot be tried."""
    with tempfile.TemporaryDirectory(prefix=".rehearsal-", dir=settings.data_dir) as name:
        folder = Path(name)
        with _scratch_database(settings, folder) as url:
            done = subprocess.run(  # noqa: S603  (argv is ours)
                [sys.executable, "-m", "app.operations.rehearsal", str(file.resolve())], cwd=folder, check=False,
                env=_environment(settings, folder, url), capture_output=True, text=True, timeout=_PATIENCE,
            )  # fmt: skip
    lines = done.stdout.strip().splitlines()
    if done.returncode or not lines:
        said = done.stderr.strip().splitlines()
        raise DomainError(_("La répétition s'est arrêtée : %(error)s", error=said[-1] if said else done.returncode))
    return Rehearsal(**json.loads(lines[-1]))


def _environment(settings: Settings, folder: Path, url: str) -> dict[str, str]:
    """Ours without its settings; no `.env` is read, since the process works in the scratch folder."""
    kept = {name: value for name, value in os.environ.items() if name not in EXAMPLES}
    return kept | {
        "PYTHONPATH": str(_ROOT), "ETABLI_DATA_DIR": str(folder / "data"), "DATABASE_URL": url, "DEMO": "0",
        "SECRET_KEY": settings.secret_key, "BACKUP_KEY": settings.backup_key,
    }  # fmt: skip


@contextmanager
def _scratch_database(settings: Settings, folder: Path) -> Iterator[str]:
    if settings.database_url.startswith("sqlite"):
        yield f"sqlite:///{folder / 'essai.db'}"
        return
    url = make_url(settings.database_url)
    name = f"etabli_essai_{secrets.token_hex(4)}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        try:
            with engine.connect() as connection:
                connection.execute(text(f"create database {name}"))
        except SQLAlchemyError as error:
            raise DomainError(
                _("La répétition demande le droit de créer une base d'essai : « alter role %(user)s createdb » sur PostgreSQL.", user=url.username)
            ) from error  # fmt: skip
        try:
            yield url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
        finally:
            with engine.connect() as connection:
                connection.execute(text(f"drop database if exists {name} with (force)"))
    finally:
        engine.dispose()


# --- in the process of its own ----------------------------------------------------------------------------------------


def main(file: Path) -> int:
    """Restore, verify, count, print."""
    from app.factory import create_app

    settings = load_settings()
    app = create_app(settings)
    with app.app_context():
        try:
            found = _tried(file, settings)
        except DomainError as error:
            found = Rehearsal(faults=[error.message])
    print(json.dumps(asdict(found)))  # noqa: T201  the answer to the process that asked
    return 0


def _tried(file: Path, settings: Settings) -> Rehearsal:
    from app.operations import checks, database
    from app.operations.archive import FILES
    from app.operations.backup import restore

    manifest, _said = restore(file, force=False, key=settings.backup_key)
    present = database.counts()
    faults = [
        _("%(table)s : %(found)s lignes au lieu de %(wanted)s", table=table, found=present.get(table, 0), wanted=wanted)
        for table, wanted in manifest.counts.items()
        if present.get(table, 0) != wanted and table != "alembic_version"
    ]
    for check in checks.CHECKS:
        if check.serious:
            faults += [f"{check.label} : {fault}" for fault in check.find()]
    files = sum(name.startswith(FILES) for name in manifest.members)
    return Rehearsal(sum(present.values()), files, faults[: checks.SHOWN])


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
