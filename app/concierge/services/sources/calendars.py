"""The calendar of a lodging on a platform that offers nothing else: dates taken, without prices."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.concierge.models import Stay
from app.concierge.services.receiving import Received, receive, vanish
from app.concierge.services.sources.smoobu import COUNTS, wanted
from app.concierge.states import StayState
from app.connectors.calendars import CalendarFeed
from app.connectors.calls import Observer
from app.connectors.http import TIMEOUT
from app.connectors.stays import Page, RemoteLodging
from app.core import clock
from app.core.db import db
from app.core.i18n import _, _n
from app.core.partner_kinds import RENTALS, AccountField, AccountKind, Watcher
from app.core.partners import PartnerAccount, Route
from app.partners.services import PartnerTask, Step

#: Of so many stays to come, half may vanish at once, and no more.
FEW = 2
TRIAL_TIMEOUT = (5.0, 8.0)
#: A calendar is of one lodging.
THE_LODGING = "calendrier"


def feed_of(
    settings: Mapping[str, Any], secrets: Mapping[str, str], on_call: Observer | None, timeout: tuple[float, float] = TIMEOUT
) -> CalendarFeed:  # fmt: skip
    """The feed of an account."""
    lodging = RemoteLodging(THE_LODGING, settings.get("place") or "")
    return CalendarFeed(
        secrets["url"], lodging, settings.get("channel") or "", clock.zone().key, timeout, on_call
    )  # fmt: skip


def _try(settings: Mapping[str, Any], secrets: Mapping[str, str], on_call: Watcher | None) -> str:
    read = feed_of(settings, secrets, on_call, TRIAL_TIMEOUT).read()
    return _n(
        "Le calendrier se lit : %(num)s période prise.", "Le calendrier se lit : %(num)s périodes prises.", len(read.stays)
    )  # fmt: skip


KIND = AccountKind(
    "calendar", "Calendrier (iCal)", "Dates prises sur une plateforme, sans les prix", "calendar-down", RENTALS,
    (
        AccountField("url", "Adresse du calendrier", "secret", help="Le lien « iCal » ou « Exporter le calendrier » de l'annonce, chez la plateforme."),
        AccountField("place", "Logement", help="Son nom : vous le reliez ensuite à l'un des vôtres, une fois."),
        AccountField("channel", "Plateforme", help="Par exemple Airbnb. La commission des séjours dépend de ce nom."),
    ),
    _try, identity=("place",),
)  # fmt: skip


def fetch(route: Route, _asked: Any, watcher: Observer) -> Page:
    """Every event. Raises PartnerError: what is known then stays."""
    return feed_of(route.settings, route.secrets, watcher).read()


def keep(account: PartnerAccount, page: Page, _cursor: Mapping[str, Any]) -> Step:
    """Write the events; those to come that are no longer there are cancelled, unless the calendar is suspiciously short."""
    known = _to_come(account.id)
    there = {stay.id for stay in page.stays} | {ref for ref, _why in page.unread}
    gone = [stay for stay in known if stay.remote_id not in there]
    result = receive(account.id, page.stays, page.unread)
    note = ""
    if _too_many(gone, known, page):
        note = _(
            "Le calendrier n'annonce plus %(gone)s des %(known)s périodes à venir : rien n'est annulé. Vérifiez-le chez la plateforme, puis annulez ici les séjours qui n'ont plus lieu.",
            gone=len(gone), known=len(known),
        )  # fmt: skip
    else:
        _vanish(gone, result)
    return Step({}, counts=result.counts(), note=note)


def _vanish(gone: Sequence[Stay], result: Received) -> None:
    result.cancelled += vanish(gone)


def _too_many(gone: Sequence[Stay], known: Sequence[Stay], page: Page) -> bool:
    """True when so much is missing that the calendar itself is doubtful."""
    if not gone:
        return False
    return not page.stays or (len(gone) > FEW and len(gone) * 2 > len(known))


def _to_come(account_id: int) -> list[Stay]:
    """Platforms drop past events by themselves: only those that have not begun can vanish."""
    query = select(Stay).where(
        Stay.account_id == account_id, Stay.arrival > clock.today(), Stay.state != StayState.CANCELLED
    )
    return [stay for stay in db.session.scalars(query) if stay.told.get("state") != "cancelled"]


STAYS = PartnerTask(
    "events", "Relever le calendrier", timedelta(hours=1), fetch=fetch, keep=keep, counts=COUNTS, wanted=wanted
)
