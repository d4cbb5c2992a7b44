"""Families: a parent is kept as long as his child's affairs, and refused while something is owed or lent; each refusal says what to do."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.accounts.models import User
from app.accounts.states import Role
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict
from app.core.history import HistoryEntry
from app.lending.models import LoanRequest
from app.lending.states import RequestState
from app.members.models import Guardian, Household, HouseholdMember
from app.members.services import join, put_guardian
from app.members.states import Role as HomeRole
from app.privacy import queries
from app.privacy.services import erase, nights_are_on, switch_nights
from app.privacy.states import Rule
from tests.cast import Cast
from tests.factories.accounts import a_user
from tests.factories.assets import a_family as a_kind_of_thing
from tests.factories.contacts import a_contact
from tests.factories.lending import a_unit, in_line_for, lent
from tests.factories.members import a_child, a_home, a_membership, a_season, members_on
from tests.factories.payments import a_credit_note, owed, paid
from tests.factories.repairers import a_broken_unit, a_repairer, proposed, repairs_sent_out
from tests.privacy.test_retention import aged, due

pytestmark = [pytest.mark.row("A7"), pytest.mark.usefixtures("cast")]


def forget(contact: Contact) -> None:
    with transaction():
        erase(db.session.get_one(Contact, contact.id), Rule.REQUEST)
    db.session.expire_all()


def a_family() -> tuple[Contact, Contact, Contact, Household]:
    """A mother who pays, a father, their child."""
    members_on()
    mother, father, child = a_contact(name="Lina Oukaci"), a_contact(name="Yanis Oukaci"), a_child("Sami Oukaci")
    home = a_home(mother, child, name="Famille Oukaci")
    with transaction():
        join(db.session.get_one(Household, home.id), father, HomeRole.ADULT)
    return mother, father, child, home


def a_lent_child() -> Contact:
    mother, _father, child, home = a_family()
    lent(child, a_unit())
    with transaction():
        db.session.execute(update(Household).where(Household.id == home.id).values(payer_id=None))
    return mother


def a_registered_child() -> Contact:
    _mother, father, child, home = a_family()
    a_membership(child, a_season(), home, issue=False)
    return father


def a_payer_of_a_home() -> Contact:
    return a_family()[0]


def a_payer_for_his_child() -> Contact:
    child = a_contact()
    payer = a_contact()
    owed(child, 100_00, payer_id=payer.id)
    return payer


def somebody_we_owe_a_note() -> Contact:
    contact = a_contact()
    a_credit_note(contact, 30_00)
    return contact


def somebody_who_paid_too_much() -> Contact:
    contact = a_contact()
    paid(contact, 50_00)
    return contact


def a_busy_repairer() -> Contact:
    repairs_sent_out()
    violins = a_kind_of_thing()
    _unit, ticket = a_broken_unit(violins)
    repairer = a_repairer(violins)
    proposed(ticket, repairer)
    with transaction():
        db.session.execute(update(User).where(User.id == repairer.user_id).values(active=False))
    return db.session.get_one(Contact, repairer.contact_id)


def one_of_the_team() -> Contact:
    contact, user = a_contact(), a_user(Role.TECHNICIAN, name="Élise")
    with transaction():
        db.session.execute(update(Contact).where(Contact.id == contact.id).values(user_id=user.id))
    return contact


@pytest.mark.parametrize(
    ("somebody", "sentence"),
    [
        (a_lent_child, "Un enfant qu'il représente a un prêt en cours : enregistrez son retour, ou annulez-le."),
        (a_registered_child, "Il représente un enfant inscrit cette saison"),
        (a_payer_of_a_home, "Il paie pour un foyer où vivent d'autres personnes : désignez un autre payeur"),
        (a_payer_for_his_child, "Une facture n'est pas réglée : encaissez-la"),
        (somebody_we_owe_a_note, "Un avoir lui reste dû : remboursez-le"),
        (somebody_who_paid_too_much, "Un trop-perçu lui reste dû : remboursez-le"),
        (a_busy_repairer, "Une réparation lui est confiée : reprenez-la"),
        (one_of_the_team, "Son compte de l'équipe est ouvert : fermez-le"),
    ],
)
def test_what_is_under_way_refuses_and_says_what_to_do(somebody: Callable[[], Contact], sentence: str) -> None:
    contact = somebody()
    name = contact.name
    with pytest.raises(Conflict) as refused:
        forget(contact)
    assert sentence in refused.value.message.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")
    assert db.session.get_one(Contact, contact.id).name == name
    aged(contact, 400)
    assert contact.id not in due()


def test_one_of_two_parents_goes_and_the_other_keeps_the_child(cast: Cast) -> None:
    mother, father, child, home = a_family()
    with transaction():
        put_guardian(child, father, represents=False)
        put_guardian(child, father, represents=True)
    forget(father)
    assert db.session.get_one(Contact, child.id).name == "Sami Oukaci"
    assert db.session.get_one(Contact, mother.id).name == "Lina Oukaci"
    assert list(db.session.scalars(select(Guardian.adult_id).where(Guardian.child_id == child.id))) == [mother.id]
    living = select(HouseholdMember.contact_id).where(HouseholdMember.household_id == home.id)
    assert set(db.session.scalars(living)) == {mother.id, child.id}
    told = db.session.scalars(select(HistoryEntry).where(HistoryEntry.subject_id == child.id)).all()
    assert not [row for row in told if "Yanis" in f"{row.facts}{row.actor_name}"]


def test_a_child_goes_and_his_parents_stay(cast: Cast) -> None:
    mother, father, child, _home = a_family()
    forget(child)
    assert db.session.get_one(Contact, child.id).name == f"Personne effacée n° {child.id}"
    assert {db.session.get_one(Contact, one.id).name for one in (mother, father)} == {"Lina Oukaci", "Yanis Oukaci"}
    assert not db.session.scalars(select(Guardian)).all()


def test_a_parent_is_no_prospect_while_his_child_was_a_member_lately(cast: Cast) -> None:
    mother, father, child, home = a_family()
    today = clock.today()
    season = a_season(first=today - timedelta(days=700), last=today - timedelta(days=340))
    a_membership(child, season, home, issue=False)
    for contact in (mother, father, child):
        aged(contact, 120)
    assert due() == []
    alone = aged(a_contact(), 120)
    assert due() == [alone.id]


def test_somebody_erased_no_longer_waits_for_an_instrument(cast: Cast) -> None:
    unit, contact = a_unit(), a_contact()
    asked = in_line_for(contact, unit, "2099-12-01 09:00", "2099-12-08 18:00")
    forget(contact)
    assert db.session.get_one(LoanRequest, asked.id).state == RequestState.CANCELLED


def test_nights_are_off_until_their_months_are_agreed_to(cast: Cast) -> None:
    assert not nights_are_on()
    with pytest.raises(Conflict), transaction():
        switch_nights(seen="36-60-12-4")
    with transaction():
        switch_nights(seen=queries.periods())
    assert nights_are_on()
