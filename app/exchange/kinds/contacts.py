"""Contacts in and out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from app.contacts.models import Contact
from app.contacts.services import add_contacts
from app.contacts.states import ContactKind
from app.core.db import db
from app.core.i18n import _
from app.core.phones import phone_key
from app.exchange import values
from app.exchange.kinds.base import Field, Kind, Line, Origin, declare_kind, note_lines, own_ids, own_ref, show_yes_no

WORDS = {
    "particulier": ContactKind.PERSON, "personne": ContactKind.PERSON, "client": ContactKind.PERSON, "prive": ContactKind.PERSON,
    "entreprise": ContactKind.COMPANY, "professionnel": ContactKind.COMPANY, "pro": ContactKind.COMPANY, "societe": ContactKind.COMPANY,
    "asso": ContactKind.ASSOCIATION,
}  # fmt: skip

FIELDS = (
    Field("id", "Identifiant", ("id", "ref", "reference", "numero client", "n client", "code client", "code")),
    Field("kind", "Type", ("type de client", "categorie"), values.choice(ContactKind, WORDS)),
    Field(
        "name",
        "Nom",
        ("nom complet", "client", "contact", "raison sociale", "nom du client", "name", "societe", "denomination"),
    ),
    Field("first_name", "Prénom", ("first name", "prenoms")),
    Field("last_name", "Nom de famille", ("last name", "nom de naissance", "surname")),
    Field("siret", "SIRET", ("n siret", "numero siret"), values.siret),
    Field(
        "email",
        "Courriel",
        ("email", "e mail", "mail", "adresse mail", "adresse email", "adresse electronique"),
        values.email,
    ),
    Field(
        "phone", "Téléphone", ("tel", "phone", "mobile", "portable", "telephone 1", "tel mobile", "gsm"), values.phone
    ),
    Field(
        "phone_2",
        "Autre téléphone",
        ("telephone 2", "tel 2", "fixe", "tel fixe", "telephone fixe", "domicile"),
        values.phone,
    ),
    Field("address", "Adresse", ("rue", "adresse 1", "adresse postale", "address", "voie")),
    Field("postcode", "Code postal", ("cp", "zip", "postcode", "postal code"), values.text(12)),
    Field("town", "Commune", ("ville", "city", "localite", "town")),
    Field("country", "Pays", ("country",), values.country),
    Field("notify_sms", "Prévenir par SMS", ("sms", "accepte les sms"), values.yes_no),
    Field("notify_email", "Prévenir par courriel", ("accepte les mails",), values.yes_no),
    Field("notify_call", "Prévenir par téléphone", (), values.yes_no),
    Field(
        "notes",
        "Notes internes",
        ("notes", "note", "commentaire", "commentaires", "remarque", "remarques", "observations"),
        values.text(4000),
    ),
    Field(
        "company",
        "Société de rattachement",
        ("employeur",),
        hint="Le nom d'une société du même fichier ou déjà dans la base.",
    ),
)

NOTICES = {"notify_sms": True, "notify_email": True, "notify_call": False}


def full_name(line: Line) -> str:
    """How the contact is called: its name, its two names, or what it can be reached by."""
    both = f"{line.text('first_name')} {line.text('last_name')}".strip()
    if (
        line.text("name")
        and line.text("first_name")
        and not line.text("last_name")
        and line["kind"] in (None, ContactKind.PERSON)
    ):
        return f"{line.text('first_name')} {line.text('name')}"
    return line.text("name") or both or line.text("email") or line.text("phone")


def sense(line: Line) -> str:
    """A contact has a name, or something to reach it by."""
    return "" if full_name(line) else _("Cette ligne n'a ni nom, ni courriel, ni téléphone.")


class ContactWriter:
    """Writes contacts; the company of a person is looked for by its name."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin

    def known(self, lines: Sequence[Line]) -> set[int]:
        """By their identifier; without one, by the same name with the same phone or e-mail."""
        refs = {line.ref for line in lines if line.ref}
        ours = own_ids("contact", refs)
        there = (
            set(db.session.scalars(select(Contact.source_ref).where(Contact.source_ref.in_(refs)))) if refs else set()
        )
        mine = set(db.session.scalars(select(Contact.id).where(Contact.id.in_(ours.values())))) if ours else set()
        known = {line.number for line in lines if line.ref and (line.ref in there or ours.get(line.ref) in mine)}
        return known | self._same([line for line in lines if not line.ref])

    def _same(self, lines: Sequence[Line]) -> set[int]:
        emails = {line.text("email") for line in lines} - {""}
        phones = {phone_key(line.text("phone")) for line in lines} - {""}
        if not (emails or phones):
            return set()
        query = select(func.lower(Contact.name), Contact.email, Contact.phone_key).where(
            or_(Contact.email.in_(emails), Contact.phone_key.in_(phones))
        )
        seen = {(name, key) for name, email, phone in db.session.execute(query) for key in (email, phone) if key}
        known = set()
        for line in lines:
            keys = {
                (full_name(line).lower(), key) for key in (line.text("email"), phone_key(line.text("phone"))) if key
            }
            if keys & seen:
                known.add(line.number)
            seen |= keys
        return known

    def write(self, lines: Sequence[Line]) -> None:
        """Every line a contact. Companies first, so that their people find them."""
        ordered = sorted(lines, key=lambda line: bool(line.text("company")))
        alone = [line for line in ordered if not line.text("company")]
        for part in (alone, ordered[len(alone) :]):
            companies = self._companies({line.text("company") for line in part} - {""})
            rows = [self._values(line, companies) for line in part]
            note_lines("contact", add_contacts(rows), part, self.origin)

    def _companies(self, names: set[str]) -> dict[str, int]:
        if not names:
            return {}
        query = select(func.lower(Contact.name), Contact.id).where(
            func.lower(Contact.name).in_([name.lower() for name in names]),
            Contact.kind != ContactKind.PERSON,
            Contact.archived_at.is_(None),
        )
        return {row[0]: row[1] for row in db.session.execute(query)}

    def _values(self, line: Line, companies: Mapping[str, int]) -> dict[str, Any]:
        company = line.text("company")
        company_id = companies.get(company.lower()) if company else None
        lost = _("Société : %(name)s", name=company) if company and company_id is None else ""
        notes = "\n".join(part for part in (line.text("notes"), lost, line.remarks(FIELDS)) if part)
        told = {key: default if line[key] is None else line[key] for key, default in NOTICES.items()}
        plain = {
            key: line.text(key)
            for key in ("first_name", "last_name", "siret", "email", "phone", "phone_2", "address", "postcode", "town")
        }
        kind = line["kind"] or (ContactKind.COMPANY if plain["siret"] else ContactKind.PERSON)
        return plain | told | {
            "kind": kind, "name": full_name(line), "country": line.text("country") or "FR", "notes": notes,
            "company_id": company_id, "source_ref": line.ref or None,
        }  # fmt: skip


def rows(filters: Mapping[str, str]) -> Iterator[Sequence[Any]]:
    """Contacts in use, or of one type (`type`), by name."""
    company = aliased(Contact)
    query = (
        select(Contact, company.name)
        .outerjoin(company, company.id == Contact.company_id)
        .where(Contact.archived_at.is_not(None) if "archives" in filters else Contact.archived_at.is_(None))
        .order_by(Contact.name, Contact.id)
        .execution_options(yield_per=500)
    )
    if filters.get("type") in frozenset(ContactKind):
        query = query.where(Contact.kind == filters["type"])
    for contact, company_name in db.session.execute(query):
        yield (
            own_ref("contact", contact.id, contact.source_ref), contact.kind.label, contact.name, contact.first_name,
            contact.last_name, contact.siret, contact.email, contact.phone, contact.phone_2, contact.address, contact.postcode,
            contact.town, contact.country, show_yes_no(contact.notify_sms), show_yes_no(contact.notify_email),
            show_yes_no(contact.notify_call), contact.notes, company_name or "",
        )  # fmt: skip


declare_kind(Kind("contacts", "Contacts", "users", FIELDS, sense, ContactWriter, rows, list_url="/contacts"))
