"""Verbs of mandates: give, correct, end. Their owners change with a new mandate only: who signed is who is bound."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from app.accounts.models import User
from app.accounts.queries import allowed
from app.concierge.models import Lodging, MandateOwner, MandateTerms, RentalMandate
from app.concierge.queries.mandates import counted_after, overlapping
from app.concierge.queries.terms import data_of
from app.concierge.queries.told import of_name
from app.concierge.services.versions import check_terms
from app.contacts.models import Contact
from app.contacts.services import add_contact
from app.contacts.states import ContactKind
from app.core import clock
from app.core.actor import current_actor
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import percent
from app.core.numbers import next_number
from app.documents import services as files
from app.documents.queries import stored_file
from app.documents.services import Ready
from app.statements.models import WHOLE, Terms

SERIES = "M"
#: First words of the names of companies that own lodgings.
COMPANIES = frozenset(("SCI", "SARL", "SAS", "SASU", "EURL", "SA", "SNC", "SOCIÉTÉ"))


@dataclass(frozen=True, slots=True)
class OwnerInput:
    """An owner (a contact) and his share, in basis points."""

    contact_id: int
    basis_points: int = WHOLE


@dataclass(frozen=True, slots=True)
class MandateInput:
    """What was agreed. `ends_on` is the last day; None: until one of the two ends it."""

    starts_on: date
    owners: Sequence[OwnerInput]
    terms: Terms
    ends_on: date | None = None
    signed_on: date | None = None
    notes: str = ""
    file_id: int | None = None


def owners_typed(rows: Sequence[tuple[int | None, str, int]], by: User) -> list[OwnerInput]:
    """Owners from (contact, name typed, share): who has no record yet gets one. Raises DomainError."""
    require_transaction()
    return [OwnerInput(contact_id or _meet(name, by).id, share) for contact_id, name, share in rows]


def _meet(name: str, by: User) -> Contact:
    if not allowed(by, "contact.edit"):
        raise DomainError(_("Choisissez chaque propriétaire dans la liste."), field="owners")
    same = func.lower(Contact.name) == name.strip().lower()
    if db.session.scalar(select(Contact.id).where(same, Contact.archived_at.is_(None)).limit(1)) is not None:
        raise DomainError(
            _("%(name)s a déjà une fiche : choisissez-la dans la liste.", name=name.strip()), field="owners"
        )
    first, _space, last = name.strip().partition(" ")
    if first.upper().rstrip(".") in COMPANIES:
        return add_contact(kind=ContactKind.COMPANY, name=name)
    if not last.strip():
        raise DomainError(
            _("Choisissez le propriétaire dans la liste, ou saisissez son prénom et son nom."), field="owners"
        )
    return add_contact(first_name=first, last_name=last)


def add_mandate(lodging: Lodging, told: MandateInput) -> RentalMandate:
    """A new mandate, numbered in the register; its first terms hold from its first day.

    Raises DomainError; Conflict when another mandate of the lodging has one of its days.
    """
    require_transaction()
    db.session.scalars(select(Lodging.id).where(Lodging.id == lodging.id).with_for_update()).one()
    _check_days(lodging.id, told.starts_on, told.ends_on)
    check_terms(told.terms)
    mandate = RentalMandate(
        number=next_number(SERIES), lodging_id=lodging.id, lodging=lodging, starts_on=told.starts_on, ends_on=told.ends_on,
        signed_on=_signed(told.signed_on), notes=told.notes.strip(), file_id=told.file_id, owners=_owners(told.owners),
        versions=[MandateTerms(since=told.starts_on, terms=data_of(told.terms))],
    )  # fmt: skip
    db.session.add(mandate)
    db.session.flush()
    record(mandate, "mandate.added", number=mandate.number, who=", ".join(one.contact.name for one in mandate.owners))
    record(lodging, "lodging.entrusted", number=mandate.number, day=clock.table_date(told.starts_on))
    return mandate


def _check_days(lodging_id: int, first: date, last: date | None, besides: int = 0) -> None:
    if last is not None and last < first:
        raise DomainError(_("Le dernier jour vient avant le premier. Échangez-les."), field="ends_on")
    other = overlapping(lodging_id, first, last, besides)
    if other is None:
        return
    if other.ends_on is None:
        words = _("Le mandat %(number)s court encore depuis le %(day)s. Terminez-le d'abord, la veille de celui-ci.", number=other.number, day=clock.table_date(other.starts_on))  # fmt: skip
    else:
        words = _("Le mandat %(number)s couvre déjà du %(a)s au %(b)s. Choisissez d'autres dates.", number=other.number, a=clock.table_date(other.starts_on), b=clock.table_date(other.ends_on))  # fmt: skip
    raise Conflict(words, field="starts_on")


def _signed(day: date | None) -> date | None:
    if day is not None and day > clock.today():
        raise DomainError(_("La date de signature est dans le futur. Vérifiez-la."), field="signed_on")
    return day


def _owners(told: Sequence[OwnerInput]) -> list[MandateOwner]:
    if not told:
        raise DomainError(_("Dites à qui est le logement : choisissez au moins un propriétaire."), field="owners")
    ids = [one.contact_id for one in told]
    if len(set(ids)) < len(ids):
        raise DomainError(_("Un propriétaire est donné deux fois. Retirez l'une des deux lignes."), field="owners")
    total = sum(one.basis_points for one in told)
    if total != WHOLE or any(one.basis_points <= 0 for one in told):
        raise DomainError(
            _(
                "Les parts font %(total)s : elles doivent faire 100 %%, chacune plus grande que 0.",
                total=percent(total),
            ),
            field="owners",
        )
    known = {row.id: row for row in db.session.scalars(select(Contact).where(Contact.id.in_(ids)))}
    if any(one not in known or known[one].archived_at is not None for one in ids):
        raise DomainError(_("Choisissez chaque propriétaire dans la liste."), field="owners")
    return [
        MandateOwner(contact_id=one.contact_id, contact=known[one.contact_id], basis_points=one.basis_points, position=rank)
        for rank, one in enumerate(told)
    ]  # fmt: skip


def change_mandate(
    mandate: RentalMandate, *, signed_on: date | None, notes: str, paper: Ready | None = None
) -> RentalMandate:
    """What may be corrected of a mandate: its signature, its notes, the signed paper (None: as it is; another takes the place of
    the one there was, which is forgotten). Raises DomainError."""
    require_transaction()
    before = (mandate.signed_on, mandate.notes)
    mandate.signed_on, mandate.notes = _signed(signed_on), notes.strip()
    day = clock.table_date(mandate.signed_on) if mandate.signed_on else ""
    if paper is not None:
        old, mandate.file_id = stored_file(mandate.file_id), files.keep(paper, by=current_actor().name).id
        db.session.flush()
        if old is not None:
            files.forget(old)
        record(mandate, "mandate.filed", name=paper.judged.name)
    if before != (mandate.signed_on, mandate.notes):
        db.session.flush()
        record(mandate, "mandate.changed", signed=day)
    return mandate


def end_mandate(mandate: RentalMandate, last_day: date) -> None:
    """It ends with that day, earlier or later than said before. Raises DomainError, Conflict."""
    require_transaction()
    if last_day < mandate.starts_on:
        raise DomainError(
            _("Le mandat commence le %(day)s : son dernier jour ne peut pas être avant.", day=clock.table_date(mandate.starts_on)), field="ends_on"
        )  # fmt: skip
    _check_days(mandate.lodging_id, mandate.starts_on, last_day, mandate.id)
    month = counted_after(mandate.id, last_day)
    if month is not None:
        raise DomainError(
            _("Un relevé %(month)s est approuvé avec ce mandat. Choisissez un dernier jour après ce mois.", month=of_name(month)), field="ends_on"
        )  # fmt: skip
    mandate.ends_on = last_day
    db.session.flush()
    record(mandate, "mandate.ended", day=clock.table_date(last_day))


def next_start(mandates: Sequence[RentalMandate]) -> date:
    """The first day that a new mandate may have: the day after the last one ends, else the first of this month."""
    ends = [one.ends_on for one in mandates if one.ends_on is not None]
    return max(ends) + timedelta(days=1) if ends else clock.today().replace(day=1)
