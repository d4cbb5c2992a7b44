"""Memberships of a school: those of the plan as they are, and a few families whose invoices are paid, late or to be sent."""

from datetime import date
from typing import NamedTuple

from app.catalog.services import add_article, families_at
from app.catalog.states import ArticleKind
from app.contacts.models import Contact
from app.contacts.services import add_contact
from app.contacts.states import Purpose
from app.core import clock
from app.core.db import db
from app.core.revisions import forget_all
from app.core.settings import setting
from app.demo.homes import season_days
from app.demo.plan import Plan
from app.demo.writing import batches, catch_up_sequences, insert_rows
from app.members import services
from app.members.models import Household, Season
from app.members.queries import enabled, fee_rows
from app.members.queries.facts import Asked
from app.members.services import campaign
from app.members.services.fees import Fee, fees
from app.members.services.proofs import accept, bring
from app.members.states import ProofKind, Role
from app.payments.services import receive
from app.payments.states import Method


class Family(NamedTuple):
    """A home: its payer, the other adult, the children (first name, birth), its town, whether it paid."""

    name: str
    adults: tuple[str, ...]
    children: tuple[tuple[str, date], ...]
    postcode: str
    town: str
    paid: bool


FAMILIES = (
    Family(
        "Rey", ("Nour", "Malik"), (("Lina", date(2013, 4, 12)), ("Sami", date(2016, 9, 3))), "83170", "Brignoles", True
    ),
    Family("Arnaud", ("Claire",), (("Basile", date(2014, 1, 22)),), "83143", "Le Val", False),
    Family("Okafor", ("Grace", "Daniel"), (("Joy", date(2012, 7, 8)),), "83170", "Brignoles", True),
    Family("Vidal", ("Paul",), (("Zoé", date(2015, 11, 30)),), "83400", "Hyères", True),
)
#: The child of the first family named who also lives in the second one.
SHARED = (("Rey", "Sami", "Vidal"), ("Okafor", "Joy", "Arnaud"))
CAMPAIGN = 6  # payers of last season who have their draft of this one
LONE = (("Agathe Morin", "83170", "Brignoles"), ("Émile Roux", "83400", "Hyères"))


def write(plan: Plan) -> None:
    """All of it, in the caller's transaction, once contacts and prices are written; nothing where there are no members."""
    if not enabled():
        return
    _article()
    forget_all()  # what this transaction wrote counts for others at its end only
    before, now = season_days(clock.local(plan.now).date())
    last, season = (services.put_season(None, f"{first.year}-{end.year}", first, end) for first, end in (before, now))
    _memberships(plan, last, season)
    _some(season)
    _renewed(season)


def _article() -> None:
    if not fee_rows():
        family = families_at({setting("members.family")})
        add_article(
            kind=ArticleKind.SERVICE, family_id=next(iter(family.values())), vat_code="exempt", reference="ADHESION", label="Adhésion",
            unit="saison", price=18_000,
        )  # fmt: skip


def _memberships(plan: Plan, last: Season, season: Season) -> None:
    """Rows of the plan with their season and the fee that the rules give."""
    article, seasons = fee_rows()[0].id, (last.id, season.id)
    rows = plan.tables["membership"]
    wanted = {row["contact_id"]: Asked(row["contact_id"], row["household_id"]) for row in rows}
    found: dict[int, Fee] = {}
    for batch in batches(list(wanted.values())):
        found |= {one.asked.contact_id: one for one in fees([(asked, article) for asked in batch], season)}
    insert_rows("membership", [
        {key: value for key, value in row.items() if key != "season"} | {
            "season_id": seasons[row["season"]], "article_id": article, "net": found[row["contact_id"]].net,
            "gross": found[row["contact_id"]].gross, "why": found[row["contact_id"]].why, "document_id": None,
        }
        for row in rows
    ])  # fmt: skip
    catch_up_sequences("membership")


def _some(season: Season) -> None:
    """Families whose invoices are there to be seen."""
    homes = {family.name: _family(family) for family in FAMILIES}
    for owner, child, other in SHARED:
        services.join(homes[other][0], homes[owner][1][child], Role.CHILD)
    for family in FAMILIES:
        _join(season, *homes[family.name], paid=family.paid)
    for name, postcode, town in LONE:
        adult = _person(name, postcode, town)
        row = services.ask(adult, season, fee_rows()[0].id, None)
        services.bill([row], issue=True)


def _renewed(season: Season) -> None:
    """The campaign has begun: a few payers have their draft."""
    for line in campaign.plan(season)[:CAMPAIGN]:
        campaign.renew(season, line.payer_id, [line.contact_id], issue=False)


def _person(name: str, postcode: str = "", town: str = "", *, child: bool = False) -> Contact:
    first, _space, last = name.partition(" ")
    told = (
        {}
        if child
        else {"email": f"{first}.{last}@famille.example".lower().replace("é", "e"), "phone": "06 39 98 41 20"}
    )
    return add_contact(name=name, first_name=first, last_name=last, postcode=postcode, town=town, **told)


def _family(family: Family) -> tuple[Household, dict[str, Contact]]:
    payer, *others = [_person(f"{first} {family.name}", family.postcode, family.town) for first in family.adults]
    home = services.add_household(f"Famille {family.name}", payer)
    for adult in others:
        services.join(home, adult, Role.ADULT)
    children = {}
    for first, born in family.children:
        child = children[first] = _person(f"{first} {family.name}", child=True)
        services.put_profile(child, category="Élève", born_on=born)
        services.join(home, child, Role.CHILD)
        given = {Purpose.FETCH: True, Purpose.SIGN: True, Purpose.TOLD: True}
        services.authorise(child, payer, given, source="dossier d'inscription")
    proof = bring(payer, ProofKind.ADDRESS)
    if family.paid:
        accept(proof, clock.today().replace(month=12, day=31))
    return home, children


def _join(season: Season, home: Household, children: dict[str, Contact], *, paid: bool) -> None:
    rows = [services.ask(child, season, fee_rows()[0].id, home.id) for child in children.values()]
    document = services.bill(rows, issue=True)
    if document is not None and paid:
        payer = db.session.get_one(Contact, document.payer_id or document.contact_id)
        receive(payer.id, Method.CHEQUE, document.due, clock.today(), allocations=[(document.id, document.due)])
