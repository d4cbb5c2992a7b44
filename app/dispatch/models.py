"""The plain data of the sharing of repairs, in and out: no tables.

Times are minutes of work and calendar dates; money is in cents; a cost is in thousandths of a point, so that every sum
is exact.
"""

from dataclasses import dataclass, field
from datetime import date

from app.dispatch.states import Criterion

#: Thousandths in a point: the unit of every cost and weight.
POINT = 1000


@dataclass(frozen=True)
class Weights:
    """What each criterion counts, in thousandths of a point. The manager sets them; 0 forgets a criterion."""

    #: for a day late of a repair of priority 1 (a priority of 3 counts three times)
    lateness: int = 10 * POINT
    #: for an hour of work, by slice of 5 % of his capacity that the repairer already has
    load: int = POINT // 5
    #: for a euro
    cost: int = POINT // 10
    #: for a kilometre
    distance: int = POINT // 10
    #: for a return or a delay in a hundred past repairs
    quality: int = POINT // 5


@dataclass(frozen=True)
class Place:
    """Where something is: a town, better with its coordinates in degrees."""

    town: str = ""
    latitude: float | None = None
    longitude: float | None = None


@dataclass(frozen=True)
class Repair:
    """A repair to entrust. `repairer` is the one proposed so far; `accepted`, he has said yes and keeps it."""

    id: str
    family: str
    minutes: int
    #: the first day it can be worked on; today when absent or past
    earliest: date | None = None
    #: the last day on which it may be finished without harm: the eve of the next booking
    due: date | None = None
    #: 1 (ordinary) to 5
    priority: int = 1
    #: the level of skill it asks for
    level: int = 1
    #: where it is, the organisation's place when absent
    place: Place | None = None
    repairer: str | None = None
    accepted: bool = False
    #: repairers who said no
    declined: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Skill:
    """What a repairer knows of a family: his level, his standard lead time in days, his price if it is not by the hour."""

    level: int = 1
    lead_days: int = 0
    cents: int | None = None


@dataclass(frozen=True)
class Closure:
    """Days when he does not work, both included."""

    first: date
    last: date


@dataclass(frozen=True)
class Repairer:
    """A repairer: what he can do, when he works, what he costs, where he is, how his past repairs went."""

    id: str
    name: str
    #: by family, as `Repair.family` writes it
    skills: dict[str, Skill]
    weekly_minutes: int
    #: days of the week he works, Monday is 0
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    closures: tuple[Closure, ...] = ()
    #: work already on his bench that is in no repair of the problem: he does it first
    load_minutes: int = 0
    hourly_cents: int = 0
    place: Place | None = None
    #: how far he is from the organisation's place, when somebody said so
    metres: int | None = None
    #: in a thousand past repairs: those that came back, those given back late
    returned: int = 0
    late: int = 0


@dataclass(frozen=True)
class Problem:
    """Repairs to share among repairers on a day. The order of both lists has no effect."""

    today: date
    repairs: tuple[Repair, ...]
    repairers: tuple[Repairer, ...]
    weights: Weights = field(default_factory=Weights)
    #: the capacity that a load is a share of: the hours open in so many weeks from today
    horizon_weeks: int = 4
    place: Place = field(default_factory=Place)
    #: counted when the distance cannot be known, in metres
    unknown_metres: int = 30_000


# --- answers ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """What one criterion adds to the cost of a choice: thousandths of a point, and what it is in words."""

    criterion: Criterion
    cost: int
    words: str


@dataclass(frozen=True)
class Facts:
    """What the words of a choice are made of."""

    late_days: int  # of this repair
    delays: int  # its lateness cost to others of the same list
    share_before: int  # load over capacity, in thousandths
    share_after: int
    cents: int
    metres: int | None  # none: unknown
    returned: int
    late: int


@dataclass(frozen=True)
class Candidate:
    """What it costs to give a repair to a repairer, the others staying where they are. Its parts sum to its cost."""

    repairer: str
    cost: int
    finish: date
    parts: tuple[Part, ...]
    facts: Facts


@dataclass(frozen=True)
class Exclusion:
    """A repairer who cannot have it, and why."""

    repairer: str
    reason: str


@dataclass(frozen=True)
class Assignment:
    """What is said of a repair. `chosen` is none when nobody can have it, and `reason` says why."""

    repair: str
    chosen: Candidate | None
    reason: str
    #: a repairer had accepted it, or it was left where it was proposed: nothing was decided here
    kept: bool = False
    second: Candidate | None = None
    why_not: str = ""
    candidates: tuple[Candidate, ...] = ()
    excluded: tuple[Exclusion, ...] = ()

    @property
    def repairer(self) -> str | None:
        """Who has it."""
        return self.chosen.repairer if self.chosen else None


@dataclass(frozen=True)
class Load:
    """What a repairer has: work on his bench included, in minutes; the share of his capacity in thousandths."""

    repairer: str
    repairs: int
    minutes: int
    capacity: int
    share: int
    late_repairs: int
    late_days: int
    finish: date | None


@dataclass(frozen=True)
class Plan:
    """Every repair with its repairer. `cost` is the sum of `parts`, by criterion, for the repairs not yet accepted."""

    assignments: tuple[Assignment, ...]
    loads: tuple[Load, ...]
    cost: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Move:
    """A proposal that changes hands; `origin` is none for a repair that nobody had."""

    repair: str
    origin: str | None
    target: str


@dataclass(frozen=True)
class Rebalancing:
    """The two plans to compare before saying yes. Repairs that nobody had are only in `after`."""

    before: Plan
    after: Plan
    moves: tuple[Move, ...]
