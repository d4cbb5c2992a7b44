"""A mandate is numbered, shared, ended; its terms change from a day and never behind an approved month."""

from datetime import date

import pytest
from sqlalchemy import select

from app.concierge import services
from app.concierge.models import OwnerStatement, RentalMandate, RentalMonth
from app.concierge.queries.mandates import mandate_by_id, version_on
from app.concierge.queries.terms import terms_of
from app.concierge.services.mandates import next_start
from app.concierge.services.versions import drop_version, first_free_day
from app.concierge.states import STATEMENTS, MonthState, StatementState
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.statements.models import Book, Contract, Month, Rate, Season, Share, Stay, Terms
from app.statements.services import statements_of
from app.statements.states import LineKind
from tests.factories.concierge import START, a_lodging, a_mandate, a_version, an_owner

pytestmark = pytest.mark.row("E1")


def approve(mandate: RentalMandate, year: int, month: int) -> None:
    """The owner's part of that month is approved, as the month's page does it."""
    with transaction():
        row = RentalMonth(year=year, month=month, state=MonthState.COUNTED)
        db.session.add(row)
        db.session.flush()
        for owner in mandate.owners:
            told = OwnerStatement(month_id=row.id, contact_id=owner.contact_id)
            db.session.add(told)
            db.session.flush()
            STATEMENTS.move(told, StatementState.APPROVED)
            told.approved_at = clock.now()


def test_mandates_are_numbered_one_after_the_other_and_a_refused_one_leaves_no_hole(app: object) -> None:
    first, year = a_mandate(), clock.today().year
    with pytest.raises(DomainError, match="parts"):
        a_mandate(a_lodging(), (an_owner(), 5000))
    second = a_mandate()
    assert [first.number, second.number] == [f"M-{year}-0001", f"M-{year}-0002"]


def test_shares_of_owners_make_the_whole_and_nobody_owns_twice(app: object) -> None:
    one, other = an_owner(), an_owner()
    mandate = a_mandate(a_lodging(), (one, 6000), (other, 4000))
    assert [(row.contact_id, row.basis_points) for row in mandate.owners] == [(one.id, 6000), (other.id, 4000)]
    for wrong in ([(one, 6000), (other, 3000)], [(one, 5000), (one, 5000)], [(one, 10_000), (other, 0)]):
        with pytest.raises(DomainError) as refused:
            a_mandate(a_lodging(), *wrong)
        assert refused.value.field == "owners"


def test_two_mandates_of_a_lodging_never_share_a_day(app: object) -> None:
    mandate = a_mandate()
    with pytest.raises(Conflict, match=mandate.number):
        a_mandate(mandate.lodging, since=date(2026, 6, 1))
    with transaction():
        services.end_mandate(mandate, date(2026, 5, 31))
    with pytest.raises(Conflict, match="31/05/2026"):
        a_mandate(mandate.lodging, since=date(2026, 5, 31))
    assert next_start([mandate]) == date(2026, 6, 1)
    after = a_mandate(mandate.lodging, since=date(2026, 6, 1))
    with transaction(), pytest.raises(Conflict, match=after.number):
        services.end_mandate(mandate, date(2026, 6, 1))


def test_a_change_of_terms_holds_from_its_day_and_past_months_keep_the_old_ones(app: object) -> None:
    mandate = a_mandate()
    a_version(mandate, Terms(date(2026, 4, 1), rate=2500), "avenant")
    found = mandate_by_id(mandate.id)
    assert found is not None
    versions = tuple(terms_of(one.terms, one.since) for one in found.versions)
    contract = Contract("x", (Share("o"),), versions)
    rates = {}
    for month in (3, 4):
        stay = Stay("s", "x", date(2026, month, 5), date(2026, month, 8), rent=10_000)
        (statement,) = statements_of(Book(Month(2026, month), (contract,), (stay,)))
        rates[month] = next(line.cents for line in statement.lines if line.kind is LineKind.COMMISSION)
    assert rates == {3: 2000, 4: 2500}


def test_terms_of_an_approved_month_are_refused_and_the_first_possible_day_is_said(app: object) -> None:
    mandate = a_mandate()
    approve(mandate, 2026, 3)
    with pytest.raises(Conflict, match=r"mars 2026.*01/04/2026"):
        a_version(mandate, Terms(date(2026, 3, 15), rate=2500))
    assert first_free_day(mandate) == date(2026, 4, 1)
    a_version(mandate, Terms(date(2026, 4, 1), rate=2500))


def test_terms_that_counted_a_month_are_kept_and_those_that_did_not_may_be_typed_again(app: object) -> None:
    mandate = a_mandate()
    a_version(mandate, Terms(date(2026, 4, 1), rate=2500))
    a_version(mandate, Terms(date(2026, 4, 1), rate=2300), "faute de frappe")
    found = mandate_by_id(mandate.id)
    assert found is not None
    assert [(one.since, one.terms["rate"]) for one in found.versions] == [(START, 2000), (date(2026, 4, 1), 2300)]
    with transaction():
        found.versions[1].used_at = clock.now()
    with pytest.raises(Conflict):
        a_version(found, Terms(date(2026, 4, 1), rate=2500))
    with transaction(), pytest.raises(Conflict):
        drop_version(found, found.versions[1])


def test_terms_outside_of_the_mandate_are_refused(app: object) -> None:
    mandate = a_mandate(ends_on=date(2026, 12, 31))
    for day in (date(2025, 12, 31), date(2027, 1, 1)):
        with pytest.raises(DomainError) as refused:
            a_version(mandate, Terms(day, rate=2500))
        assert refused.value.field == "since"


@pytest.mark.parametrize(
    ("terms", "words"),
    [
        (Terms(START, rates=(Rate(1500, "Airbnb"), Rate(1800, "Airbnb"))), "15 %.*18 %.*Airbnb"),
        (Terms(START, rates=(Rate(1500, season="Été"),)), "Été"),
        (Terms(START, rates=(Rate(1500),)), "plateforme, une saison"),
        (Terms(START, rate=10_001), "100"),
        (Terms(START, seasons=(Season("Été", (6, 1), (9, 1)), Season("Été", (7, 1), (8, 1)))), "deux fois"),
    ],
)
def test_terms_that_cannot_be_counted_are_refused(app: object, terms: Terms, words: str) -> None:
    with pytest.raises(DomainError, match=words.replace(" ", ".")):
        a_mandate(terms=terms)
    assert db.session.scalars(select(RentalMandate)).all() == []


def test_the_version_in_force_is_found_by_day(app: object) -> None:
    mandate = a_mandate()
    later = a_version(mandate, Terms(date(2026, 4, 1), rate=2500))
    assert version_on(mandate, date(2025, 12, 31)) is None
    assert version_on(mandate, date(2026, 4, 1)) == later
