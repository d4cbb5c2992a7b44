"""Who acts: history rows name the actor without a foreign key, so that nobody's leaving erases the past."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """`kind` is "user", "contact" or "system"; `id` is the row's, None for the system."""

    kind: str
    id: int | None
    name: str


SYSTEM = Actor("system", None, "Établi")
_current: ContextVar[Actor] = ContextVar("actor", default=SYSTEM)


def current_actor() -> Actor:
    """The actor of this unit of work; the system in jobs and commands."""
    return _current.get()


def set_actor(actor: Actor) -> None:
    """Name the actor of this request."""
    _current.set(actor)


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """Act as somebody for the length of a block."""
    token = _current.set(actor)
    try:
        yield
    finally:
        _current.reset(token)
