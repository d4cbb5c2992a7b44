"""Reads of outside repairers and of what is sent out to them."""

from app.core.settings import setting
from app.repairers.queries.jobs import job_by_number, job_of, own_job, repair_for
from app.repairers.queries.profiles import names, own_id, profile_of, repairer_by_id

__all__ = [
    "active", "job_by_number", "job_of", "names", "own_id", "own_job", "profile_of", "repair_for", "repairer_by_id",
]  # fmt: skip


def active() -> bool:
    """True where repairs are sent out to others: nothing of it is shown elsewhere."""
    return bool(setting("repairers.active"))
