"""What keeps somebody from booking: each reason is a setting, off unless the organisation turns it on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.i18n import _
from app.core.money import euros
from app.core.settings import setting
from app.core.urls import path
from app.members.models import HouseholdMember, Membership, Season
from app.members.queries.facts import household_on, payer_for
from app.members.queries.people import profile_of
from app.members.queries.seasons import season_on, seasons
from app.members.states import LIVE, MembershipState, Role
from app.payments.queries import payer_is, unpaid
from app.sales.models import SalesDocument
from app.sales.queries.parts import overdue

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Block:
    """Why somebody may not book, in French, and the way out at the desk. `document_id`: the invoice to pay, where one is."""

    key: str
    reason: str
    label: str
    url: str
    document_id: int | None = None


Told = Callable[[Contact, date], Iterable[Block]]
_told: dict[str, Told] = {}


def declare_block(key: str, told: Told) -> None:
    """Start-up: add a reason, applied while the setting `key` is on. Higher floors tell theirs so (a late loan)."""
    _told[key] = told


def blocks(contact: Contact, on: date | None = None, *, but: Iterable[str] = ()) -> list[Block]:
    """What keeps this person from booking for that day (today), in order; nothing when he may. `but`: keys not looked at."""
    day = on or clock.today()
    return [
        block for key, told in _told.items() if key not in but and setting(key) for block in told(contact, day)
    ]  # fmt: skip


# --- our own reasons ------------------------------------------------------------------------------------------------


def no_membership(contact: Contact, day: date) -> Iterable[Block]:
    """No paid-up membership for the season of that day. Before the first season is made, nobody is asked for one."""
    if not seasons():
        return
    season = season_on(day)
    join, where = _("Adhérer"), path("members.person", contact_id=contact.id)
    if season is None:
        reason = _("Aucune saison d'adhésion ne couvre le %(day)s.", day=clock.long_date(day, year=True))
        yield Block("members.block_membership", reason, _("Voir l'adhérent"), where)
        return
    row = _membership(contact.id, season)
    if row is None:
        reason = _("%(name)s n'a pas d'adhésion pour %(season)s.", name=contact.name, season=season.name)
        yield Block("members.block_membership", reason, join, where)
    elif row.state not in (MembershipState.ACTIVE, MembershipState.ENDED):
        reason = _("L'adhésion %(season)s de %(name)s n'est pas réglée.", season=season.name, name=contact.name)
        yield Block("members.block_membership", reason, _("Régler"), way_to_pay(row), row.document_id)


def _membership(contact_id: int, season: Season) -> Membership | None:
    query = select(Membership).where(
        Membership.contact_id == contact_id, Membership.season_id == season.id, Membership.state.in_(LIVE)
    )
    return db.session.scalar(query)


def way_to_pay(row: Membership) -> str:
    """Where the desk has a membership paid: its invoice, or its own page while there is none."""
    if row.document_id is not None and row.state == MembershipState.TO_PAY:
        return path("payments.receive") + f"?facture={row.document_id}"
    return path("members.show", membership_id=row.id)


def invoices_late(contact: Contact, day: date) -> Iterable[Block]:
    """Invoices of his, that he pays, or of his household (its payer's, a brother's), past a date of their schedule today."""
    today, payer = clock.today(), payer_for(contact.id, day)
    children = select(HouseholdMember.contact_id).where(
        HouseholdMember.household_id == household_on(contact.id, day), HouseholdMember.role == Role.CHILD
    )
    query = (
        select(SalesDocument.id, SalesDocument.number, overdue(today).label("late"))
        .where(
            unpaid(),
            or_(
                SalesDocument.contact_id == contact.id,
                SalesDocument.contact_id.in_(children),
                payer_is(contact.id),
                payer_is(payer),
            ),
            overdue(today) > 0,
        )
        .order_by(SalesDocument.due_on, SalesDocument.id)
        .limit(SHOWN)
    )
    for row in db.session.execute(query):
        reason = _("La facture %(number)s a %(late)s en retard de règlement.", number=row.number, late=euros(row.late))
        yield Block(
            "members.block_unpaid", reason, _("Régler"), path("payments.receive") + f"?facture={row.id}", row.id
        )


def suspended(contact: Contact, day: date) -> Iterable[Block]:
    """Suspended by us, until a day."""
    profile = profile_of(contact.id)
    if profile is not None and profile.suspended_until is not None and profile.suspended_until >= day:
        reason = _(
            "%(name)s est suspendu jusqu'au %(day)s : %(why)s", name=contact.name,
            day=clock.long_date(profile.suspended_until, year=True), why=profile.suspension,
        )  # fmt: skip
        yield Block(
            "members.block_suspension", reason, _("Voir l'adhérent"), path("members.person", contact_id=contact.id)
        )
