"""What keeps somebody from booking: each its own setting, said with its way out; gone over only by who may, with a reason."""

from datetime import timedelta

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.core.history import HistoryEntry
from app.core.settings import change_setting
from app.lending import services as lending
from app.lending.models import Loan
from app.lending.states import LoanState
from app.members import services
from app.members.queries import blocks
from app.members.services import Blocked
from app.sales.models import SalesDocument
from app.setup.queries import preset
from app.setup.services import apply_configuration
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.lending import a_unit, lent
from tests.factories.members import a_child, a_home, a_membership, a_season, members_on
from tests.factories.payments import owed, paid
from tests.factories.planning import at
from tests.signing import Browser

pytestmark = [pytest.mark.row("A9"), pytest.mark.usefixtures("cast")]


def reasons(contact: Contact) -> list[str]:
    db.session.rollback()
    return [block.reason for block in blocks(contact)]


def test_nothing_blocks_where_nobody_turned_it_on(app: Flask) -> None:
    adult, violin = a_contact(), a_unit()
    owed(adult, 5000, days=-3)
    assert reasons(adult) == []
    assert lent(adult, violin).state == LoanState.OUT


def test_no_booking_before_the_membership_of_that_day_is_paid(app: Flask) -> None:
    members_on(block_membership=True)
    adult, violin = a_contact(name="Nour Rey"), a_unit()
    assert reasons(adult) == []
    season = a_season("2026-2027")
    with pytest.raises(Blocked, match=r"Nour Rey n.a pas d.adhésion pour 2026-2027"):
        lent(adult, violin)
    row = a_membership(adult, season)
    [block] = blocks(adult)
    assert (block.label, block.document_id) == ("Régler", row.document_id)
    assert str(row.document_id) in block.url
    paid(adult, 4000, _invoice(row.document_id))
    assert reasons(adult) == []
    assert lent(adult, violin).number


def _invoice(document_id: int | None) -> SalesDocument:
    return db.session.get_one(SalesDocument, document_id)


def test_a_booking_of_the_next_season_asks_for_its_own_membership(app: Flask) -> None:
    members_on(block_membership=True)
    adult, violin, season = a_contact(), a_unit(), a_season("Cette saison")
    row = a_membership(adult, season)
    paid(adult, 4000, _invoice(row.document_id))
    after = season.last_day + timedelta(days=2)
    a_season("La suivante", season.last_day + timedelta(days=1), season.last_day + timedelta(days=300))
    with pytest.raises(Blocked, match="La suivante"), transaction():
        lending.reserve(adult, [violin], at(f"{after} 09:00"), at(f"{after} 18:00"))
    db.session.rollback()
    far = season.last_day + timedelta(days=400)
    with pytest.raises(Blocked, match="Aucune saison"), transaction():
        lending.reserve(adult, [violin], at(f"{far} 09:00"), at(f"{far} 18:00"))
    db.session.rollback()


def test_a_late_invoice_a_late_loan_a_suspension_each_block_by_their_setting(app: Flask) -> None:
    members_on()
    adult = a_contact(name="Nour Rey")
    owed(adult, 5000, days=-3)
    loan = lent(adult, a_unit(), days=1)
    with transaction():
        db.session.get_one(Loan, loan.id).starts_at = clock.now() - timedelta(days=9)
        db.session.get_one(Loan, loan.id).due_at = clock.now() - timedelta(days=2)
        services.suspend(adult, clock.today() + timedelta(days=10), "Instrument rendu cassé")
    assert reasons(adult) == []
    for key, words in (("unpaid", "50,00"), ("late_loan", loan.number), ("suspension", "Instrument rendu cassé")):
        with transaction():
            change_setting(f"members.block_{key}", True)
        assert len(blocks(adult)) == 1
        assert words in blocks(adult)[0].reason
        with transaction():
            change_setting(f"members.block_{key}", False)


def test_a_suspension_ends_by_itself_and_may_be_lifted(app: Flask) -> None:
    members_on(block_suspension=True)
    adult, until = a_contact(), clock.today() + timedelta(days=10)
    with transaction():
        services.suspend(adult, until, "Retards")
    assert len(blocks(adult, until)) == 1
    assert blocks(adult, until + timedelta(days=1)) == []
    with transaction():
        services.lift_suspension(adult)
    assert blocks(adult, until) == []


def test_a_late_loan_may_itself_be_lengthened(app: Flask) -> None:
    members_on(block_late_loan=True, block_unpaid=True)
    adult = a_contact()
    loan = lent(adult, a_unit(), days=1)
    with transaction():
        row = db.session.get_one(Loan, loan.id)
        row.starts_at, row.due_at = clock.now() - timedelta(days=9), clock.now() - timedelta(days=2)
    with transaction():
        lending.extend(lending.locked(db.session.get_one(Loan, loan.id)), clock.now() + timedelta(days=3))
    owed(adult, 5000, days=-3)
    with pytest.raises(Blocked), transaction():
        lending.extend(lending.locked(db.session.get_one(Loan, loan.id)), clock.now() + timedelta(days=9))
    db.session.rollback()


def test_what_the_household_owes_blocks_its_children_whoever_it_was_for(app: Flask) -> None:
    members_on(block_unpaid=True)
    parent, ada, tom, stranger = a_contact(), a_child("Ada Petit"), a_child("Tom Petit"), a_contact()
    a_home(parent, ada, tom)
    assert reasons(tom) == []
    for_ada = owed(ada, 5000, days=-3)
    assert [for_ada.number in reason for reason in reasons(tom)] == [True]
    paid(ada, 5000, for_ada)
    assert reasons(tom) == []
    of_payer = owed(parent, 5000, days=-3)
    assert [of_payer.number in reason for reason in reasons(ada)] == [True]
    assert reasons(stranger) == []


def ask_loan(browser: Browser, contact: Contact, unit: int, **more: str) -> TestResponse:
    return browser.post(
        "/prets/nouveau", data={"contact_id": contact.id, "unit": unit, "due_day": "2099-12-01", **more}
    )


def test_the_desk_reads_why_and_has_it_paid(browser: Browser, cast: Cast) -> None:
    members_on(block_unpaid=True)
    late = owed(cast.karim, 5000, days=-3)
    violin, desk = a_unit(), browser.as_("accueil")
    answer = ask_loan(desk, cast.karim, violin.id)
    assert answer.status_code == 422
    assert late.number in answer.text
    assert f"/reglements/encaisser?facture={late.id}" in answer.text
    assert "Prêter quand même" not in answer.text
    assert ask_loan(desk, cast.karim, violin.id, despite="Je veux").status_code == 422


def test_who_may_lends_all_the_same_and_the_history_says_why(browser: Browser, cast: Cast) -> None:
    members_on(block_unpaid=True)
    owed(cast.karim, 5000, days=-3)
    violin, boss = a_unit(), browser.as_("gerant")
    assert "Prêter quand même" in ask_loan(boss, cast.karim, violin.id).text
    answer = ask_loan(boss, cast.karim, violin.id, despite="Concert ce soir")
    assert answer.status_code == 303
    entry = db.session.query(HistoryEntry).filter_by(verb="loan.despite").one()
    assert entry.facts["reason"] == "Concert ce soir"
    assert entry.facts["blocks"]
    assert "Concert ce soir" in boss.get(answer.location).text


def test_the_school_s_preset_turns_them_on(app: Flask) -> None:
    adult = a_contact()
    with transaction():
        apply_configuration(preset("school"))
    owed(adult, 5000, days=-3)
    a_season("2026-2027")
    assert len(reasons(adult)) == 2
