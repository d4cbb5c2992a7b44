"""What higher floors ask stock to tell them: a part that arrived for their record, articles that run short."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from app.core.db import before_commit, db
from app.stock.models import StockReservation

_TOUCHED = "etabli_stock_touched"


@dataclass(frozen=True, slots=True)
class Holder:
    """A kind of record that reserves parts. `arrived(id, reservations)` is called when parts that waited are now held;
    `used_allowed(id)` says whether a used or refurbished part may be held for it."""

    kind: str
    arrived: Callable[[int, Sequence[StockReservation]], None]
    used_allowed: Callable[[int], bool] = lambda _id: True


class Buying(NamedTuple):
    """Where an article is ordered from a supplier: a page that takes `?article=`, and the right it asks for."""

    endpoint: str
    permission: str


_buying: list[Buying] = []


def declare_buying(endpoint: str, permission: str) -> None:
    """Start-up: the pages of stock lead there from what is short."""
    _buying[:] = [Buying(endpoint, permission)]


def buying() -> Buying | None:
    """Where an article is ordered, when a feature does that."""
    return next(iter(_buying), None)


Told = Callable[[Any, Collection[int]], dict[int, tuple[str, str]]]
_told: dict[str, Told] = {}


def declare_told(kind: str, tell: Told) -> None:
    """Start-up: `tell(user, ids)` gives (label, address) of the records of a kind that this person may see, in one query."""
    _told[kind] = tell


def told(user: Any, abouts: Collection[tuple[str | None, int | None]]) -> dict[tuple[str, int], tuple[str, str]]:
    """(label, address) of the records that moves and reservations are about."""
    found = {}
    for kind, tell in _told.items():
        ids = {about_id for about_kind, about_id in abouts if about_kind == kind and about_id is not None}
        if ids:
            found.update({(kind, about_id): words for about_id, words in tell(user, ids).items()})
    return found


HOLDERS: dict[str, Holder] = {}
_needs: dict[str, Callable[[Sequence[int]], None]] = {}


def declare_holder(holder: Holder) -> None:
    """Start-up: a kind of record for which parts are kept."""
    HOLDERS[holder.kind] = holder


def declare_need(name: str, tell: Callable[[Sequence[int]], None]) -> None:
    """Start-up: `tell(article_ids)` is called at the end of each transaction in which the stock of these articles went down."""
    _needs[name] = tell


def used_allowed(kind: str, about_id: int) -> bool:
    """Whether this record takes used or refurbished parts."""
    holder = HOLDERS.get(kind)
    return holder is None or holder.used_allowed(about_id)


def tell_arrived(served: Sequence[StockReservation]) -> None:
    """Tell each record which of its parts are now held."""
    for kind, about_id in sorted({(row.about_kind, row.about_id) for row in served}):
        holder = HOLDERS.get(kind)
        if holder is not None:
            holder.arrived(about_id, [row for row in served if (row.about_kind, row.about_id) == (kind, about_id)])


def went_down(article_id: int) -> None:
    """There is less of this article, or more of it is wanted: looked at once, when the transaction ends."""
    db.session().info.setdefault(_TOUCHED, set()).add(article_id)
    before_commit("stock.needs", _tell_needs)


def _tell_needs() -> None:
    ids = sorted(db.session().info.pop(_TOUCHED, ()))
    for tell in _needs.values():
        tell(ids)
