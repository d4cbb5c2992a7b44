"""What people do with stays: add one by hand, correct it with a reason, leave it out of the months, hear the platform again."""

from collections.abc import Mapping
from typing import Any

from app.concierge.models import Lodging, Stay
from app.concierge.services.receiving import forget_notes, note_change
from app.concierge.services.slots import place
from app.concierge.services.told import DAYS, FIELDS, asks, news, plain, value_of
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _

#: What no partner says.
OURS = ("refund", "deposit_kept", "cleaning_cost", "linen_cost")
#: Those of the page « Corriger »: the reference and the lodging are the partner's.
CORRECTED = (*(name for name in FIELDS if name != "reference"), *OURS)


def add_stay(lodging: Lodging, values: Mapping[str, Any], *, source_ref: str = "") -> Stay:
    """A stay that no partner tells: by telephone, from a file, or the owner's own. Days are dates, money is in cents.

    Raises DomainError when the days make no sense.
    """
    require_transaction()
    _check_days(values["arrival"], values["departure"])
    stay = Stay(lodging_id=lodging.id, remote_id=source_ref or None, told={}, kept=[], changed_at=clock.now())
    stay.asked = False
    for name, value in values.items():
        setattr(stay, name, value)
    db.session.add(stay)
    db.session.flush()
    record(stay, "stay.added", channel=stay.channel)
    place(stay)
    return stay


def _check_days(arrival: Any, departure: Any) -> None:
    if arrival >= departure:
        raise DomainError(_("Le départ doit venir après l'arrivée."), field="departure")
    if (departure - arrival).days > 366:
        raise DomainError(_("Ce séjour dure plus d'un an : vérifiez ses dates."), field="departure")


def correct(stay: Stay, values: Mapping[str, Any], reason: str) -> bool:
    """Write what a person says instead of the partner, with why; False when nothing changes.

    The fields become his: the partner's next word does not undo them. Raises DomainError when the days make no sense, or
    when a stay told by a partner is corrected without a reason.
    """
    require_transaction()
    wanted = {name: value for name, value in values.items() if name in (*CORRECTED, "lodging_id")}
    changes = {
        name: [plain(getattr(stay, name)), plain(value)]
        for name, value in wanted.items()
        if getattr(stay, name) != value
    }
    if not changes:
        return False
    if not reason.strip():
        raise DomainError(_("Dites pourquoi : le motif reste dans l'historique du séjour."), field="reason")
    days = [wanted.get(name, getattr(stay, name)) for name in DAYS]
    if set(DAYS) & changes.keys():
        _check_days(*days)
    for name in changes:
        setattr(stay, name, wanted[name])
    if stay.account_id is not None:
        _make_ours(stay, set(changes))
    note_change(stay, "stay.corrected", changes, reason=reason.strip()[:300])
    db.session.flush()
    place(stay)
    return True


def _make_ours(stay: Stay, names: set[str]) -> None:
    """These fields are no longer the partner's; the two days go together."""
    if names & set(DAYS):
        names |= set(DAYS)
    stay.kept = [name for name in FIELDS if name in {*stay.kept, *names}]
    stay.told = {**stay.told, "seen": {name: stay.told.get(name) for name in stay.kept}}
    stay.asked = asks(stay.told, stay.kept)
    if "rent" in stay.kept and stay.account_id is not None and stay.remote_id:
        forget_notes(stay.account_id, [stay.remote_id])


def hear(stay: Stay, name: str) -> None:
    """The partner's word is right after all: take it for this field. Raises DomainError when nothing was corrected."""
    require_transaction()
    if name not in stay.kept:
        raise DomainError(_("Ce champ n'a pas été corrigé : il suit déjà la plateforme."))
    names = set(DAYS) if name in DAYS else {name}
    changes = {}
    for each in sorted(names):
        value = value_of(each, stay.told[each])
        if getattr(stay, each) != value:
            changes[each] = [plain(getattr(stay, each)), stay.told[each]]
            setattr(stay, each, value)
    stay.kept = [each for each in stay.kept if each not in names]
    stay.told = {**stay.told, "seen": {each: stay.told.get("seen", {}).get(each) for each in stay.kept}}
    stay.asked = asks(stay.told, stay.kept)
    if changes:
        note_change(stay, "stay.heard", changes)
    db.session.flush()
    place(stay)


def hold_to(stay: Stay, name: str) -> None:
    """The correction stands against what the partner says now."""
    require_transaction()
    if name not in news(stay.told, stay.kept):
        return
    names = set(DAYS) if name in DAYS else {name}
    seen = stay.told.get("seen", {})
    stay.told = {**stay.told, "seen": {**seen, **{each: stay.told[each] for each in names}}}
    stay.asked = asks(stay.told, stay.kept)
    record(stay, "stay.kept", field=name)


def leave_out(stay: Stay, reason: str) -> None:
    """Keep it out of the months, in a person's words. Raises DomainError without them."""
    require_transaction()
    if not reason.strip():
        raise DomainError(_("Dites pourquoi ce séjour ne compte pas."), field="reason")
    stay.excluded, stay.changed_at = reason.strip()[:300], clock.now()
    record(stay, "stay.excluded", reason=stay.excluded)


def count_again(stay: Stay) -> None:
    """It counts again."""
    require_transaction()
    if stay.excluded:
        stay.excluded, stay.changed_at = "", clock.now()
        record(stay, "stay.included")
