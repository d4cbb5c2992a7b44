"""The member's other pages: his loans (A8, renewed, reported), his membership paid online (A9), his family (A1)."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import event

from app.assets.services import change_asset
from app.assets.states import AssetState
from app.contacts.models import Contact
from app.contacts.states import Purpose
from app.core import clock
from app.core.db import db, transaction
from app.lending.models import Incident, Loan
from app.lending.queries.terms import Terms
from app.lending.services.terms import set_terms
from app.lending.states import LoanState, Teller
from app.members.models import Membership, Proof
from app.members.services import authorise, put_guardian
from app.members.states import MembershipState
from app.planning.queries import next_open_day
from app.planning.services import withdraw
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.files import a_photo
from tests.factories.lending import a_loan, a_unit, lent
from tests.factories.members import a_child, a_fee, a_home, a_membership, a_season, members_on
from tests.signing import Browser

pytestmark = pytest.mark.row("A8")


def plain(text: str) -> str:
    return re.sub("[\u202f\xa0]", " ", text).replace("\u2019", "'").replace("&#39;", "'")


def test_loans_are_told_person_by_person_the_late_one_first(browser: Browser, cast: Cast, lina: Contact) -> None:
    page = browser.as_("client")
    assert "Aucun prêt" in page.get("/portail/prets").text
    mine, hers, late = lent(cast.karim, a_unit("Guitare")), lent(lina, a_unit("Violon")), lent(lina, a_unit("Alto"))
    with transaction():
        fresh = db.session.get_one(Loan, late.id)
        fresh.starts_at, fresh.due_at = clock.now() - timedelta(days=9), clock.now() - timedelta(days=1)
    shown = page.get("/portail/prets").text
    assert shown.index(mine.number) < shown.index(late.number) < shown.index(hers.number)
    assert "En retard" in shown
    assert "Prêts de Lina Benyahia" in page.get("/portail").text


def test_a_parent_keeps_the_child_s_thing_longer(browser: Browser, cast: Cast, lina: Contact) -> None:
    unit = a_unit()
    with transaction():
        set_terms(unit.family_id, Terms(renewals=1, renewal_days=14))
    loan = lent(lina, unit, days=3)
    due, page = loan.due_at, browser.as_("client")
    assert "Garder jusqu" in page.get(f"/portail/prets/{loan.number}").text
    page.post(f"/portail/prets/{loan.number}/prolongation")
    db.session.rollback()
    assert db.session.query(Loan).one().due_at >= due + timedelta(days=13)
    assert "autant que possible" in page.get(f"/portail/prets/{loan.number}").text


def test_a_problem_is_told_with_its_photos(browser: Browser, cast: Cast, lina: Contact) -> None:
    loan = lent(lina, a_unit())
    page = browser.as_("client")
    empty = page.post(f"/portail/prets/{loan.number}/probleme", words="")
    assert empty.status_code == 422
    assert "Dites ce qui ne va pas" in empty.text
    data = {"photos": (io.BytesIO(a_photo()), "corde.jpg")}
    page.post(f"/portail/prets/{loan.number}/probleme", words="Une corde cassée", data=data)
    told = db.session.query(Incident).one()
    assert told.teller == Teller.BORROWER
    assert told.loan_id == loan.id
    assert told.contact_id == lina.id


def test_a_reservation_is_given_up_until_it_has_left(browser: Browser, cast: Cast, lina: Contact) -> None:
    day = next_open_day(clock.today() + timedelta(days=9))
    loan = a_loan(lina, [a_unit()], f"{day} 09:00", f"{day} 18:00")
    page = browser.as_("client")
    page.post(f"/portail/prets/{loan.number}/annulation")
    db.session.rollback()
    assert db.session.get_one(Loan, loan.id).state == LoanState.CANCELLED
    out = lent(lina, a_unit())
    page.post(f"/portail/prets/{out.number}/annulation")
    db.session.rollback()
    assert db.session.get_one(Loan, out.id).state == LoanState.OUT


@pytest.mark.row("A6")
def test_a_threatened_reservation_leads_to_its_three_answers(browser: Browser, cast: Cast, lina: Contact) -> None:
    unit = a_unit()
    loan = a_loan(lina, [unit], "2099-12-01 09:00", "2099-12-02 18:00")
    page = browser.as_("client")
    assert "menacée" not in page.get(f"/portail/prets/{loan.number}").text
    with transaction():
        change_asset(unit, state=AssetState.OUT_OF_USE)
        withdraw(unit)
    shown = page.get(f"/portail/prets/{loan.number}").text
    assert "menacée" in shown
    [answer] = re.findall(r'href="(/pret/reponse/[^"]+)"', shown)
    assert page.get(answer).status_code == 200


@pytest.mark.row("A9")
def test_a_parent_joins_for_his_child_and_lands_where_he_pays(browser: Browser, cast: Cast, lina: Contact) -> None:
    fee, season = a_fee(), a_season()
    page = browser.as_("client")
    shown = plain(page.get(f"/portail/adhesion/{lina.id}").text)
    assert "40,00 €" in shown
    assert "Pourquoi ce prix" in shown
    [key] = re.findall(r'name="offer" value="([^"]+)"', shown)
    assert key.startswith(f"{fee.id}-")
    answer = page.post(f"/portail/adhesion/{lina.id}", offer=key)
    assert answer.headers["Location"].startswith("/payer/")
    row = db.session.query(Membership).one()
    assert (row.contact_id, row.payer_id, row.season_id) == (lina.id, cast.karim.id, season.id)
    assert row.state == MembershipState.TO_PAY
    page.post(f"/portail/adhesion/{lina.id}", offer=key)
    assert db.session.query(Membership).count() == 1
    assert "Régler" in page.get("/portail/adhesion").text


@pytest.mark.row("A9")
def test_nobody_commits_the_other_household(browser: Browser, cast: Cast) -> None:
    members_on()
    a_fee()
    a_season()
    child = a_child("Noé Lestrange")
    home = a_home(cast.dan, child)
    with transaction():
        put_guardian(db.session.get_one(Contact, child.id), db.session.get_one(Contact, cast.karim.id), represents=True)
    page = browser.as_("client")
    assert "se prend à l'accueil" in plain(page.get(f"/portail/adhesion/{child.id}").text)
    assert page.post(f"/portail/adhesion/{child.id}", offer=f"{a_fee().id}-{home.id}").status_code == 422
    assert db.session.query(Membership).count() == 0
    assert page.get(f"/portail/adhesion/{cast.dan.id}").status_code == 404


@pytest.mark.row("A9")
def test_a_membership_paid_elsewhere_says_by_whom(browser: Browser, cast: Cast, lina: Contact) -> None:
    a_membership(lina, a_season(), a_home(cast.dan, lina))
    shown = browser.as_("client").get("/portail/adhesion").text
    assert "À régler par Dan Lestrange" in plain(shown)


@pytest.mark.row("A9")
def test_a_proof_is_sent_for_one_s_own_people_only(browser: Browser, cast: Cast, lina: Contact) -> None:
    page = browser.as_("client")
    sent = {"fichier": (io.BytesIO(a_photo()), "facture.jpg")}
    page.post("/portail/justificatif", pour=lina.id, kind="address", data=sent)
    assert db.session.query(Proof).one().contact_id == lina.id
    assert "À vérifier" in page.get("/portail/adhesion").text
    missing = page.post("/portail/justificatif", pour=lina.id, kind="address")
    assert missing.status_code == 422
    assert "Choisissez le fichier" in missing.text
    sent = {"fichier": (io.BytesIO(a_photo()), "facture.jpg")}
    assert page.post("/portail/justificatif", pour=cast.dan.id, kind="address", data=sent).status_code == 422
    assert db.session.query(Proof).count() == 1


@pytest.mark.row("A1")
def test_the_family_shows_both_households_and_who_may_do_what(browser: Browser, cast: Cast, lina: Contact) -> None:
    mother = a_contact(name="Salma Haddad", phone="06 12 34 56 78")
    a_home(mother, lina, name="Foyer Haddad")
    with transaction():
        child, adult = db.session.get_one(Contact, lina.id), db.session.get_one(Contact, mother.id)
        authorise(child, adult, {Purpose.FETCH: True}, source="Nadia")
    a_home(cast.dan, a_child("Zoé Lestrange"))
    shown = plain(browser.as_("client").get("/portail/famille").text)
    assert "Lina Benyahia" in shown
    assert "Foyer Haddad" in shown
    assert "Salma Haddad" in shown
    assert "Retirer et rendre" in shown
    assert "06 12 34 56 78" not in shown
    assert "Zoé" not in shown


@pytest.mark.row("A1")
def test_without_children_the_family_page_says_so(browser: Browser, cast: Cast) -> None:
    members_on()
    assert "Aucun enfant" in browser.as_("client").get("/portail/famille").text


def test_the_front_page_asks_as_little_for_ten_loans_as_for_one(browser: Browser, cast: Cast, lina: Contact) -> None:
    page, counts = browser.as_("client"), []
    seen: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: seen.append(args[2]))
    for more in (1, 6):
        for _rank in range(more):
            lent(lina, a_unit())
        page.get("/portail/prets")
        seen.clear()
        page.get("/portail/prets")
        counts.append(len([one for one in seen if one.startswith("SELECT")]))
    assert counts[0] == counts[1] <= 12
