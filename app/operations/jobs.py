"""Background work of operations."""

from app.core import journals
from app.core.db import transaction
from app.operations import scheduled


def seal_rows() -> None:
    """Periodic: seal the rows added since the last time, one table a transaction."""
    for table in journals.JOURNALS:
        with transaction():
            journals.seal_new(table)


def back_up_nightly() -> None:
    """Periodic: ask for the back-up of the night."""
    with transaction():
        scheduled.ask_nightly()


def back_up_missed() -> None:
    """Periodic, at start: ask for the back-up of a night when nothing ran."""
    with transaction():
        scheduled.ask_nightly(catching_up=True)


def take_backup(backup_id: int) -> None:
    """Take one that was asked for."""
    scheduled.take(backup_id)


def rehearse_backup(backup_id: int) -> None:
    """Put one back somewhere else, to know that it can be."""
    scheduled.try_restore(backup_id)


def watch_backups() -> None:
    """Periodic: tell the managers of a back-up that failed or is old."""
    with transaction():
        scheduled.warn()
