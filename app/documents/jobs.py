"""Periodic work on stored files."""

from app.documents import services


def sweep_orphans() -> None:
    """Every night: delete bytes whose row was never written."""
    services.sweep_orphans()
