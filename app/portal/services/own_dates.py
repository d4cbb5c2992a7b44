"""Dates that an owner keeps for himself: refused where guests are, told to the concierge, withdrawn while they are to come."""

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import select

from app.concierge.models import Lodging, Stay, StaySourceLodging
from app.concierge.queries.nights import end_of
from app.concierge.services.stays import add_stay, correct
from app.concierge.states import StayState
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.partners import PartnerAccount
from app.core.subject import subject_of
from app.messaging.services import add_task, finish_tasks_about
from app.portal.queries.owner import Owner, Place
from app.portal.queries.owner_stays import OwnStay, stays_between

#: Days on either side in which other dates are looked for; nights that one keeps at once, at most.
AROUND, LONGEST = 120, 180
#: How far ahead dates are kept, in days.
AHEAD = 730


def keep_dates(owner: Owner, place: Place, arrival: date, departure: date, note: str = "") -> Stay:
    """His own stay, from a day to another; the concierge has a task to close these dates on the platforms.

    Raises DomainError for days that cannot be, Conflict when somebody is there, with the nearest free days."""
    require_transaction()
    _check_days(place, arrival, departure)
    lodging = db.session.scalars(select(Lodging).where(Lodging.id == place.id).with_for_update()).one()
    there = stays_between(owner, arrival - timedelta(days=AROUND), departure + timedelta(days=AROUND), [place])
    clash = next((one for one in there if _meets(one, arrival, departure)), None)
    if clash is not None:
        raise Conflict(_refusal(clash, place, there, (departure - arrival).days, arrival))
    values = {"arrival": arrival, "departure": departure, "state": StayState.OWNER, "guest": owner.contact.name}
    stay = add_stay(lodging, values | {"told": {"owner": owner.contact.id, "note": note.strip()[:300]}})
    if stay.booking_id is None:
        raise Conflict(_("Le logement est déjà pris à ces dates sur notre planning. Écrivez-nous."))
    _tell(
        _("%(owner)s garde %(place)s du %(first)s au %(last)s : fermez ces dates sur les plateformes"),
        stay,
        owner,
        place,
        note,
    )
    return stay


def give_back(owner: Owner, place: Place, stay_id: int) -> Stay | None:
    """He does not come after all: the dates are free again. None when that lodging has no such stay. Raises Conflict when
    they have begun, or are not his own."""
    require_transaction()
    stay = db.session.get(Stay, stay_id, with_for_update=True)
    if stay is None or stay.lodging_id != place.id:
        return None
    if not may_give_back(owner, stay):
        raise Conflict(_("Ces dates ne peuvent plus être rendues ici. Écrivez-nous."))
    correct(stay, {"state": StayState.CANCELLED}, _("Dates rendues par le propriétaire"))
    finish_tasks_about(subject_of(stay))
    _tell(
        _("%(owner)s rend %(place)s du %(first)s au %(last)s : rouvrez ces dates sur les plateformes"),
        stay,
        owner,
        place,
    )
    return stay


def may_give_back(owner: Owner, stay: Stay) -> bool:
    """Whether it is his own, and to come."""
    return (
        stay.lodging_id in owner.places and stay.state == StayState.OWNER and stay.told.get("owner") == owner.contact.id
        and stay.arrival > clock.today()
    )  # fmt: skip


def closed_by_hand(lodging_id: int) -> list[str]:
    """The partners where this lodging is known: their calendars are read, dates are closed there by hand."""
    query = (
        select(PartnerAccount.label)
        .join(StaySourceLodging, StaySourceLodging.account_id == PartnerAccount.id)
        .where(StaySourceLodging.lodging_id == lodging_id, PartnerAccount.active, PartnerAccount.archived_at.is_(None))
        .order_by(PartnerAccount.label)
    )
    return [label for label in dict.fromkeys(db.session.scalars(query)) if label]


def _tell(words: str, stay: Stay, owner: Owner, place: Place, note: str = "") -> None:
    days = {"first": clock.table_date(stay.arrival), "last": clock.table_date(stay.departure)}
    where = ", ".join(closed_by_hand(place.id))
    notes = [_("À faire à la main chez : %(where)s.", where=where) if where else "", note.strip()]
    add_task(
        words % {"owner": owner.contact.name, "place": place.name, **days}, about=subject_of(stay), contact_id=owner.contact.id,
        due_on=clock.today(), notes="\n".join(filter(None, notes)),
    )  # fmt: skip


def _check_days(place: Place, arrival: date, departure: date) -> None:
    if arrival < clock.today():
        raise DomainError(_("Cette arrivée est passée. Choisissez un jour à venir."), field="arrival")
    if departure <= arrival:
        raise DomainError(_("Le départ doit suivre l'arrivée d'une nuit au moins."), field="departure")
    if (departure - arrival).days > LONGEST:
        raise DomainError(
            _("%(n)s nuits au plus en une fois. Écrivez-nous pour un séjour plus long.", n=LONGEST), field="departure"
        )
    if (arrival - clock.today()).days > AHEAD:
        raise DomainError(_("Cette date est trop loin : deux ans d'avance au plus."), field="arrival")
    if not _held(place, arrival, departure):
        raise DomainError(_("Ces dates dépassent votre mandat. Écrivez-nous."), field="departure")


def _held(place: Place, arrival: date, departure: date) -> bool:
    return all(place.his(arrival + timedelta(days=n)) for n in range((departure - arrival).days))


def _meets(stay: OwnStay, arrival: date, departure: date) -> bool:
    return stay.arrival < departure and end_of(stay.arrival, stay.departure) > arrival.toordinal()


def _refusal(clash: OwnStay, place: Place, there: Iterable[OwnStay], nights: int, wanted: date) -> str:
    days = {"first": clock.long_date(clash.arrival), "last": clock.long_date(clash.departure)}
    if clash.kept:
        told = _("Le logement est déjà gardé du %(first)s au %(last)s.", **days)
    else:
        told = _("Des voyageurs y sont du %(first)s au %(last)s.", **days)
    found = nearest(place, list(there), nights, wanted)
    if found is None:
        none = _("Aucune autre date proche n'est libre pour cette durée. Écrivez-nous.")
        return f"{told} {none}"
    free = _(
        "Le plus proche : du %(first)s au %(last)s.",
        first=clock.long_date(found), last=clock.long_date(found + timedelta(days=nights)),
    )  # fmt: skip
    return f"{told} {free}"


def nearest(place: Place, there: list[OwnStay], nights: int, wanted: date) -> date | None:
    """The arrival nearest to the one wanted, to come, for which as many nights are free; None in four months around."""
    today = clock.today()
    for away in range(1, AROUND - nights if nights < AROUND else 1):
        for arrival in (wanted + timedelta(days=away), wanted - timedelta(days=away)):
            departure = arrival + timedelta(days=nights)
            if (
                arrival >= today
                and _held(place, arrival, departure)
                and not any(_meets(one, arrival, departure) for one in there)
            ):
                return arrival
    return None
