"""A fresh school: once its trade is chosen, its lending desk works; the terms of loans travel with the configuration."""

import pytest
from flask import Flask

from app.accounts.states import Trade
from app.assets.models import Family
from app.assets.queries import family_named
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.settings import setting
from app.lending.queries.conditions import BACK, OUT, form_for
from app.lending.queries.terms import Terms, terms_of
from app.lending.services import charges, hand_over, locked
from app.lending.services.terms import set_terms
from app.lending.states import ChargeKind
from app.setup.services import apply_configuration, apply_preset, export_configuration, preview_configuration
from tests.cast import Cast
from tests.factories.lending import a_loan, a_unit
from tests.signing import Browser

pytestmark = pytest.mark.row("A9")


@pytest.fixture
def school(app: Flask, cast: Cast) -> Family:
    """The violins of a school that has just chosen its trade."""
    with transaction():
        apply_preset(Trade.SCHOOL)
    found = family_named("Violon")
    assert found is not None
    return found


def test_the_first_loan_has_its_state_forms_its_rent_and_its_rules(
    cast: Cast, school: Family, browser: Browser
) -> None:
    unit = a_unit(family=school)
    loan = a_loan(cast.karim, [unit], "2099-12-01 09:00", "2099-12-20 18:00")  # nobody has joined yet: in spite of that
    with transaction():
        fresh = locked(loan)
        hand_over(fresh, fresh.items)
    assert form_for(school.id, OUT) is not None
    assert form_for(school.id, BACK) == form_for(school.id, OUT), "the same points, so that both states compare"
    with transaction():
        [rent] = charges.owed_for(locked(loan))
    assert (rent.kind, rent.price, rent.vat_code) == (ChargeKind.RENT, 1500, "exempt")
    terms = terms_of(school.id)
    assert terms.late_fee > 0
    assert terms.deposit > 0
    assert terms.renewals == 1
    assert setting("lending.late_vat") == "exempt"
    page = browser.as_("gerant").get(f"/prets/{loan.number}").text
    assert "État" in page


def test_what_a_school_wrote_itself_is_kept_and_travels(school: Family) -> None:
    with transaction():
        set_terms(school.id, Terms(deposit=9900))
        apply_preset(Trade.SCHOOL)
    assert terms_of(school.id).deposit == 9900
    data = export_configuration()
    with transaction():
        assert preview_configuration(data) == []
    with transaction():
        set_terms(school.id, None)
    with transaction():
        assert [change.name for change in apply_configuration(data)] == ["Violon"]
    assert terms_of(school.id).deposit == 9900


def test_terms_of_a_family_that_is_not_there_are_refused_by_a_sentence(school: Family) -> None:
    data = {**export_configuration(), "lending_terms": [{"family": "Hautbois"}]}
    with pytest.raises(DomainError, match="Hautbois"), transaction():
        apply_configuration(data)
    db.session.rollback()
