"""Jobs of exchange."""

from app.exchange import services


def work(run_id: int) -> None:
    """Check and write an import."""
    services.work(run_id)
