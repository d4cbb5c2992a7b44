"""What every management service of short lets offers: its lodgings, their stays page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

PriceKind = Literal["rent", "cleaning", "linen", "tourist_tax", "commission", "discount", "other"]


@dataclass(frozen=True)
class RemoteLodging:
    """A lodging as the service knows it."""

    id: str
    name: str


@dataclass(frozen=True)
class PriceElement:
    """A part of the price, in cents; what is already inside another part is not listed. `kind` is the service's word."""

    kind: PriceKind
    label: str
    cents: int


@dataclass(frozen=True)
class RemoteStay:
    """A stay as the service tells it. Amounts are in cents of `currency`; None is « not said », never zero.

    `modified` is the service's own mark of its last change: two readings with the same mark tell the same thing.
    """

    id: str
    reference: str
    lodging: RemoteLodging
    channel: str
    state: Literal["booked", "cancelled", "blocked"]
    arrival: date
    departure: date
    guest: str = ""
    email: str = ""
    phone: str = ""
    adults: int = 0
    children: int = 0
    total: int | None = None
    commission: int | None = None
    tourist_tax: int | None = None
    elements: tuple[PriceElement, ...] = ()
    currency: str = ""
    modified: str = ""


@dataclass(frozen=True)
class Window:
    """Which stays: those that arrive in a period (both days included), or those changed since a day; page by page."""

    first: date | None = None
    last: date | None = None
    changed_since: date | None = None


@dataclass(frozen=True)
class Page:
    """A page of stays; `unread` names those that could not be read, with why, so that none is lost in silence."""

    stays: tuple[RemoteStay, ...]
    unread: tuple[tuple[str, str], ...]
    more: bool


class StaySource(Protocol):
    """A service of stays. Every method may raise PartnerError, and none changes anything there."""

    def check(self) -> str:
        """Whose account it is, in the service's words."""
        ...

    def lodgings(self) -> list[RemoteLodging]:
        """All of them, in the service's order."""
        ...

    def stays(self, window: Window, page: int) -> Page:
        """One page, from 1."""
        ...

    def stay(self, stay_id: str) -> RemoteStay:
        """One stay as it is now, cancelled or not."""
        ...
