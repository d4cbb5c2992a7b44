"""Households, seasons, memberships."""

from datetime import date
from typing import Any

from sqlalchemy import select

from app.catalog.models import Article
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.core.settings import change_setting
from app.members import services
from app.members.models import Household, Membership, Season
from app.members.services.proofs import accept, bring
from app.members.states import ProofKind, Role
from app.setup.services.wares import put_articles
from tests.factories.base import serial
from tests.factories.contacts import a_contact
from tests.factories.sales import a_legal_seller

FEE = {
    "reference": "ADHESION", "label": "Adhésion", "kind": "service", "family": "Adhésions", "unit": "saison", "price": 4000,
    "vat": "exempt",
}  # fmt: skip


def members_on(**settings: Any) -> None:
    """The organisation has members; `settings`: names after « members. »."""
    a_legal_seller()
    with transaction():
        for name, value in ({"enabled": True} | settings).items():
            change_setting(f"members.{name}", value)


def a_fee() -> Article:
    """The membership of the catalogue, 40 €."""
    with transaction():
        put_articles([FEE])
    return db.session.scalars(select(Article).where(Article.reference == "ADHESION")).one()


def a_season(name: str = "", first: date | None = None, last: date | None = None) -> Season:
    """The season of today, from September to August, unless other days are given."""
    today = clock.today()
    year = today.year if today.month >= 9 else today.year - 1
    first, last = first or date(year, 9, 1), last or date(year + 1, 8, 31)
    with transaction():
        return services.put_season(None, name or f"Saison {serial()}", first, last)


def a_child(name: str = "", born: date | None = None, **values: Any) -> Contact:
    """A pupil, with his date of birth when it counts."""
    child = a_contact(**({"name": name} if name else {}), email="", phone="", **values)
    if born is not None:
        with transaction():
            services.put_profile(child, category="", born_on=born)
    return child


def a_home(payer: Contact, *children: Contact, name: str = "", **address: str) -> Household:
    """A household of this payer and these children."""
    with transaction():
        home = services.add_household(name or f"Foyer {payer.name}", db.session.get_one(Contact, payer.id), **address)
        for child in children:
            services.join(home, db.session.get_one(Contact, child.id), Role.CHILD)
        return home


def a_membership(contact: Contact, season: Season, home: Household | None = None, *, issue: bool = True) -> Membership:
    """A membership asked for, and invoiced when `issue`."""
    fee = a_fee()
    with transaction():
        row = services.ask(contact, season, fee.id, home.id if home else None)
        if issue:
            services.bill([row], issue=True)
        return row


def a_checked_quotient(contact: Contact, bracket: tuple[int, int | None], until: date) -> None:
    """A quotient familial checked, of that bracket, valid until a day."""
    with transaction():
        accept(bring(contact, ProofKind.QUOTIENT), until, bracket)
