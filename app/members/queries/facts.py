"""What the price engine is told of a person: whose town, which quotient, which rank, which category; and the words of it.

Whose address counts is a setting. « Payeur »: that of the household that pays (its own, else its payer's). « Élève »: the pupil's
own, else that of his main household, whichever household pays. An adult without a household is his own payer.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import select

from app.contacts.models import Contact
from app.core.db import db
from app.core.i18n import _
from app.core.money import euros
from app.core.settings import setting
from app.members.models import Household, HouseholdMember, Member, Membership, Proof
from app.members.queries.people import main_household
from app.members.queries.seasons import enabled, season_on
from app.members.states import LIVE, ProofKind, ProofState, Role, WhoseAddress
from app.tariffs.queries import zones_of_towns

Address = tuple[str, str]


class Asked(NamedTuple):
    """A person who joins, and the household that pays (None: himself)."""

    contact_id: int
    household_id: int | None


@dataclass(frozen=True, slots=True)
class Facts:
    """`known`: fields of `tariffs.Situation`; `words`: (what, its value) in French, for « Pourquoi ce prix ? »."""

    payer_id: int
    known: Mapping[str, Any]
    words: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Read:
    """What was read for many persons at once."""

    contacts: dict[int, Any]
    homes: dict[int, Any]
    main: dict[int, int]
    roles: dict[tuple[int, int], Role]
    profiles: dict[int, Any]
    proofs: dict[tuple[int, ProofKind], Any]
    zones: dict[Address, int | None] = field(default_factory=dict)


def facts_for(asked: Sequence[Asked], season_id: int | None, on: date) -> list[Facts]:
    """The facts of each, in order; a number of queries that does not grow with them. Earlier ones count as brothers and sisters
    of later ones: those who join together are given in their order (the eldest first)."""
    read = _read(asked, on)
    addresses = [_address(one, read) for one in asked]
    read.zones = zones_of_towns(address for _who, address in addresses)
    ranks = _ranks(asked, season_id, read)
    return [
        _facts(one, who, address, rank, read) for one, (who, address), rank in zip(asked, addresses, ranks, strict=True)
    ]


def _read(asked: Sequence[Asked], on: date) -> _Read:
    people = {one.contact_id for one in asked}
    living = db.session.execute(
        select(HouseholdMember.household_id, HouseholdMember.contact_id, HouseholdMember.role)
        .join(Household, Household.id == HouseholdMember.household_id)
        .where(HouseholdMember.contact_id.in_(people), Household.archived_at.is_(None))
        .order_by(HouseholdMember.id)
    ).all()
    main: dict[int, int] = {}
    for row in living:
        main.setdefault(row.contact_id, row.household_id)
    wanted = {one.household_id for one in asked if one.household_id} | set(main.values())
    homes = db.session.execute(
        select(Household.id, Household.name, Household.payer_id, Household.postcode, Household.town).where(Household.id.in_(wanted))
    )  # fmt: skip
    by_id = {row.id: row for row in homes}
    people |= {row.payer_id for row in by_id.values() if row.payer_id}
    columns = (Contact.id, Contact.name, Contact.category, Contact.postcode, Contact.town)
    return _Read(
        contacts={row.id: row for row in db.session.execute(select(*columns).where(Contact.id.in_(people)))},
        homes=by_id, main=main, roles={(row.household_id, row.contact_id): row.role for row in living},
        profiles={row.contact_id: row for row in db.session.execute(
            select(Member.contact_id, Member.category, Member.born_on).where(Member.contact_id.in_(people)))},
        proofs=_proofs(people, on),
    )  # fmt: skip


def _proofs(people: Iterable[int], on: date) -> dict[tuple[int, ProofKind], Any]:
    """The last accepted of each kind that still holds that day: one whose validity is over is never used."""
    query = select(Proof.contact_id, Proof.kind, Proof.bracket_from, Proof.bracket_below, Proof.valid_until).where(
        Proof.contact_id.in_(people), Proof.state == ProofState.ACCEPTED, Proof.valid_until >= on
    )
    return {(row.contact_id, row.kind): row for row in db.session.execute(query.order_by(Proof.id))}


def payer_of(one: Asked, homes: Mapping[int, Any]) -> int:
    """Who pays: the payer of the household, else the person himself."""
    home = homes.get(one.household_id or 0)
    return home.payer_id if home is not None and home.payer_id else one.contact_id


def _address(one: Asked, read: _Read) -> tuple[int, Address]:
    """(whose it is, his postcode and town) of the address that counts."""
    payer = payer_of(one, read.homes)
    person = read.contacts[one.contact_id]
    if setting("members.address") == WhoseAddress.PUPIL:
        if person.postcode or person.town:
            return person.id, (person.postcode, person.town)
        home = read.homes.get(read.main.get(one.contact_id, 0))
    else:
        home = read.homes.get(one.household_id or 0)
    if home is None:
        return payer, (read.contacts[payer].postcode, read.contacts[payer].town)
    owner = read.contacts.get(home.payer_id or 0, person)
    if home.postcode or home.town:
        return owner.id, (home.postcode, home.town)
    return owner.id, (owner.postcode, owner.town)


def _ranks(asked: Sequence[Asked], season_id: int | None, read: _Read) -> list[int]:
    """The rank of each child among those of the household that pays who join the season; 1 for an adult."""
    homes = {one.household_id for one in asked if one.household_id}
    query = (
        select(Membership.household_id, Membership.contact_id)
        .join(HouseholdMember, (HouseholdMember.household_id == Membership.household_id) & (HouseholdMember.contact_id == Membership.contact_id))
        .where(
            Membership.household_id.in_(homes), Membership.season_id == season_id, Membership.state.in_(LIVE),
            HouseholdMember.role == Role.CHILD,
        )
        .order_by(Membership.id)
    )  # fmt: skip
    joined: dict[int, list[int]] = {}
    for row in db.session.execute(query) if homes and season_id else ():
        joined.setdefault(row.household_id, []).append(row.contact_id)
    ranks = []
    for one in asked:
        if one.household_id is None or read.roles.get((one.household_id, one.contact_id)) != Role.CHILD:
            ranks.append(1)
            continue
        line = joined.setdefault(one.household_id, [])
        if one.contact_id not in line:
            line.append(one.contact_id)
        ranks.append(line.index(one.contact_id) + 1)
    return ranks


def _facts(one: Asked, whose: int, address: Address, rank: int, read: _Read) -> Facts:
    payer, person = payer_of(one, read.homes), read.contacts[one.contact_id]
    profile = read.profiles.get(one.contact_id)
    proven = not setting("members.proof_needed") or (whose, ProofKind.ADDRESS) in read.proofs
    bracket = read.proofs.get((payer, ProofKind.QUOTIENT))
    known = {
        "zone_id": read.zones.get(address) if proven else None,
        "member_category": profile.category if profile else "",
        "customer_category": person.category,
        "quotient": (bracket.bracket_from or 0) if bracket else None,
        "sibling_rank": rank,
    }
    town = " ".join(filter(None, address)) or _("inconnue")
    words = [
        (_("Adresse qui compte"), _("%(town)s, celle de %(name)s", town=town, name=read.contacts[whose].name)),
        (_("Catégorie"), known["member_category"] or _("aucune")),
        (
            _("Quotient familial"),
            bracket_words(bracket.bracket_from, bracket.bracket_below) if bracket else _("non vérifié"),
        ),
        (_("Rang de l'enfant"), str(rank)),
    ]
    if not proven:
        words.insert(1, (_("Domicile"), _("pas de justificatif vérifié : la commune ne compte pas")))
    return Facts(payer, known, words)


def bracket_words(low: int | None, below: int | None) -> str:
    """« de 400,00 € à moins de 800,00 € »."""
    if below is None:
        return _("à partir de %(low)s", low=euros(low or 0)) if low else _("toutes tranches")
    return _("de %(low)s à moins de %(below)s", low=euros(low or 0), below=euros(below))


def facts_of(contact_id: int, on: date) -> Mapping[str, Any]:
    """What the price of anything sold or let to a member depends on, that day: the household of his membership of the season, else
    his main one. Nothing of somebody who is no member, nor where there are no members."""
    if not enabled():
        return {}
    season = season_on(on)
    [facts] = facts_for([Asked(contact_id, household_on(contact_id, on))], season.id if season else None, on)
    return facts.known


def household_on(contact_id: int, on: date) -> int | None:
    """The household that counts for a person that day: that of his membership of the season, else his main one."""
    season = season_on(on)
    mine = select(Membership.household_id).where(
        Membership.contact_id == contact_id, Membership.season_id == (season.id if season else 0), Membership.state.in_(LIVE)
    )  # fmt: skip
    return db.session.scalar(mine) or main_household(contact_id)


def payer_for(contact_id: int, on: date) -> int:
    """Who pays what this person owes: the payer of the household that counts that day, else himself."""
    home = household_on(contact_id, on) if enabled() else None
    payer = db.session.scalar(select(Household.payer_id).where(Household.id == home)) if home else None
    return payer or contact_id
