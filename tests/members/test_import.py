"""A school's file of members comes in whole, twice the same; the families of its demonstration."""

from datetime import date

import pytest
from sqlalchemy import func, select

from app.contacts.models import Contact
from app.core.db import db
from app.exchange.states import ImportState
from app.members.models import Guardian, Household, HouseholdMember, Membership, Season
from app.members.queries import homes_of, memberships_of, profile_of, wards_of
from app.members.states import MembershipState
from tests.exchange.conftest import Importer, bring_in, csv_of, notes_of  # noqa: F401
from tests.factories.members import a_fee, members_on
from tests.signing import Browser

pytestmark = [pytest.mark.row("A7"), pytest.mark.usefixtures("cast")]

HEADERS = (
    "Nom élève", "Prénom élève", "Né le", "Catégorie", "Responsable 1", "Email responsable", "Tel responsable", "Adresse", "CP", "Ville",
    "Responsable 2", "Adresse 2", "CP 2", "Ville 2", "Saison", "Réglé",
)  # fmt: skip
FILE = csv_of(
    [
        HEADERS,
        ("Rey", "Lina", "12/04/2013", "Élève", "Nour Rey", "nour@rey.example", "0611223344", "3 rue Haute", "83170", "Brignoles",
         "Malik Rey", "", "", "", "2025-2026", "oui"),
        ("Rey", "Sami", "03/09/2016", "Élève", "Nour Rey", "nour@rey.example", "0611223344", "3 rue Haute", "83170", "Brignoles",
         "Paul Vidal", "9 quai Neuf", "83400", "Hyères", "2025-2026", "non"),
        ("Morin", "Agathe", "", "Musicien amateur", "", "", "", "1 place Neuve", "83170", "Brignoles", "", "", "", "", "2025-2026", "oui"),
    ],
    separator=";",
)  # fmt: skip
COUNTED = (Contact, Household, HouseholdMember, Guardian, Season, Membership)


def counts() -> list[int]:
    return [db.session.scalar(select(func.count()).select_from(model)) for model in COUNTED]


def named(name: str) -> Contact:
    return db.session.scalars(select(Contact).where(Contact.name == name)).one()


def test_a_school_s_file_comes_in_with_its_homes_and_the_same_file_twice_makes_nothing(bring_in: Importer) -> None:  # noqa: F811
    members_on()
    a_fee()
    run = bring_in(FILE)
    assert (run.kind, run.state, run.added, run.refused) == ("members", ImportState.DONE, 3, 0), notes_of(run)
    lina, sami, agathe = named("Lina Rey"), named("Sami Rey"), named("Agathe Morin")
    assert profile_of(lina.id).born_on == date(2013, 4, 12)
    assert [home.household.payer.name for home in homes_of(lina.id)] == ["Nour Rey"]
    assert [home.postal_line for home in homes_of(sami.id)] == ["83170 Brignoles", "83400 Hyères"]
    assert [row.name for row in wards_of(named("Nour Rey"))] == ["Nour Rey", "Lina Rey", "Sami Rey"]
    assert [row.name for row in wards_of(named("Paul Vidal"))] == ["Paul Vidal", "Sami Rey"]
    assert homes_of(agathe.id) == []
    states = {row.name: row.state for row in memberships_of([lina.id, sami.id, agathe.id])}
    assert states == {
        "Lina Rey": MembershipState.ACTIVE, "Sami Rey": MembershipState.ASKED, "Agathe Morin": MembershipState.ACTIVE,
    }  # fmt: skip
    before = counts()
    again = bring_in(FILE)
    assert (again.added, again.unchanged, again.refused) == (0, 3, 0)
    assert counts() == before


def test_the_next_season_of_the_same_pupils_adds_only_their_memberships(bring_in: Importer) -> None:  # noqa: F811
    members_on()
    a_fee()
    bring_in(FILE)
    before = counts()
    bring_in(FILE.replace(b"2025-2026", b"2026-2027"))
    after = counts()
    assert after[:4] == before[:4]
    assert after[4:] == [before[4] + 1, before[5] + 3]


def test_an_unknown_season_is_refused_with_what_to_do(bring_in: Importer) -> None:  # noqa: F811
    members_on()
    a_fee()
    run = bring_in(FILE.replace(b"2025-2026", b"Automne", 1), keep_good=True)
    assert (run.added, run.refused) == (2, 1)
    assert any("Automne" in note.reason for note in notes_of(run))


def test_other_trades_are_not_offered_it(browser: Browser) -> None:
    desk = browser.as_("gerant")
    assert "adhérents" not in desk.get("/import").text.lower()
    members_on()
    assert "adhérents" in desk.get("/import").text.lower()


def test_what_goes_out_says_who_pays(browser: Browser, bring_in: Importer) -> None:  # noqa: F811
    members_on()
    a_fee()
    bring_in(FILE)
    text = browser.as_("gerant").get("/export/members.csv").text
    assert "Sami Rey" in text
    assert "Nour Rey" in text
    assert "2025-2026" in text
