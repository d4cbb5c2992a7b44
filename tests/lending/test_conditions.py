"""The state of a thing lent: asked only where the family wants it, later if need be, compared side by side."""

from io import BytesIO

import pytest

from app.assets.models import Asset
from app.assets.services import choose_questionnaires
from app.core.db import db, transaction
from app.core.subject import subject_of
from app.documents.services import attachments_of
from app.lending.models import Incident, Loan
from app.lending.services import locked, take_back
from app.lending.states import IncidentState, Teller
from app.questionnaires.states import Use
from tests.cast import Cast
from tests.factories.assets import a_family
from tests.factories.files import a_png
from tests.factories.lending import a_unit, lent
from tests.factories.questionnaires import a_questionnaire
from tests.signing import Browser

pytestmark = pytest.mark.row("A4")

POINTS = (
    {"code": "table", "label": "Table", "type": "choice", "choices": ["Intacte", "Rayée", "Fendue"], "bad_answer": "Fendue"},
    {"code": "cordes", "label": "Cordes au complet", "type": "tristate", "bad_answer": "non"},
)  # fmt: skip


def a_watched_unit() -> Asset:
    family = a_family()
    form = a_questionnaire(*POINTS, use=Use.LOAN_OUT, name="État d'un violon")
    with transaction():
        choose_questionnaires(family, {Use.LOAN_OUT: form.id})
    return a_unit(family=family)


def back(loan: Loan) -> None:
    with transaction():
        fresh = locked(loan)
        take_back(fresh, fresh.items)


def paths(loan: Loan) -> tuple[str, str]:
    base = f"/prets/{loan.number}/etat/{loan.items[0].id}"
    return f"{base}/remise", f"{base}/retour"


def test_the_state_at_the_return_is_read_beside_that_of_the_hand_over(browser: Browser, cast: Cast) -> None:
    loan = lent(cast.karim, a_watched_unit())
    (out, home), desk = paths(loan), browser.as_("accueil")
    assert out in desk.get(f"/prets/{loan.number}").text
    sent = {"q-table": "Intacte", "q-cordes": "oui", "q-table-photo": (BytesIO(a_png()), "avant.png")}
    assert desk.post(out, data=sent, content_type="multipart/form-data").status_code == 303
    back(loan)
    page = desk.get(home).text
    assert "À la remise" in page
    assert "Intacte" in page
    assert "vignette" in page


def test_a_difference_opens_one_incident_with_its_words_and_photos(browser: Browser, cast: Cast) -> None:
    loan = lent(cast.karim, a_watched_unit())
    (out, home), desk = paths(loan), browser.as_("accueil")
    desk.post(out, data={"q-table": "Intacte", "q-cordes": "oui"})
    back(loan)
    sent = {"q-table": "Fendue", "q-cordes": "oui", "q-table-photo": (BytesIO(a_png()), "fente.png")}
    answer = desk.post(home, data=sent, content_type="multipart/form-data")
    assert "/incidents/" in answer.location
    desk.post(home, data={"q-table": "Fendue", "q-cordes": "non"})
    db.session.rollback()
    incident = db.session.query(Incident).one()
    assert (incident.teller, incident.state) == (Teller.STATES, IncidentState.OPEN)
    assert "Table : Intacte → Fendue" in incident.words
    assert "Cordes au complet" in incident.words
    assert len(attachments_of(subject_of(incident))) == 1
    assert "différent" in desk.get(home).text


def test_the_same_state_opens_nothing(browser: Browser, cast: Cast) -> None:
    loan = lent(cast.karim, a_watched_unit())
    (out, home), desk = paths(loan), browser.as_("accueil")
    desk.post(out, data={"q-table": "Rayée", "q-cordes": "oui"})
    back(loan)
    desk.post(home, data={"q-table": "Rayée", "q-cordes": "oui"})
    assert db.session.query(Incident).count() == 0


def test_returns_ask_nothing_and_propose_the_state_afterwards(browser: Browser, cast: Cast) -> None:
    violin, desk = a_watched_unit(), browser.as_("accueil")
    loan = lent(cast.karim, violin)
    _out, home = paths(loan)
    assert desk.post("/prets/retours", data={"item": loan.items[0].id}).status_code == 303
    assert home in desk.get("/prets/retours").text
    desk.post(home, data={"q-table": "Intacte"})
    assert home not in desk.get("/prets/retours").text


def test_a_family_without_a_form_is_asked_nothing(browser: Browser, cast: Cast) -> None:
    loan = lent(cast.karim, a_unit())
    (out, _home), desk = paths(loan), browser.as_("accueil")
    assert "/etat/" not in desk.get(f"/prets/{loan.number}").text
    assert desk.get(out).status_code == 404


def test_terms_of_a_family_are_written_and_follow_the_common_ones_again(browser: Browser, cast: Cast) -> None:
    family, boss = a_family(), browser.as_("gerant")
    form = a_questionnaire(*POINTS, use=Use.LOAN_OUT, name="État d'un violon")
    sent = {
        "deposit": "150,00", "insurance": "y", "state_out": form.id, "late_fee": "2", "late_per": "day", "late_grace": "1",
        "renewals": "1", "renewal_days": "14", "rent_per": "month",
    }  # fmt: skip
    assert boss.post(f"/reglages/prets/{family.id}", data=sent).status_code == 303
    assert "150,00" in boss.get("/reglages/prets").text
    wrong = boss.post(f"/reglages/prets/{family.id}", data=sent | {"late_grace": "-3"})
    assert wrong.status_code == 422
    assert boss.post(f"/reglages/prets/{family.id}/abandon").status_code == 303
    assert "150,00" not in boss.get("/reglages/prets").text
    assert browser.as_("accueil").get("/reglages/prets").status_code == 403


def test_a_state_with_points_left_unanswered_is_kept_and_still_to_note(browser: Browser, cast: Cast) -> None:
    family = a_family()
    form = a_questionnaire(*({**point, "compulsory": True} for point in POINTS), use=Use.LOAN_OUT, name="État")
    with transaction():
        choose_questionnaires(family, {Use.LOAN_OUT: form.id})
    loan = lent(cast.karim, a_unit(family=family))
    (out, _home), desk = paths(loan), browser.as_("accueil")
    answer = desk.post(out, data={"q-table": "Intacte", "q-cordes": ""})
    assert answer.location.endswith(out)
    page = desk.get(out).text
    assert "Il reste à répondre" in page
    assert "Cordes au complet" in page
    assert "État noté" not in desk.get(f"/prets/{loan.number}").text
    desk.post(out, data={"q-table": "Intacte", "q-cordes": "oui"})
    assert "État noté" in desk.get(f"/prets/{loan.number}").text
