"""Periodic work of the catalogue."""

from app.catalog import services
from app.core.db import transaction


def follow_rates() -> None:
    """The day a new VAT rate begins, make again the prices that follow; any other day, nothing changes."""
    with transaction():
        services.follow_rates()
