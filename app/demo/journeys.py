"""The way of each ticket through its states, told backwards from where it stands today."""

from dataclasses import dataclass, field
from random import Random

from app.demo.worktime import DAY, WorkTime
from app.tickets.states import Outcome, TicketKind, TicketState, Waiting

T = TicketState
W = Waiting

WAYS: dict[str, tuple[TicketState, ...]] = {
    "accepted": (T.RECEIVED, T.DIAGNOSING, T.QUOTED, T.REPAIRING, T.CHECKING, T.READY, T.OUT),
    "revised": (T.RECEIVED, T.DIAGNOSING, T.QUOTED, T.DIAGNOSING, T.QUOTED, T.REPAIRING, T.CHECKING, T.READY, T.OUT),
    "direct": (T.RECEIVED, T.DIAGNOSING, T.REPAIRING, T.CHECKING, T.READY, T.OUT),
    "shipped": (T.RECEIVED, T.DIAGNOSING, T.QUOTED, T.REPAIRING, T.CHECKING, T.READY, T.SHIPPING, T.OUT),
    "refused": (T.RECEIVED, T.DIAGNOSING, T.QUOTED, T.READY, T.OUT),
    "expired": (T.RECEIVED, T.DIAGNOSING, T.QUOTED, T.DIAGNOSING, T.READY, T.OUT),
    "no_fault": (T.RECEIVED, T.DIAGNOSING, T.READY, T.OUT),
    "not_repairable": (T.RECEIVED, T.DIAGNOSING, T.READY, T.OUT),
    "software": (T.OPENED, T.IN_PROGRESS, T.SOLVED, T.CLOSED),
    "fleet": (T.RECEIVED, T.DIAGNOSING, T.REPAIRING, T.CHECKING, T.READY, T.OUT),
}
OUTCOMES = {
    "refused": Outcome.QUOTE_REFUSED, "expired": Outcome.ABANDONED, "no_fault": Outcome.NO_FAULT,
    "not_repairable": Outcome.NOT_REPAIRABLE,
}  # fmt: skip
KINDS = {"software": TicketKind.SOFTWARE, "fleet": TicketKind.FLEET}
# Of a hundred tickets that went out.
SHARES = {
    "accepted": 46, "direct": 22, "refused": 8, "no_fault": 4, "not_repairable": 3, "expired": 2, "revised": 3, "shipped": 2,
    "software": 6, "fleet": 4,
}  # fmt: skip
# Median working minutes spent in a state.
STAYS = {
    T.RECEIVED: 330, T.DIAGNOSING: 220, T.QUOTED: 800, T.REPAIRING: 400, T.CHECKING: 45, T.READY: 900, T.SHIPPING: 600,
    T.OPENED: 110, T.IN_PROGRESS: 480, T.SOLVED: 260,
}  # fmt: skip
UNANSWERED_STAY = 22 * DAY
# What is open now: way, state, what it waits for, how many at scale 1, age in working days from, to.
OPEN: tuple[tuple[str, TicketState, Waiting, int, float, float], ...] = (
    ("accepted", T.RECEIVED, W.NONE, 7, 0, 2.5),
    ("accepted", T.DIAGNOSING, W.NONE, 4, 0, 2),
    ("accepted", T.DIAGNOSING, W.MAKER, 1, 3, 9),
    ("expired", T.DIAGNOSING, W.NONE, 1, 4, 7),
    ("accepted", T.QUOTED, W.NONE, 7, 0.2, 8),
    ("accepted", T.REPAIRING, W.NONE, 4, 0, 2),
    ("direct", T.REPAIRING, W.NONE, 2, 0, 2),
    ("accepted", T.REPAIRING, W.PART, 3, 2, 9),
    ("accepted", T.REPAIRING, W.LABOUR, 1, 1, 3),
    ("accepted", T.REPAIRING, W.CLIENT, 1, 2, 5),
    ("accepted", T.CHECKING, W.NONE, 3, 0, 0.6),
    ("accepted", T.READY, W.NONE, 6, 0, 4),
    ("refused", T.READY, W.NONE, 2, 1, 5),
    ("direct", T.READY, W.NONE, 2, 26, 80),
    ("shipped", T.SHIPPING, W.NONE, 2, 0, 2),
    ("software", T.OPENED, W.NONE, 2, 0, 0.8),
    ("software", T.IN_PROGRESS, W.NONE, 2, 0, 2),
    ("software", T.IN_PROGRESS, W.CLIENT, 1, 1, 4),
    ("software", T.SOLVED, W.NONE, 1, 0, 2),
    ("fleet", T.RECEIVED, W.NONE, 1, 0, 2),
    ("fleet", T.REPAIRING, W.NONE, 1, 0, 2),
    ("fleet", T.REPAIRING, W.PART, 1, 3, 8),
    ("fleet", T.READY, W.NONE, 1, 0, 2),
)
NOTES = {
    W.PART: (
        "Courroie commandée, reçue mardi",
        "Pièce chez le fournisseur",
        "Dalle à commander",
        "Joint en rupture, autre fournisseur contacté",
    ),
    W.LABOUR: ("Attend le poste de soudure",),
    W.CLIENT: ("Mot de passe à demander", "Chargeur à rapporter"),
    W.MAKER: ("Accord du fabricant demandé",),
}
# Tickets by month, January first: fewer in August, more when schools and shops start again.
SEASONS = (1.05, 0.95, 1.0, 1.0, 1.05, 1.1, 0.75, 0.45, 1.35, 1.35, 1.3, 0.9)
# What a year earlier had of it.
YEARLY_SHARE = 0.66
# Of what came in lately, most is still open: less of it went out.
STILL_HERE_DAYS, STILL_HERE_SHARE = 14, 0.35


@dataclass(slots=True)
class Wait:
    """A wait within a state: working minutes from, to; `until` None when it still lasts."""

    reason: Waiting
    note: str
    since: int
    until: int | None


@dataclass(slots=True)
class Journey:
    """`steps` are (state, working minute of arrival), in order."""

    way: str
    steps: list[tuple[TicketState, int]]
    waits: list[Wait] = field(default_factory=list)

    @property
    def kind(self) -> TicketKind:
        """Of which path it is."""
        return KINDS.get(self.way, TicketKind.REPAIR)

    @property
    def state(self) -> TicketState:
        """Where it stands."""
        return self.steps[-1][0]

    @property
    def received(self) -> int:
        """When it came in."""
        return self.steps[0][1]

    def arrival(self, state: TicketState) -> int | None:
        """When it last came to that state."""
        return next((minute for found, minute in reversed(self.steps) if found == state), None)

    @property
    def waiting(self) -> Wait | None:
        """The wait that still lasts."""
        return next((wait for wait in self.waits if wait.until is None), None)

    @property
    def last(self) -> int:
        """Its last event."""
        minutes = [minute for _state, minute in self.steps]
        minutes += [minute for wait in self.waits for minute in (wait.since, wait.until) if minute is not None]
        return max(minutes)


def plan_journeys(rng: Random, time: WorkTime, count: int, scale: float) -> list[Journey]:
    """`count` journeys, those still open among them, in the order in which they began."""
    share = 1 + (scale - 1) / 2
    journeys = [
        _still_open(rng, time, way, state, reason, low, high)
        for way, state, reason, number, low, high in OPEN
        for _one in range(max(1, round(number * share)))
    ]
    ways = rng.choices(list(SHARES), list(SHARES.values()), k=max(0, count - len(journeys)))
    ends = _ends(rng, time, len(ways))
    journeys += [_told(rng, way, end, len(WAYS[way]) - 1) for way, end in zip(ways, ends, strict=True)]
    return sorted(journeys, key=lambda journey: journey.received)


def _ends(rng: Random, time: WorkTime, count: int) -> list[int]:
    """When finished tickets went out: by season, and a little more each year."""
    first = max(0, len(time.days) - round(len(time.days) * 24 / 30))
    ranks = range(first, len(time.days))
    last = time.days[-1]
    weights = [
        SEASONS[time.days[rank].month - 1] * YEARLY_SHARE ** ((last - time.days[rank]).days / 365) for rank in ranks
    ]
    weights[-STILL_HERE_DAYS:] = [weight * STILL_HERE_SHARE for weight in weights[-STILL_HERE_DAYS:]]
    return [min(rank * DAY + rng.randrange(DAY), time.now) for rank in rng.choices(ranks, weights, k=count)]


def _still_open(
    rng: Random, time: WorkTime, way: str, state: TicketState, reason: Waiting, low: float, high: float
) -> Journey:
    age = round(rng.uniform(low, high) * DAY)
    journey = _told(
        rng, way, time.now - age, max(rank for rank, found in enumerate(WAYS[way]) if found == state), waits=False
    )
    if reason != W.NONE:
        journey.waits.append(Wait(reason, rng.choice(NOTES[reason]), time.now - round(age * 0.8), None))
    return journey


def _told(rng: Random, way: str, end: int, last: int, *, waits: bool = True) -> Journey:
    """The journey whose state number `last` began at minute `end`."""
    minute = end
    steps = [(WAYS[way][last], minute)]
    found: list[Wait] = []
    for state in reversed(WAYS[way][:last]):
        stay = _stay(rng, way, state)
        if state == T.REPAIRING and waits and rng.random() < 0.28:
            wait = round(DAY * rng.lognormvariate(1.2, 0.5))
            reason = rng.choices([W.PART, W.LABOUR, W.CLIENT, W.MAKER], [70, 8, 12, 10])[0]
            found.append(Wait(reason, rng.choice(NOTES[reason]), minute - stay // 2 - wait, minute - stay // 2))
            stay += wait
        minute -= stay
        steps.append((state, minute))
    shift = max(0, -minute)
    return Journey(way, [(state, at + shift) for state, at in reversed(steps)], found)


def _stay(rng: Random, way: str, state: TicketState) -> int:
    if way == "expired" and state == T.QUOTED:
        return UNANSWERED_STAY
    return max(4, round(STAYS[state] * rng.lognormvariate(0, 0.7)))
