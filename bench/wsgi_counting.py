"""The application with the number of its SQL statements in a header of each answer: for a pass of its own, never timed."""

import threading
from collections.abc import Callable, Iterable
from typing import Any

import sqlalchemy as sa

from app.factory import create_app

_seen = threading.local()


@sa.event.listens_for(sa.Engine, "before_cursor_execute")
def _count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
    if not statement.lstrip().upper().startswith(("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE", "ROLLBACK")):
        _seen.queries = getattr(_seen, "queries", 0) + 1


class Counting:
    """WSGI: begin at zero, answer with `X-Queries`. Bodies are complete before the header is written."""

    def __init__(self, inner: Callable[..., Iterable[bytes]]) -> None:
        self.inner = inner

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        _seen.queries = 0

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            return start_response(status, [*headers, ("X-Queries", str(_seen.queries))], *more)

        return self.inner(environ, start)


app = Counting(create_app())
