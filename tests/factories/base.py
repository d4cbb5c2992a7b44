"""What factories share."""

import itertools
from typing import TypeVar

from app.core.db import Base, db, transaction

R = TypeVar("R", bound=Base)
_counter = itertools.count(1)


def serial() -> int:
    """A number never given before in this process."""
    return next(_counter)


def saved(row: R) -> R:
    """Write the row."""
    with transaction():
        db.session.add(row)
    return row
