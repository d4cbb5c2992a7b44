"""The borrower keeps it longer by the link of his messages, when nobody waits and nothing blocks."""

from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import db, transaction
from app.core.settings import change_setting
from app.lending.models import Loan
from app.lending.queries.terms import Terms
from app.lending.services import locked
from app.lending.services.borrower import borrower_link
from app.lending.services.incidents import tell
from app.lending.services.renewing import why_not
from app.lending.services.terms import set_terms
from app.lending.states import Teller
from app.members.services import suspend
from tests.cast import Cast
from tests.factories.lending import a_loan, a_unit, lent
from tests.signing import Browser

pytestmark = pytest.mark.row("A3")


def a_renewable(cast: Cast, terms: Terms | None = None) -> Loan:
    unit = a_unit()
    with transaction():
        set_terms(unit.family_id, terms or Terms(renewals=1, renewal_days=14))
    return lent(cast.karim, unit, days=3)


def test_a_tap_keeps_it_one_term_more_and_only_as_often_as_agreed(browser: Browser, cast: Cast) -> None:
    loan = a_renewable(cast)
    due = loan.due_at
    with transaction():
        path = "/pret/" + borrower_link(loan).rpartition("/")[2]
    assert "Garder jusqu" in browser.get(path).text
    assert browser.post(f"{path}/prolongation").status_code == 303
    db.session.rollback()
    fresh = db.session.query(Loan).one()
    assert fresh.due_at >= due + timedelta(days=13)
    assert "autant que possible" in browser.get(path).text
    browser.post(f"{path}/prolongation")
    db.session.rollback()
    assert db.session.query(Loan).one().renewals == 1


def refusal(loan: Loan) -> str:
    with transaction():
        return why_not(locked(loan))


def test_somebody_who_waits_or_a_problem_or_lateness_refuses_with_a_sentence(browser: Browser, cast: Cast) -> None:
    waited = a_renewable(cast)
    day = (clock.today() + timedelta(days=5)).isoformat()
    a_loan(cast.dan, [waited.items[0].asset], f"{day} 09:00", f"{day} 18:00")
    assert "Quelqu'un attend" in refusal(waited).replace("\u2019", "'")
    broken = a_renewable(cast)
    with transaction():
        tell(broken.items[0].asset, "Corde cassée", Teller.BORROWER, item=broken.items[0], loan=broken)
    assert "attend notre réponse" in refusal(broken)
    late = a_renewable(cast)
    with transaction():
        fresh = locked(late)
        fresh.starts_at, fresh.due_at = clock.now() - timedelta(days=4), clock.now() - timedelta(days=1)
    assert "déjà passé" in refusal(late)
    assert "en ligne" in refusal(a_renewable(cast, Terms()))
    assert "assurance" in refusal(a_renewable(cast, Terms(renewals=1, insurance=True)))
    kept_away = a_renewable(cast)
    with transaction():
        change_setting("members.block_suspension", True)
        suspend(cast.karim, clock.today() + timedelta(days=40), "Deux cordes jamais rendues")
    assert "Deux cordes jamais rendues" in refusal(kept_away)
