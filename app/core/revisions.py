"""Revisions: small counters that say when something changed, so that processes may keep a cache and pages may poll.

`bump("settings")` counts one more at the end of the transaction; `revision("settings")` costs one query a request,
or a transaction of a job, for all of them.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import g, has_request_context
from sqlalchemy import event, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Base, before_commit, db, is_before_commit, is_sqlite, kept_in_transaction

T = TypeVar("T")

KEPT_AT_MOST = 500  # results of one function, by its arguments
_READ = "etabli_revisions"


class Revision(Base):
    """How many times the thing of that name changed."""

    __tablename__ = "revision"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(default=0)


def bump(name: str) -> None:
    """Count a change; written last in the transaction, so that the counter's row is locked as briefly as can be."""
    before_commit(name, lambda: _count(name))


def _count(name: str) -> None:
    dialect = sqlite if is_sqlite() else postgresql
    insert = dialect.insert(Revision).values(name=name, value=1)
    db.session.execute(insert.on_conflict_do_update(index_elements=[Revision.name], set_={"value": Revision.value + 1}))
    place = _place()
    if place is not None:
        place.pop(_READ, None)


_followed: dict[type[Any], str] = {}


def follow(name: str, *models: type[Any]) -> None:
    """Start-up: count a change of `name` whenever a row of these models is written through the session."""
    _followed.update(dict.fromkeys(models, name))


@event.listens_for(Session, "before_flush")
def _bump_followed(session: Session, *_: object) -> None:
    for item in (*session.new, *session.dirty, *session.deleted):
        if type(item) in _followed:
            bump(_followed[type(item)])


class _Counters(dict[str, int]):
    """The counters of one database."""

    database: int


_COUNTERS = select(Revision.name, Revision.value)


def _counters() -> _Counters:
    """Every counter; read once a request, elsewhere once a transaction."""
    place = _place()
    found: _Counters | None = place.get(_READ) if place is not None else None
    if found is None:
        found = _Counters(db.session.execute(_COUNTERS).all())
        found.database = id(db.engine)
        if place is not None:
            place.setdefault(_READ, found)
    return found


def _place() -> Any:
    """Where the counters read are kept: with `get`, `setdefault` and `pop`; None where nothing says when they end."""
    return g if has_request_context() else kept_in_transaction()


def revision(name: str) -> int:
    """The counter of that name, 0 before the first change."""
    return _counters().get(name, 0)


def pending(name: str) -> bool:
    """True when the present transaction changed the thing of that name: what is kept then no longer holds for it."""
    session = db.session()
    return is_before_commit(name) or any(
        _followed.get(type(item)) == name for item in (*session.new, *session.dirty, *session.deleted)
    )


_caches: list[dict[Any, Any]] = []


def forget_all() -> None:
    """Drop every cache: when the counters themselves went back in time (a database restored, a test rolled back)."""
    for cache in _caches:
        cache.clear()


def kept_until(*names: str) -> Callable[[Callable[..., T]], Callable[..., T]]:
    """Keep a function's results in the process until one of these revisions changes (per database)."""

    def decorate(function: Callable[..., T]) -> Callable[..., T]:
        kept: dict[Any, tuple[tuple[object, ...], T]] = {}

        @wraps(function)
        def wrapper(*args: Any) -> T:
            counts = _counters()
            state = (counts.database, *[counts.get(name, 0) for name in names])
            found = kept.get(args)
            if found and found[0] == state:
                return found[1]
            value = function(*args)
            if len(kept) >= KEPT_AT_MOST:
                kept.clear()
            kept[args] = (state, value)
            return value

        _caches.append(kept)
        wrapper.forget = kept.clear  # type: ignore[attr-defined]
        return wrapper

    return decorate
