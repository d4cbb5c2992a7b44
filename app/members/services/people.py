"""Profiles, households, legal representatives and what they allow."""

from datetime import date

from sqlalchemy import delete, func, select

from app.accounts.models import User
from app.accounts.queries import allowed
from app.contacts.models import Contact
from app.contacts.queries import consents_about
from app.contacts.services import add_contact, give_consent
from app.contacts.states import Purpose
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.settings import setting
from app.core.subject import subject_of
from app.members.models import Guardian, Household, HouseholdMember, Member
from app.members.queries.people import profile_of
from app.members.states import AUTHORISATIONS, Role

OLDEST = 120


def put_profile(contact: Contact, *, category: str, born_on: date | None) -> Member:
    """Write a person's category and date of birth. Raises DomainError for a birth to come, or beyond memory."""
    require_transaction()
    today = clock.today()
    if born_on is not None and not today.year - OLDEST <= born_on.year <= today.year:
        raise DomainError(_("Cette date de naissance n'est pas possible. Vérifiez l'année."), field="born_on")
    row = _profile(contact)
    if (row.category, row.born_on) != (category.strip(), born_on):
        row.category, row.born_on = category.strip()[:60], born_on
        record(contact, "member.profile", category=row.category)
    db.session.flush()
    return row


def _profile(contact: Contact) -> Member:
    row = profile_of(contact.id)
    if row is None:
        row = Member(contact_id=contact.id)
        db.session.add(row)
        db.session.flush()
    return row


def suspend(contact: Contact, until: date, reason: str) -> None:
    """No booking until that day, itself counted. Raises DomainError without a reason, or for a day that is over."""
    require_transaction()
    if not reason.strip():
        raise DomainError(_("Dites pourquoi : la raison s'affiche à la réservation."), field="suspension")
    if until < clock.today():
        raise DomainError(_("Cette date est passée. Donnez le dernier jour de la suspension."), field="suspended_until")
    row = _profile(contact)
    row.suspended_until, row.suspension = until, reason.strip()[:300]
    record(contact, "member.suspended", until=until.isoformat(), reason=row.suspension)
    db.session.flush()


def lift_suspension(contact: Contact) -> None:
    """He may book again. One that is lifted already is no fault."""
    require_transaction()
    row = profile_of(contact.id)
    if row is not None and row.suspended_until is not None:
        row.suspended_until, row.suspension = None, ""
        record(contact, "member.restored")
        db.session.flush()


# --- households -----------------------------------------------------------------------------------------------------


def add_household(
    name: str, payer: Contact | None, *, address: str = "", postcode: str = "", town: str = ""
) -> Household:
    """A new home; its payer lives there unless he is removed. Raises DomainError without a name."""
    require_transaction()
    if not name.strip():
        raise DomainError(_("Donnez un nom au foyer, par exemple « Famille Rey »."), field="name")
    home = Household(
        name=name.strip()[:120], payer_id=payer.id if payer else None, address=address, postcode=postcode, town=town
    )
    db.session.add(home)
    db.session.flush()
    record(home, "household.added", name=home.name)
    if payer is not None and not payer.is_company:
        join(home, payer, Role.ADULT)
    return home


def change_household(
    home: Household, *, name: str, payer: Contact | None, address: str, postcode: str, town: str
) -> None:
    """Correct a home. The payer may be somebody who does not live there. Raises DomainError without a name."""
    require_transaction()
    if not name.strip():
        raise DomainError(_("Donnez un nom au foyer, par exemple « Famille Rey »."), field="name")
    home.name, home.payer_id, home.payer = name.strip()[:120], payer.id if payer else None, payer
    home.address, home.postcode, home.town = address.strip(), postcode.strip(), town.strip()
    record(home, "household.changed", name=home.name)
    db.session.flush()


def join(home: Household, contact: Contact, role: Role) -> HouseholdMember:
    """Somebody lives there from now on; adults represent the children of the home until one says otherwise.

    Raises DomainError for somebody who is there already, or an organisation.
    """
    require_transaction()
    if contact.is_company:
        raise DomainError(_("Une société n'habite pas un foyer. Elle peut en être le payeur."), field="contact_id")
    living = db.session.scalars(select(HouseholdMember).where(HouseholdMember.household_id == home.id)).all()
    if any(row.contact_id == contact.id for row in living):
        raise DomainError(_("%(name)s fait déjà partie de ce foyer.", name=contact.name), field="contact_id")
    position = 1 + max((row.position for row in living), default=0)
    row = HouseholdMember(household_id=home.id, contact_id=contact.id, role=role, position=position)
    db.session.add(row)
    db.session.flush()
    for other in living:
        if {other.role, role} == {Role.ADULT, Role.CHILD}:
            child, adult = (contact.id, other.contact_id) if role == Role.CHILD else (other.contact_id, contact.id)
            _represent(child, adult)
    record(home, "household.joined", who=contact.name, role=role.label)
    return row


def meet(name: str, by: User) -> Contact:
    """Somebody of a home who had no record yet, from his first name then his name.

    Raises DomainError for a name alone, one that somebody has already (he is chosen in the list), or who may not add contacts.
    """
    require_transaction()
    first, _space, last = name.strip().partition(" ")
    if not last.strip() or not allowed(by, "contact.edit"):
        raise DomainError(
            _("Choisissez la personne dans la liste, ou saisissez son prénom et son nom."), field="contact_id"
        )
    same = func.lower(Contact.name) == name.strip().lower()
    if db.session.scalar(select(Contact.id).where(same, Contact.archived_at.is_(None)).limit(1)) is not None:
        raise DomainError(
            _("%(name)s a déjà une fiche : choisissez-la dans la liste.", name=name.strip()), field="contact_id"
        )
    return add_contact(first_name=first, last_name=last.strip())


def leave(home: Household, contact_id: int) -> None:
    """Somebody lives there no more. Who represents whom by law stays: it is said apart."""
    require_transaction()
    name = db.session.scalar(select(Contact.name).where(Contact.id == contact_id)) or ""
    db.session.execute(
        delete(HouseholdMember).where(HouseholdMember.household_id == home.id, HouseholdMember.contact_id == contact_id)
    )
    record(home, "household.left", who=name)


def call_first(home: Household, contact_id: int) -> None:
    """Put somebody at the head of the order in which one calls."""
    require_transaction()
    lowest = db.session.scalar(
        select(func.min(HouseholdMember.position)).where(HouseholdMember.household_id == home.id)
    )
    row = db.session.scalar(
        select(HouseholdMember).where(HouseholdMember.household_id == home.id, HouseholdMember.contact_id == contact_id)
    )
    if row is not None:
        row.position = (lowest or 1) - 1
        db.session.flush()


# --- legal representatives ------------------------------------------------------------------------------------------


def _represent(child_id: int, adult_id: int) -> None:
    known = select(Guardian.id).where(Guardian.child_id == child_id, Guardian.adult_id == adult_id)
    if db.session.scalar(known) is None:
        db.session.add(Guardian(child_id=child_id, adult_id=adult_id))
        db.session.flush()


def put_guardian(child: Contact, adult: Contact, *, represents: bool) -> None:
    """Say whether an adult represents a child by law."""
    require_transaction()
    if child.id == adult.id:
        raise DomainError(_("Une personne ne se représente pas elle-même. Choisissez un adulte."), field="adult_id")
    known = select(Guardian).where(Guardian.child_id == child.id, Guardian.adult_id == adult.id)
    row = db.session.scalar(known)
    if represents == (row is not None):
        return
    if row is None:
        _represent(child.id, adult.id)
    else:
        db.session.delete(row)
        db.session.flush()
    record(subject_of(child), "member.guardian", who=adult.name, represents=represents)


def authorise(child: Contact, adult: Contact, given: dict[Purpose, bool], *, source: str) -> None:
    """Write what a representative allows for a child, with the text as it reads today; what has not changed is not written again."""
    require_transaction()
    known = consents_about(child.id)
    for purpose, key in AUTHORISATIONS.items():
        wording, before = str(setting(key)), known.get((adult.id, purpose))
        said = given.get(purpose, False)
        if (before is None and not said) or (before is not None and (before.given, before.wording) == (said, wording)):
            continue
        give_consent(adult, purpose, said, wording=wording, source=source, about=child)
    db.session.flush()
