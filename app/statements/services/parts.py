"""The part of a stay that a month counts. Parts of an amount always add up to it."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from app.core.money import round_half_up
from app.statements.models import WHOLE, Month, Stay, Terms
from app.statements.states import Across


@dataclass(frozen=True)
class Part:
    """Nights `before` to `until` of a stay of `total`: the whole of it, unless each month counts its own nights."""

    before: int
    until: int
    total: int

    @property
    def nights(self) -> int:
        """How many nights it holds."""
        return self.until - self.before

    @property
    def whole(self) -> bool:
        """Whether it is the whole stay."""
        return self.nights == self.total

    def of(self, cents: int, share: int = WHOLE) -> int:
        """Its part of `share` basis points of an amount of the stay, in cents: what is due up to its end less what was before."""
        return self._up_to(self.until, cents, share) - self._up_to(self.before, cents, share)

    def _up_to(self, nights: int, cents: int, share: int) -> int:
        return round_half_up(Decimal(cents) * nights * share / (self.total * WHOLE))


#: What is not counted by nights.
ALL = Part(0, 1, 1)


def part_of(stay: Stay, terms: Terms, month: Month) -> Part | None:
    """The part of the stay that the month counts under these terms; None when it is another month's."""
    total = stay.nights
    if terms.across is not Across.NIGHTS:
        day = stay.arrival if terms.across is Across.ARRIVAL else stay.departure
        return Part(0, total, total) if Month.of(day) == month else None
    first = max(stay.arrival, month.first)
    after = min(stay.arrival + timedelta(days=total), month.next.first)
    if after <= first:
        return None
    return Part((first - stay.arrival).days, (after - stay.arrival).days, total)
