"""How a family may be booked: its rule, or that of the nearest family above it."""

from dataclasses import dataclass

from app.assets.queries.by_family import ByFamily
from app.core.revisions import kept_until
from app.planning.models import BookingRule


@dataclass(frozen=True, slots=True)
class Rules:
    """Buffers in minutes, notice and life of an option in hours, reach and length in days."""

    buffer_before: int = 0
    buffer_after: int = 0
    notice_hours: int = 0
    ahead_days: int = 365
    longest_days: int = 366
    option_hours: int = 48
    by_member: bool = True


Buffers = tuple[int, int]  # minutes before, after
RULES = ByFamily("booking_rules", BookingRule, Rules)


def rules_of(family_id: int | None) -> Rules:
    """The rules of a family."""
    return RULES.of(family_id)


@kept_until(RULES.key, "families")
def families_by_buffers() -> tuple[tuple[Buffers, tuple[int, ...] | None], ...]:
    """((minutes before, minutes after), families) for each; None stands for all when they have the same."""
    found: dict[tuple[int, int], list[int]] = {}
    for family_id, rules in RULES.each().items():
        found.setdefault((rules.buffer_before, rules.buffer_after), []).append(family_id)
    if len(found) < 2:
        return tuple((buffers, None) for buffers in found or [(0, 0)])
    return tuple((buffers, tuple(families)) for buffers, families in found.items())
