"""Announcing a delay: who is affected is on the screen before anything is written."""

import re

import pytest

from app.core.db import db
from app.core.outbox import OutboxMessage
from app.planning.models import Booking
from app.planning.states import BookingState
from tests.cast import Cast
from tests.factories.assets import a_family
from tests.factories.lending import a_loan, a_unit
from tests.factories.repairs import in_days, in_repair
from tests.factories.tickets import a_ticket
from tests.signing import Browser

pytestmark = pytest.mark.row("A6")


def test_the_desk_sees_who_is_affected_then_confirms(browser: Browser, cast: Cast) -> None:
    family = a_family()
    violin, other = a_unit(family=family), a_unit(family=family)
    ticket = in_repair(violin, cast.camille, in_days(2))
    a_loan(cast.karim, [violin], f"{in_days(4)} 09:00", f"{in_days(9)} 18:00")
    desk, address = browser.as_("accueil"), f"/dossiers/{ticket.number}/retards"
    assert "fin prévue" in desk.get(f"/dossiers/{ticket.number}").text
    seen = desk.get(f"{address}?promised_on={in_days(6)}", htmx=True).text
    assert "Karim Benyahia" in seen
    assert other.label in seen
    assert "Personne n" in desk.get(f"{address}?promised_on={in_days(3)}").text
    first = desk.post(address, data={"promised_on": str(in_days(6)), "reason": "Colle"})
    assert first.status_code == 200
    assert "Karim Benyahia" in first.text
    assert db.session.query(Booking).filter_by(state=BookingState.AT_RISK).count() == 0
    mark = re.search(r'name="seen"[^>]*value="([\d,]+)"', first.text)
    assert mark
    done = desk.post(address, data={"promised_on": str(in_days(6)), "reason": "Colle", "seen": mark.group(1)})
    assert done.status_code == 303
    assert "1 personne est prévenue" in desk.get(done.location).text
    assert db.session.query(Booking).filter_by(state=BookingState.AT_RISK).count() == 1
    assert db.session.query(OutboxMessage).filter_by(contact_id=cast.karim.id, template="loan.displaced").count() > 0


def test_a_day_that_is_not_later_is_refused_with_what_was_typed(browser: Browser, cast: Cast) -> None:
    ticket = in_repair(a_unit(), cast.camille, in_days(5))
    page = browser.as_("accueil").post(
        f"/dossiers/{ticket.number}/retards", data={"promised_on": str(in_days(3)), "reason": "La colle sèche"}
    )
    assert page.status_code == 422
    assert "plus tard" in page.text
    assert "La colle sèche" in page.text


def test_the_delay_of_a_client_s_thing_touches_nobody(browser: Browser, cast: Cast) -> None:
    ticket = a_ticket(contact=cast.karim, promised_on=in_days(2))
    page = browser.as_("accueil").post(
        f"/dossiers/{ticket.number}/retards", data={"promised_on": str(in_days(4)), "reason": "Pièce attendue"}
    )
    assert page.status_code == 303
    assert db.session.query(OutboxMessage).filter_by(contact_id=cast.karim.id, template="ticket.delayed").count() > 0
