"""Background work of the ledger."""

from app.ledger.services.posting import catch_up as write_missing


def catch_up() -> None:
    """Periodic: write the entries that are missing."""
    write_missing()
