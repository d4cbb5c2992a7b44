"""The checklist of a new organisation: features register what is worth setting up, and how to see that it is done."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to set up. `done` looks at the real state; nobody ticks anything. `endpoint` is where it is done; `shown`: this
    trade does it."""

    key: str
    label: str
    detail: str
    endpoint: str
    done: Callable[[], bool]
    order: int
    icon: str = "circle-dashed"
    shown: Callable[[], bool] = lambda: True


_steps: dict[str, Step] = {}


def declare_step(
    key: str, label: str, detail: str, endpoint: str, done: Callable[[], bool], order: int, icon: str = "circle-dashed",
    shown: Callable[[], bool] = lambda: True,
) -> None:  # fmt: skip
    """Start-up: add a step to the checklist."""
    _steps[key] = Step(key, label, detail, endpoint, done, order, icon, shown)


def steps() -> list[Step]:
    """The steps of this trade, in order."""
    return sorted((step for step in _steps.values() if step.shown()), key=lambda step: step.order)
