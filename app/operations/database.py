"""A consistent copy of the database while the site writes, and the way back: SQLite by its backup API, PostgreSQL by its tools.

PostgreSQL's password goes by the environment, never on a command line that other users could read.
"""

import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import Connection, inspect

from app.core.db import db, is_sqlite
from app.core.errors import DomainError
from app.core.i18n import _

#: Functions that migrations made, which go with the tables; those of extensions stay.
_FUNCTIONS = """
select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname = current_schema() and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e')"""


def kind() -> str:
    """ "sqlite" or "postgresql"."""
    return db.engine.dialect.name


def copy_to(target: Path) -> dict[str, int]:
    """Copy the database to a file as it is at one moment; returns rows by table. Raises DomainError."""
    return _copy_sqlite(target) if is_sqlite() else _dump_postgres(target)


def restore_from(source: Path) -> None:
    """Replace the whole database by this copy, or leave it as it was. Raises DomainError."""
    db.session.rollback()
    db.engine.dispose()
    if is_sqlite():
        _restore_sqlite(source)
    else:
        _restore_postgres(source)
    db.engine.dispose()


def is_empty() -> bool:
    """True when nobody uses this database yet: no table, or neither organisation nor user."""
    tables = set(inspect(db.engine).get_table_names())
    with db.engine.connect() as connection:
        return not any(table in tables and _count(connection, table) for table in ("organisation", "user"))


def counts() -> dict[str, int]:
    """Rows by table, as a manifest gives them."""
    with db.engine.connect() as connection:
        tables = sorted(inspect(connection).get_table_names())
        return {table: _count(connection, table) for table in tables if not table.startswith("search_fts")}


def _count(connection: Connection, table: str) -> int:
    quoted = connection.dialect.identifier_preparer.quote_identifier(table)
    return int(connection.exec_driver_sql(f"select count(*) from {quoted}").scalar_one())  # noqa: S608  (a table's own name)


# --- SQLite -----------------------------------------------------------------------------------------------------------


def _sqlite_path() -> Path:
    return Path(db.engine.url.database or "")


def _copy_sqlite(target: Path) -> dict[str, int]:
    with closing(sqlite3.connect(_sqlite_path())) as reader, closing(sqlite3.connect(target)) as writer:
        reader.backup(writer)
        writer.execute("pragma journal_mode = delete")  # one whole file, nothing beside it
        tables = [row[0] for row in writer.execute("select name from sqlite_master where type = 'table' order by name")]
        shown = [name for name in tables if not name.startswith(("sqlite_", "search_fts"))]
        return {name: writer.execute(f'select count(*) from "{name}"').fetchone()[0] for name in shown}  # noqa: S608


def _restore_sqlite(source: Path) -> None:
    path = _sqlite_path()
    path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    with closing(sqlite3.connect(source)) as reader, closing(sqlite3.connect(path, timeout=15)) as writer:
        if not _sound(reader):
            raise DomainError(_("La base de cette sauvegarde est abîmée. Prenez une autre sauvegarde."))
        reader.backup(writer)


def _sound(reader: sqlite3.Connection) -> bool:
    try:
        return bool(reader.execute("pragma quick_check").fetchone()[0] == "ok")
    except sqlite3.DatabaseError:
        return False


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


def _dump_postgres(target: Path) -> dict[str, int]:
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        program = tool("pg_dump", server=_server(connection))
        snapshot = connection.exec_driver_sql("select pg_export_snapshot()").scalar_one()
        counts = {table: _count(connection, table) for table in sorted(inspect(connection).get_table_names())}
        _run(
            [program, "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}"]
        )
    return counts


def _restore_postgres(source: Path) -> None:
    """In one transaction: drop what is there, play the dump."""
    script, cleaning = source.with_suffix(".sql"), source.with_name("cleaning.sql")
    quote = db.engine.dialect.identifier_preparer.quote_identifier
    dropped = [f"drop table if exists {quote(table)} cascade;" for table in inspect(db.engine).get_table_names()]
    with db.engine.connect() as connection:
        server = _server(connection)
        dropped += [
            f"drop function if exists {name} cascade;" for name in connection.exec_driver_sql(_FUNCTIONS).scalars()
        ]
    program = tool("pg_restore", server=server)
    _run([program, "--no-owner", "--no-privileges", "--no-comments", f"--file={script}", str(source)])
    cleaning.write_text("\n".join(dropped), encoding="utf-8")
    db.engine.dispose()
    _run(
        [
            tool("psql"),
            "--no-psqlrc",
            "--quiet",
            "--single-transaction",
            "--set=ON_ERROR_STOP=1",
            f"--file={cleaning}",
            f"--file={script}",
        ]
    )


def tool(name: str, *, server: int = 0) -> str:
    """The path of one of PostgreSQL's programs, no older than the `server` (its major version).

    Raises DomainError that names the package to install.
    """
    found = shutil.which(name)
    if found is None:
        raise DomainError(
            _("Le programme %(name)s manque sur cette machine : installez le paquet postgresql-client, puis recommencez.", name=name)
        )  # fmt: skip
    if server and (version := _version(found)) < server:
        raise DomainError(
            _("Le programme %(name)s est de la version %(version)s et le serveur de la version %(server)s : installez le paquet postgresql-client-%(server)s, puis recommencez.",
              name=name, version=version, server=server)
        )  # fmt: skip
    return found


def _version(program: str) -> int:
    """The major version that a program says of itself."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603  (argv is ours)
    found = re.search(r"\d+", said)
    return int(found[0]) if found else 0


def _server(connection: Connection) -> int:
    """The major version of the server."""
    return int(connection.exec_driver_sql("show server_version_num").scalar_one()) // 10_000


def _run(argv: list[str]) -> None:
    env = {**os.environ, **_where()}
    done = subprocess.run(argv, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=False)  # noqa: S603  (argv is ours)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise DomainError(
            _(
                "%(tool)s s'est arrêté : %(error)s",
                tool=Path(argv[0]).name,
                error=said[0] if said else str(done.returncode),
            )
        )


def _where() -> dict[str, str]:
    """The server as PostgreSQL's tools want it told; parameters after « ? » keep their libpq names."""
    url = db.engine.url
    query = {
        f"PG{name.upper()}": str(value)
        for name, value in url.query.items()
        if name in ("host", "port", "sslmode", "sslrootcert")
    }
    parts = {
        "PGHOST": url.host,
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    return query | {name: str(value) for name, value in parts.items() if value}
