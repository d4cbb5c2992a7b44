"""Jobs of exchange."""

from app.exchange import services
from app.exchange.services import prices


def work(run_id: int) -> None:
    """Check and write an import."""
    services.work(run_id)


def prices_work(update_id: int) -> None:
    """Compare or apply a supplier's price list."""
    prices.work(update_id)
