"""What the sections of loans in figures are made of, read when one of them asks for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from app.core import clock
from app.insights.queries import fleet, profits, repairers, requests
from app.insights.queries.filters import Filters
from app.insights.queries.fleet import Unit, Usage
from app.insights.queries.profits import Debt, Profits
from app.insights.queries.repairers import SentOut
from app.insights.queries.requests import Wanted
from app.insights.views.sections import Section
from app.lending.states import ChargeKind, IncidentState

#: What it brings in and costs is for who sees margins and debts of the sales reports.
VIEW, COST, OWED, SHARE = "loan.view", "catalog.cost", "payment.view", "repairer.share"


@dataclass
class Figures:
    """What the sections are made of, read when one of them asks for it. `whole`: every row, for the export."""

    filters: Filters
    now: datetime
    whole: bool = False

    @property
    def today(self) -> date:
        """The day of `now`."""
        return clock.local(self.now).date()

    @cached_property
    def fleet(self) -> list[Unit]:
        """Our things, those that left included."""
        return fleet.units(self.filters)

    @cached_property
    def families(self) -> dict[str, list[int]]:
        """The units of each family, by its name."""
        found: dict[str, list[int]] = {}
        for unit in self.fleet:
            found.setdefault(unit.family, []).append(unit.id)
        return found

    def of_family(self, family_id: int) -> list[int]:
        """The units of a family and of those below it."""
        line = set(fleet.families_under(family_id))
        return [unit.id for unit in self.fleet if unit.family_id in line]

    @cached_property
    def usage(self) -> Usage:
        """What each did with its days."""
        return fleet.usage(self.filters, self.fleet, self.now)

    @cached_property
    def wanted(self) -> list[Wanted]:
        """What could not be lent."""
        return requests.requests(self.filters)

    @cached_property
    def profits(self) -> Profits:
        """What each brought in and cost."""
        return profits.profits(self.filters, self.fleet)

    @cached_property
    def harms(self) -> dict[int, dict[IncidentState, int]]:
        """What went wrong with each."""
        return profits.harms(self.filters)

    @cached_property
    def unpaid(self) -> dict[ChargeKind, Debt]:
        """What borrowers owe."""
        return profits.unpaid(self.filters, self.today)

    @cached_property
    def sent_out(self) -> list[SentOut]:
        """The repairs sent out, by repairer."""
        return repairers.sent_out(self.filters)


@dataclass(frozen=True, slots=True)
class Kind:
    """A section that may be asked for; `right` opens it, `shown` tells whether this house has such a thing."""

    key: str
    right: str
    make: Callable[[Figures], Section]
    shown: Callable[[], bool] = lambda: True
