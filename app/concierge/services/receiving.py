"""Stays as partners tell them, written once: what is told again changes nothing, what a person corrected is kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select

from app.concierge.models import Stay, StayNote, StaySourceLodging
from app.concierge.services.slots import place
from app.concierge.services.told import EURO, FIELDS, WEIGHTY, asks, plain, told_of, value_of
from app.concierge.states import StayState
from app.connectors.stays import RemoteLodging, RemoteStay
from app.core import clock
from app.core.db import db, require_transaction
from app.core.history import record
from app.core.i18n import _

#: The partner's marks that can be compared: « 2026-11-03 13:51:00 ».
DATED = 19


@dataclass(slots=True)
class Received:
    """What a reading brought."""

    read: int = 0
    new: int = 0
    changed: int = 0
    cancelled: int = 0
    unread: int = 0

    def counts(self) -> dict[str, int]:
        """For the run of a partner."""
        return {name: getattr(self, name) for name in self.__slots__}


def receive(account_id: int, stays: Sequence[RemoteStay], unread: Iterable[tuple[str, str]] = ()) -> Received:
    """Write a page of stays. The same page twice changes nothing the second time."""
    require_transaction()
    result = Received(read=len(stays))
    places = keep_lodgings(account_id, [stay.lodging for stay in stays])
    known = _known(account_id, [stay.id for stay in stays])
    readable: list[RemoteStay] = []
    doubtful: list[RemoteStay] = []
    for remote in stays:
        stay = known.get(remote.id)
        if stay is None:
            known[remote.id] = _add(account_id, remote, places[remote.lodging.id])
            result.new += 1
        else:
            was = stay.state
            result.changed += _again(stay, remote, places[remote.lodging.id])
            result.cancelled += was != stay.state == StayState.CANCELLED
        foreign = remote.currency.upper() not in EURO and "rent" not in known[remote.id].kept
        (doubtful if foreign else readable).append(remote)
    notes = [(each.id, _foreign(each)) for each in doubtful] + [(ref, reason) for ref, reason in unread]
    result.unread = _note(account_id, notes)
    forget_notes(account_id, [each.id for each in readable])
    return result


def _known(account_id: int, ids: Sequence[str]) -> dict[str, Stay]:
    query = select(Stay).where(Stay.account_id == account_id, Stay.remote_id.in_(ids)).with_for_update()
    return {str(stay.remote_id): stay for stay in db.session.scalars(query)}


def _add(account_id: int, remote: RemoteStay, where: StaySourceLodging) -> Stay:
    told = told_of(remote, {})
    stay = Stay(account_id=account_id, remote_id=remote.id, told=told, kept=[], mark=remote.modified)
    for name in FIELDS:
        setattr(stay, name, value_of(name, told[name]))
    stay.changed_at, stay.asked = clock.now(), asks(told, [])
    _put_at(stay, where)
    db.session.add(stay)
    db.session.flush()
    record(stay, "stay.received", channel=remote.channel)
    place(stay)
    return stay


def _again(stay: Stay, remote: RemoteStay, where: StaySourceLodging) -> bool:
    """True when something of it changed. An older word that arrives after a newer one is left."""
    if len(remote.modified) == len(stay.mark) == DATED and remote.modified < stay.mark:
        return False
    told = told_of(remote, stay.told)
    seen = stay.told.get("seen")
    told |= {"seen": seen} if seen else {}
    elsewhere = stay.source_lodging_id != where.id
    if told == stay.told and not elsewhere:
        stay.mark = remote.modified
        return False
    changes = take_over(stay, told)
    stay.mark = remote.modified
    if elsewhere:
        changes["lodging"] = [stay.told.get("place", ""), remote.lodging.name]
        _put_at(stay, where)
    stay.told, stay.asked = told, asks(told, stay.kept)
    if changes:
        note_change(stay, "stay.changed", changes)
    db.session.flush()
    place(stay)
    return bool(changes)


def take_over(stay: Stay, told: dict[str, Any]) -> dict[str, list[Any]]:
    """Write what is told, but for what a person corrected; {field: [before, after]} of what changed."""
    changes: dict[str, list[Any]] = {}
    for name in FIELDS:
        value = value_of(name, told[name])
        if name not in stay.kept and getattr(stay, name) != value:
            changes[name] = [plain(getattr(stay, name)), told[name]]
            setattr(stay, name, value)
    return changes


#: What history says of these is that they changed, not what they were: they name a person.
NAMES = frozenset({"guest", "email", "phone"})


def note_change(stay: Stay, verb: str, changes: dict[str, list[Any]], **facts: Any) -> None:
    """History of the fields that changed; the moment is kept when one of them counts."""
    if (WEIGHTY | {"lodging", "refund", "deposit_kept", "cleaning_cost", "linen_cost"}) & changes.keys():
        stay.changed_at = clock.now()
    shown = {name: ["", ""] if name in NAMES else pair for name, pair in changes.items()}
    record(stay, verb, changes=shown, **facts)


def _put_at(stay: Stay, where: StaySourceLodging) -> None:
    stay.source_lodging_id, stay.lodging_id = where.id, where.lodging_id
    stay.archived_at = (stay.archived_at or clock.now()) if where.ignored else None


def keep_lodgings(account_id: int, lodgings: Iterable[RemoteLodging]) -> dict[str, StaySourceLodging]:
    """The partner's lodgings as rows to be mapped, made or renamed; by their id there."""
    require_transaction()
    named = {each.id: each.name for each in lodgings}
    query = select(StaySourceLodging).where(
        StaySourceLodging.account_id == account_id, StaySourceLodging.remote_id.in_(named)
    )
    rows = {row.remote_id: row for row in db.session.scalars(query)}
    for remote_id, name in named.items():
        row = rows.get(remote_id)
        if row is None:
            row = rows[remote_id] = StaySourceLodging(account_id=account_id, remote_id=remote_id, name=name)
            db.session.add(row)
        elif name and row.name != name:
            row.name = name
    db.session.flush()
    return rows


def _foreign(stay: RemoteStay) -> str:
    return _(
        "Le prix est en %(currency)s : ouvrez le séjour et saisissez ses montants en euros.", currency=stay.currency
    )


def _note(account_id: int, notes: Sequence[tuple[str, str]]) -> int:
    """Keep what could not be read, once each; how many there were."""
    query = select(StayNote).where(
        StayNote.account_id == account_id, StayNote.remote_id.in_([ref for ref, _why in notes])
    )
    known = {row.remote_id: row for row in db.session.scalars(query)}
    for ref, reason in dict(notes).items():
        row = known.get(ref)
        if row is None:
            db.session.add(StayNote(account_id=account_id, remote_id=ref, reason=reason[:300], at=clock.now()))
        else:
            row.reason = reason[:300]
    db.session.flush()
    return len(notes)


def forget_notes(account_id: int, ids: Sequence[str]) -> None:
    """These were read at last."""
    db.session.execute(delete(StayNote).where(StayNote.account_id == account_id, StayNote.remote_id.in_(ids)))


def vanish(stays: Iterable[Stay]) -> int:
    """These are no longer in their calendar, or no longer at the partner's: cancelled. How many."""
    require_transaction()
    done = 0
    for stay in stays:
        if stay.told.get("state") == "cancelled":
            continue
        told = {**stay.told, "state": "cancelled", "gone": True, "whole": stay.told.get("total")}
        told |= {"rent": 0, "cleaning": 0, "linen": 0, "tourist_tax": 0, "platform": 0}
        changes = take_over(stay, told)
        stay.told, stay.asked = told, asks(told, stay.kept)
        if changes:
            note_change(stay, "stay.vanished", changes)
        db.session.flush()
        place(stay)
        done += 1
    return done
