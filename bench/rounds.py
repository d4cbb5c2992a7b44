"""Timed rounds: each measures every operation once more, with the yardstick before, between and after."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import median

from bench.client import Answer, Client
from bench.installation import Installation, counting, yardstick_server

ROUNDS = 5
REPEATS = 40
WARM_UP = 4
#: Contract keys, in order; what a measurement does not have is null.
KEYS = ("name", "p50_ms", "p95_ms", "cpu_ms", "ratio", "bytes_gz", "bytes", "queries", "scale")


@dataclass(frozen=True)
class Measure:
    """An operation under its name: `prepare(client, house)` returns what is then timed again and again."""

    name: str
    prepare: Callable[[Client, Installation], Callable[[], Answer]]
    who: str = "gerant"
    repeats: int = REPEATS


@dataclass
class Samples:
    """What the rounds gave for one measure."""

    ms: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    ratios: list[float] = field(default_factory=list)


def show(name: str, scale: float | None, **values: object) -> None:
    """Print one line of JSON: the contract's keys first, then those of this measurement alone."""
    row = dict.fromkeys(KEYS) | {"name": name, "scale": scale} | values
    print(
        json.dumps({key: round(value, 2) if isinstance(value, float) else value for key, value in row.items()}),
        flush=True,
    )


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which that share of them is."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def run(house: Installation, measures: Sequence[Measure]) -> dict[str, float]:
    """Measure all of these on a running installation, print a line for each, return their ratios by name."""
    samples = {measure.name: Samples() for measure in measures}
    with yardstick() as stick:
        operations = {measure.name: _warm(measure, house, house.base) for measure in measures}
        sticks = [stick()]
        for _round in range(ROUNDS):
            for measure in measures:
                before = sticks[-1]
                cpu = _batch(house, operations[measure.name], measure, samples[measure.name].ms)
                sticks.append(stick())
                samples[measure.name].cpu.append(cpu)
                samples[measure.name].ratios.append(cpu / ((before + sticks[-1]) / 2))
    show("table", None, cpu_ms=median(sticks), ratio=1.0)
    facts = _facts(house, measures)
    for measure in measures:
        found, last = samples[measure.name], facts[measure.name]
        show(
            measure.name, house.scale, p50_ms=median(found.ms), p95_ms=percentile(found.ms, 0.95), cpu_ms=median(found.cpu),
            ratio=median(found.ratios), bytes_gz=last.size_gz, bytes=last.size, queries=last.queries,
        )  # fmt: skip
    return {name: median(found.ratios) for name, found in samples.items()}


def _warm(measure: Measure, house: Installation, base: str) -> Callable[[], Answer]:
    operation = measure.prepare(Client.signed_in(base, measure.who), house)
    for _ in range(WARM_UP):
        operation()
    house.settle()
    return operation


@contextmanager
def yardstick() -> Iterator[Callable[[], float]]:
    """A function that measures the yardstick once more: milliseconds of CPU for one page."""
    with yardstick_server() as table:
        bare = Client(table.base)

        def once() -> float:
            start = table.cpu_ms()
            for _ in range(REPEATS):
                bare.get("/")
            return (table.cpu_ms() - start) / REPEATS

        once()  # warm
        yield once


def _batch(house: Installation, operation: Callable[[], Answer], measure: Measure, ms: list[float]) -> float:
    """CPU of one operation, jobs it caused included."""
    start = house.cpu_ms()
    ms.extend(operation().ms for _ in range(measure.repeats))
    house.settle()
    return (house.cpu_ms() - start) / measure.repeats


def _facts(house: Installation, measures: Sequence[Measure]) -> dict[str, Answer]:
    """Weight and number of statements, from a pass of its own on a server that counts."""
    with counting(house) as base:
        return {measure.name: _warm(measure, house, base)() for measure in measures}
