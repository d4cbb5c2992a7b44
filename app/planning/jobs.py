"""What time does to bookings."""

from app.core.db import transaction
from app.planning import services


def free_lapsed() -> int:
    """Free the slots held by a form that nobody finished; how many. Safe to run twice."""
    with transaction():
        return services.end_lapsed_holds()
