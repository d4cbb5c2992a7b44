"""States of a booking, those that occupy, the legal moves; kinds of bookings, registered by the features that own them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.core.labels import LabelEnum
from app.core.state import Machine


class BookingState(LabelEnum):
    HELD = "held", "Retenu", "clock", "gris"
    OPTION = "option", "Option", "help-circle", "bleu"
    CONFIRMED = "confirmed", "Réservé", "calendar-check", "sarc"
    OUT = "out", "Sorti", "arrows-exchange", "bleu"
    OVERDUE = "overdue", "En retard", "clock-exclamation", "rouge"
    MAINTENANCE = "maintenance", "En réparation", "tool", "terre"
    AT_RISK = "at_risk", "Menacé", "alert-triangle", "rouge"
    CANCELLED = "cancelled", "Annulé", "ban", "gris"
    RETURNED = "returned", "Rendu", "arrow-back-up", "gris"


B = BookingState
OCCUPYING = (B.HELD, B.OPTION, B.CONFIRMED, B.OUT, B.OVERDUE, B.MAINTENANCE)
# What the planning draws: what occupies, what is at risk, and what came back.
DRAWN = (*OCCUPYING, B.AT_RISK, B.RETURNED)
# Not begun yet: may go to another moment or another unit.
MOVABLE = (B.OPTION, B.CONFIRMED, B.AT_RISK)
# Begun: only its end may change.
BEGUN = (B.OUT, B.OVERDUE, B.MAINTENANCE)

MOVES = {
    B.HELD: (B.OPTION, B.CONFIRMED, B.CANCELLED),
    B.OPTION: (B.CONFIRMED, B.AT_RISK, B.CANCELLED),
    B.CONFIRMED: (B.OUT, B.AT_RISK, B.CANCELLED),
    B.AT_RISK: (B.CONFIRMED, B.CANCELLED),
    B.OUT: (B.RETURNED, B.OVERDUE),
    B.OVERDUE: (B.RETURNED, B.OUT),
    B.MAINTENANCE: (B.RETURNED, B.CANCELLED),
}
MACHINE: Machine[BookingState] = Machine("booking.moved", MOVES)


class View(LabelEnum):
    DAY = "jour", "Jour"
    WEEK = "semaine", "Semaine"
    MONTH = "mois", "Mois"


class Look(LabelEnum):
    """How a bar is drawn: a colour and a pattern, so that colour is never alone."""

    LOAN = "pret", "Prêt, location", "arrows-exchange", "bleu"
    REPAIR = "rep", "Réparation", "tool", "terre"
    VISIT = "vis", "Visite", "map-pin", "sarc"
    USE = "int", "Usage interne, absence", "calendar-event", "gris"
    OPTION = "opt", "Option à confirmer", "help-circle", "bleu"
    CONFLICT = "cf", "Retard, conflit", "alert-triangle", "rouge"
    DONE = "fin", "Terminé", "arrow-back-up", "gris"


@dataclass(frozen=True, slots=True)
class BookingKind:
    """What a kind of booking is to its owner. `url(booking)` is the page of the record it stands for, when it has one;
    `displaced(booking)` is told when a delay took its slot, inside the transaction of the delay;
    `moved(booking)`: somebody gave it another moment or another unit on the planning, in that transaction too;
    `by_hand`: people add and cancel it on the planning itself."""

    code: str
    label: str
    look: Look
    url: Callable[[Any], str | None] = lambda _booking: None
    displaced: Callable[[Any], None] = lambda _booking: None
    moved: Callable[[Any], None] = lambda _booking: None
    by_hand: bool = False


KINDS: dict[str, BookingKind] = {}


def declare_kinds(*kinds: BookingKind) -> None:
    """Start-up: the kinds of bookings of a feature."""
    KINDS.update({kind.code: kind for kind in kinds})


_WATCHERS: list[Callable[[int], None]] = []


def declare_watcher(watch: Callable[[int], None]) -> None:
    """Start-up: `watch(asset_id)` is called when time of one of our things is free again, or the end of what holds it is now
    another one, inside the transaction of that change."""
    if watch not in _WATCHERS:
        _WATCHERS.append(watch)


def look_again(asset_id: int | None) -> None:
    """The time of that thing has changed: whoever waits for it looks again."""
    for watch in _WATCHERS if asset_id is not None else ():
        watch(asset_id)  # type: ignore[arg-type]


UNKNOWN = BookingKind("", "Réservation", Look.USE)


def kind_of(code: str) -> BookingKind:
    """The kind of that code; a plain one when its feature is gone."""
    return KINDS.get(code, UNKNOWN)
