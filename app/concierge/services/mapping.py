"""A partner's lodging is mapped once to one of ours; its stays follow, those already told included."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.concierge.models import Lodging, Stay, StaySourceLodging
from app.concierge.services.slots import place
from app.core import clock
from app.core.db import db, require_transaction
from app.core.history import record
from app.core.search import fold

#: Words that say nothing of which lodging it is.
EMPTY = frozenset({
    "le", "la", "les", "l", "un", "une", "de", "du", "des", "d", "a", "au", "aux", "et", "en", "appartement", "appart", "maison", "gite",
    "studio", "chambre", "logement", "villa", "location", "t1", "t2", "t3", "t4",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guess:
    """Which of ours it may be; `sure` when the names are the same words and no other of ours has them."""

    lodging_id: int
    sure: bool


def link(source: StaySourceLodging, lodging: Lodging) -> int:
    """It is this lodging of ours: all its stays are, and take their slot. How many stays."""
    return _follow(source, lodging.id, ignored=False)


def ignore(source: StaySourceLodging) -> int:
    """It is none of ours: its stays are put away, and those to come too. How many stays."""
    return _follow(source, None, ignored=True)


def unlink(source: StaySourceLodging) -> int:
    """Nothing is said of it any more: it is to be mapped again. How many stays."""
    return _follow(source, None, ignored=False)


def _follow(source: StaySourceLodging, lodging_id: int | None, *, ignored: bool) -> int:
    require_transaction()
    if (source.lodging_id, source.ignored) == (lodging_id, ignored):
        return 0
    source.lodging_id, source.ignored = lodging_id, ignored
    record(source, "stay_source.linked", lodging=lodging_id, ignored=ignored, name=source.name)
    query = select(Stay).where(Stay.source_lodging_id == source.id).order_by(Stay.arrival, Stay.id)
    stays = list(db.session.scalars(query))
    for stay in stays:
        stay.lodging_id = lodging_id
        stay.archived_at = (stay.archived_at or clock.now()) if ignored else None
        stay.changed_at = clock.now()
    db.session.flush()
    for stay in stays:
        place(stay)
    return len(stays)


def guesses(names: Mapping[int, str], ours: Sequence[tuple[int, str]]) -> dict[int, Guess]:
    """The best of ours (id, name) for each of the partner's names, by the words they share."""
    words = {key: _words(name) for key, name in ours}
    found = {}
    for key, name in names.items():
        wanted = _words(name)
        scores = sorted(((_likeness(wanted, those), our) for our, those in words.items()), reverse=True)
        if not scores or scores[0][0] < 0.4:
            continue
        best, our = scores[0]
        alone = len(scores) < 2 or scores[1][0] < best
        if alone or best == 1:
            found[key] = Guess(our, best == 1 and alone)
    return found


def _words(name: str) -> frozenset[str]:
    all_words = fold(name).split()
    return frozenset(word for word in all_words if word not in EMPTY) or frozenset(all_words)


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one and other else 0.0
