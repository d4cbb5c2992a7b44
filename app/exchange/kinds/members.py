"""A school's file of members, in and out: a line names a pupil, his parents and the season he joined."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.contacts.models import Contact
from app.contacts.services import add_contacts
from app.core.db import db
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.exchange import values
from app.exchange.kinds.base import Field, Kind, Line, Origin, declare_kind, own_ids, own_ref, show_day, show_yes_no
from app.exchange.kinds.people import People, Person
from app.members import queries, services
from app.members.models import Guardian, Household, HouseholdMember, Member, Membership, Season
from app.members.states import LIVE, MACHINE, MembershipState, Role

SCHOOL_YEAR = re.compile(r"(20\d\d)\s*[-/]\s*(?:20)?(\d\d)")

FIELDS = (
    Field("id", "Identifiant", ("id", "numero adherent", "n adherent", "code adherent", "matricule")),
    Field("name", "Nom complet", ("adherent", "eleve", "nom de l eleve", "nom et prenom")),
    Field("first_name", "Prénom", ("prenom de l eleve", "prenom eleve")),
    Field("last_name", "Nom de famille", ("nom", "nom eleve")),
    Field("born_on", "Date de naissance", ("ne le", "nee le", "naissance", "ddn"), values.past_day),
    Field("category", "Catégorie d'adhérent", ("categorie", "statut adherent", "discipline"), values.text(60)),
    Field("email", "Courriel de l'élève", ("email", "courriel", "mail"), values.email),
    Field("phone", "Téléphone de l'élève", ("telephone", "tel", "portable"), values.phone),
    Field("household", "Foyer", ("famille", "nom du foyer")),
    Field("address", "Adresse", ("rue", "adresse du foyer")),
    Field("postcode", "Code postal", ("cp",), values.text(12)),
    Field("town", "Commune", ("ville",)),
    Field("parent1", "Parent 1", ("responsable 1", "responsable legal 1", "representant legal", "responsable legal", "mere", "responsable")),
    Field("parent1_email", "Courriel du parent 1", ("email parent 1", "mail responsable 1", "email responsable", "email mere"), values.email),
    Field("parent1_phone", "Téléphone du parent 1", ("tel parent 1", "tel responsable 1", "tel responsable", "portable mere"), values.phone),
    Field("parent2", "Parent 2", ("responsable 2", "responsable legal 2", "pere")),
    Field("parent2_email", "Courriel du parent 2", ("email parent 2", "mail responsable 2", "email pere"), values.email),
    Field("parent2_phone", "Téléphone du parent 2", ("tel parent 2", "tel responsable 2", "portable pere"), values.phone),
    Field("address2", "Adresse du parent 2", ("adresse 2", "deuxieme adresse"), hint="Remplie : l'enfant a un second foyer."),
    Field("postcode2", "Code postal du parent 2", ("cp 2", "code postal 2"), values.text(12)),
    Field("town2", "Commune du parent 2", ("ville 2", "commune 2")),
    Field("payer", "Payeur", ("facture a", "responsable financier"), hint="Le nom d'un des parents, ou d'un autre."),
    Field("season", "Saison", ("annee scolaire", "exercice"), values.text(60)),
    Field("fee", "Adhésion", ("formule", "type d adhesion")),
    Field("paid", "À jour", ("regle", "paye", "cotisation reglee"), values.yes_no),
)  # fmt: skip


def full_name(line: Line) -> str:
    """How the pupil is called."""
    return line.text("name") or f"{line.text('first_name')} {line.text('last_name')}".strip()


def sense(line: Line) -> str:
    """A member has a name."""
    return "" if full_name(line) else _("Cette ligne ne nomme personne.")


class MemberWriter:
    """Writes pupils, parents, homes and memberships. What is there already is found, never made again."""

    def __init__(self, origin: Origin) -> None:
        self.origin, self.people = origin, People(origin)

    def known(self, lines: Sequence[Line]) -> set[int]:
        """Those whose pupil is there, with the parents and the season that the line names."""
        found = {line.number: self._pupil(line) for line in lines}
        ids = {contact_id for contact_id in found.values() if contact_id}
        parents, seasons = _parents_of(ids), _seasons_of(ids)
        known = set()
        for line in lines:
            contact_id = found[line.number]
            named = {line.text(key).casefold() for key in ("parent1", "parent2")} - {""}
            joined = not line.text("season") or line.text("season").casefold() in seasons[contact_id or 0]
            if contact_id and joined and named <= parents[contact_id]:
                known.add(line.number)
        return known

    def write(self, lines: Sequence[Line]) -> None:
        """Each line in turn: a brother may be on the line before. Raises DomainError."""
        for line in lines:
            self.people = People(self.origin)  # a line that is refused takes back those it made
            pupil = self._write_pupil(line)
            homes = self._homes(line, pupil)
            if line.text("season"):
                self._join(line, pupil, homes[0] if homes else None)

    def _pupil(self, line: Line) -> int | None:
        """By his identifier, else by his name with the same birth, e-mail, phone or parent."""
        if line.ref:
            mine = own_ids("contact", [line.ref]).get(line.ref)
            return db.session.scalar(
                select(Contact.id).where(Contact.id == mine if mine else Contact.source_ref == line.ref)
            )
        rows = db.session.execute(
            select(Contact.id, Contact.email, Contact.phone, Member.born_on)
            .outerjoin(Member, Member.contact_id == Contact.id)
            .where(func.lower(Contact.name) == full_name(line).lower(), Contact.archived_at.is_(None))
            .order_by(Contact.id)
        ).all()
        parents = _parents_of({row.id for row in rows})
        for row in rows:
            told = [(line["born_on"], row.born_on), (line.text("email"), row.email), (line.text("phone"), row.phone)]
            same = any(said and said == ours for said, ours in told)
            other = any(said and ours and said != ours for said, ours in told[:1])
            if same or (not other and line.text("parent1").casefold() in parents[row.id] | {""}):
                return int(row.id)
        return None

    def _write_pupil(self, line: Line) -> Contact:
        known = self._pupil(line)
        if known is None:
            adult = not line.text("parent1")
            where = {key: line.text(key) for key in ("address", "postcode", "town")} if adult else {}
            row = {key: line.text(key) for key in ("first_name", "last_name", "email", "phone")} | where
            [known] = add_contacts(
                [row | {"name": full_name(line), "source_ref": line.ref or None, "notes": line.remarks(FIELDS)}]
            )
            pupil = db.session.get_one(Contact, known)
            record(pupil, "record.imported", file=self.origin.file, line=line.number)
        pupil = db.session.get_one(Contact, known)
        if line["born_on"] or line.text("category"):
            mine = queries.profile_of(pupil.id)
            services.put_profile(
                pupil, category=line.text("category") or (mine.category if mine else ""), born_on=line["born_on"] or (mine.born_on if mine else None),
            )  # fmt: skip
        return pupil

    def _homes(self, line: Line, pupil: Contact) -> list[Household]:
        first, second = self._person(line, "parent1"), self._person(line, "parent2")
        if first is None:
            return []
        apart = second is not None and any(line.text(key) for key in ("address2", "postcode2", "town2"))
        payer = self._payer(line, first, second)
        home = self._home(
            first, payer, line.text("household"), {key: line.text(key) for key in ("address", "postcode", "town")}
        )
        people = [(first, Role.ADULT), (pupil, Role.CHILD), *([(second, Role.ADULT)] if second and not apart else [])]
        homes = [(home, people)]
        if apart and second is not None:
            where = {key: line.text(f"{key}2") for key in ("address", "postcode", "town")}
            homes.append((self._home(second, second, "", where), [(second, Role.ADULT), (pupil, Role.CHILD)]))
        for home, people in homes:
            there = set(
                db.session.scalars(select(HouseholdMember.contact_id).where(HouseholdMember.household_id == home.id))
            )
            for contact, role in people:
                if contact.id not in there:
                    services.join(home, contact, role)
        return [home for home, _people in homes]

    def _person(self, line: Line, key: str) -> Contact | None:
        if not line.text(key):
            return None
        [found] = self.people.ids([Person(line.text(key), line.text(f"{key}_email"), line.text(f"{key}_phone"))])
        return db.session.get_one(Contact, found) if found else None

    def _payer(self, line: Line, first: Contact, second: Contact | None) -> Contact:
        name = line.text("payer").casefold()
        if not name or name == first.name.casefold():
            return first
        if second is not None and name == second.name.casefold():
            return second
        [found] = self.people.ids([Person(line.text("payer"))])
        return db.session.get_one(Contact, found) if found else first

    def _home(self, adult: Contact, payer: Contact, name: str, where: Mapping[str, str]) -> Household:
        """The home where that adult lives already, else a new one of that address."""
        known = queries.main_household(adult.id)
        if known is not None:
            return db.session.get_one(Household, known)
        called = name or _("Famille %(name)s", name=adult.last_name or adult.name)
        return services.add_household(called, payer, **where)

    def _join(self, line: Line, pupil: Contact, home: Household | None) -> None:
        season = _season(line.text("season"))
        if queries.membership_of(pupil.id, season.id) is not None:
            return
        fees = queries.fee_rows()
        if not fees:
            raise DomainError(_("Aucun article du catalogue n'est une adhésion : créez-le d'abord."))
        wanted = line.text("fee").casefold()
        article = next((row.id for row in fees if row.label.casefold() == wanted), fees[0].id)
        row = services.ask(pupil, season, article, home.id if home else None)
        if line["paid"]:
            MACHINE.move(row, MembershipState.ACTIVE, reason=_("repris de %(file)s", file=self.origin.file))


def _parents_of(ids: set[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    query = select(Guardian.child_id, Contact.name).join(Contact, Contact.id == Guardian.adult_id)
    for row in db.session.execute(query.where(Guardian.child_id.in_(ids))):
        found[row.child_id].add(row.name.casefold())
    return found


def _seasons_of(ids: set[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    query = select(Membership.contact_id, Season.name).join(Season, Season.id == Membership.season_id)
    for row in db.session.execute(query.where(Membership.contact_id.in_(ids))):
        found[row.contact_id].add(row.name.casefold())
    return found


def _season(name: str) -> Season:
    """The season of that name; « 2025-2026 » is made, from September to August. Raises DomainError for another that is unknown."""
    found = db.session.scalar(select(Season).where(func.lower(Season.name) == name.lower()))
    if found is not None:
        return found
    year = SCHOOL_YEAR.fullmatch(name)
    if year is None:
        raise DomainError(_("La saison « %(name)s » n'existe pas. Créez-la, ou écrivez 2025-2026.", name=name))
    first = int(year[1])
    return services.put_season(None, name, date(first, 9, 1), date(first + 1, 8, 31))


def rows(filters: Mapping[str, str]) -> Iterator[Sequence[Any]]:
    """Every membership that counts, of one season (`saison`: its id) or of all, by name."""
    query: Any = (
        select(Membership, Contact, Member, Household, Season.name)
        .join(Contact, Contact.id == Membership.contact_id)
        .join(Season, Season.id == Membership.season_id)
        .outerjoin(Member, Member.contact_id == Contact.id)
        .outerjoin(Household, Household.id == Membership.household_id)
        .where(Membership.state.in_(LIVE))
        .order_by(Contact.name, Season.first_day)
    )
    if filters.get("saison", "0").isdigit() and filters.get("saison", "0") != "0":
        query = query.where(Membership.season_id == int(filters["saison"]))
    labels = {row.id: row.label for row in queries.fee_rows()}
    payers = _payer_names()
    for membership, contact, member, home, season in db.session.execute(query).all():
        parents = queries.representatives_of(contact.id)[:2]
        told = [parents[n] if n < len(parents) else None for n in range(2)]
        yield (
            own_ref("contact", contact.id, contact.source_ref), contact.name, contact.first_name, contact.last_name,
            show_day(member.born_on if member else None), member.category if member else "", contact.email, contact.phone,
            home.name if home else "", (home or contact).address, (home or contact).postcode, (home or contact).town,
            *(part for one in told for part in ((one.name, "", one.phone) if one else ("", "", ""))),
            "", "", "", payers.get(membership.payer_id, ""), season, labels.get(membership.article_id, ""),
            show_yes_no(membership.state in (MembershipState.ACTIVE, MembershipState.ENDED)),
        )  # fmt: skip


def _payer_names() -> dict[int, str]:
    """{payer: his name}."""
    query = select(Contact.id, Contact.name).join(Membership, Membership.payer_id == Contact.id).distinct()
    return {row.id: row.name for row in db.session.execute(query)}


declare_kind(
    Kind(
        "members",
        "Adhérents",
        "id-badge-2",
        FIELDS,
        sense,
        MemberWriter,
        rows,
        list_url="/adherents",
        shown=queries.enabled,
    )
)
