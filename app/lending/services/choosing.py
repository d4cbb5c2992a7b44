"""What is being chosen at the desk: a thing brings its compulsory accessories, all of it is held while the form is filled in."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.accounts.models import User
from app.assets.models import Asset
from app.contacts.models import Contact
from app.core import clock
from app.core.errors import Conflict
from app.core.i18n import _
from app.lending.models import Loan
from app.lending.queries.sets import Missing, Set, complete
from app.lending.services.reserving import lend_now, reserve
from app.planning import services as planning


def hold_set(
    chosen: Sequence[Asset], start: datetime, due: datetime, user: User, without: Collection[str] = ()
) -> tuple[Set, datetime]:
    """The whole set, kept five minutes for who is choosing, and until when. Raises Conflict that names who has a thing."""
    whole = complete(chosen, start, due, without=without, user_id=user.id)
    return whole, planning.hold(whole.units, start, due, user)


@dataclass(frozen=True, slots=True)
class Wish:
    """The things asked for; `without`: compulsory accessories left out (« family:3 »); `any_unit`: ids of those that only
    stand for their model; `despite`: why it is lent all the same to somebody whom something blocks."""

    units: Sequence[Asset]
    without: Collection[str] = ()
    any_unit: Collection[int] = ()
    despite: str = ""


def take_set(
    contact: Contact, wish: Wish, start: datetime, due: datetime, user: User, *, at_once: bool, notes: str = "",
    option: bool = False,
) -> Loan:  # fmt: skip
    """Reserve the whole set, or hand it over at once: all of it or nothing. Raises Blocked, DomainError, Conflict."""
    whole = complete(wish.units, start, due, without=wish.without, user_id=user.id)
    if whole.missing:
        raise Conflict(" ".join(why_not(missing) for missing in whole.missing), field="code")
    planning.let_go(user, [unit.id for unit in whole.units])
    if at_once:
        return lend_now(contact, whole.units, due, notes=notes, despite=wish.despite)
    return reserve(
        contact, whole.units, start, due, notes=notes, option=option, any_unit=wish.any_unit, despite=wish.despite
    )


def why_not(missing: Missing) -> str:
    """Which compulsory accessory is not free, and when it is."""
    words = {"what": missing.side.label, "main": missing.main}
    if not missing.units:
        return _(
            "%(what)s, obligatoire avec %(main)s : nous n'en avons aucun en service. Continuez sans, ou ajoutez-en un.",
            **words,
        )
    if missing.later is None:
        return _(
            "%(what)s, obligatoire avec %(main)s : il n'y en a pas assez de libres à ces dates. Continuez sans, ou changez de dates.",
            **words,
        )
    words["unit"] = next(unit.label for unit in missing.units if unit.id == missing.later.unit_id)
    words["day"] = clock.card_date(clock.local(missing.later.start).date())
    return _(
        "%(what)s, obligatoire avec %(main)s, est pris à ces dates : %(unit)s est libre dès le %(day)s. "
        "Changez de dates, ou continuez sans.",
        **words,
    )
