"""Remittances (A8): cheques and card takings handed to the bank, once, with their slip."""

import pytest

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict
from app.payments.models import Payment, Remittance
from app.payments.services import remittances
from app.payments.states import Method, PaymentState
from tests.cast import Cast
from tests.factories.payments import paid
from tests.signing import Browser

pytestmark = pytest.mark.row("A8")
PAGE = "/reglements/banque"
TODAY = clock.today()
DAY = f"{TODAY:%d/%m/%Y}"


def test_cheques_are_handed_once_with_their_slip(cast: Cast, browser: Browser) -> None:
    first = paid(cast.karim, 3_000, method=Method.CHEQUE, reference="0012345")
    paid(cast.dan, 900, method=Method.CARD)
    desk = browser.as_("compta")
    shown = desk.get("/reglements/remises").text
    assert "0012345" in shown
    assert "Dan Lestrange" not in shown
    form = {"method": "cheque", "payments": [str(first.id)], "deposited_on": TODAY.isoformat(), "form_key": "r1"}
    answers = [desk.post("/reglements/remises", data=form) for _click in range(2)]
    assert len({answer.location for answer in answers}) == 1
    made = db.session.query(Remittance).one()
    assert (made.count, made.total) == (1, 3_000)
    assert desk.get(f"/reglements/remises/{made.id}/bordereau").data.startswith(b"%PDF")
    refused = desk.post("/reglements/remises", data={**form, "form_key": "r2"})
    assert refused.status_code == 422
    assert "vient d" in refused.text
    desk.post(f"/reglements/remises/{made.id}/annulation")
    assert "0012345" in desk.get("/reglements/remises").text


def test_what_came_by_the_till_is_added_as_one_sum(cast: Cast, browser: Browser) -> None:
    form = {"method": "card", "deposited_on": TODAY.isoformat(), "form_key": "r", "other_amount": "120,50"}
    desk = browser.as_("compta")
    assert desk.post("/reglements/remises", data=form).status_code == 422
    assert desk.post("/reglements/remises", data={**form, "other_count": "3"}).status_code == 303
    assert db.session.query(Remittance).one().total == 12_050


def test_a_remittance_whose_cheque_came_back_is_not_cancelled(cast: Cast) -> None:
    from app.payments.services import reverse

    cheque = paid(cast.karim, 3_000, method=Method.CHEQUE)
    with transaction():
        made = remittances.remit(Method.CHEQUE, [cheque.id], TODAY)
    with transaction():
        reverse(cheque, "Sans provision")
    with pytest.raises(Conflict, match="revenu"), transaction():
        remittances.cancel(made.id)
    assert db.session.get_one(Payment, cheque.id).state == PaymentState.REJECTED
