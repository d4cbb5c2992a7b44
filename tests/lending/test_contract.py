"""The contract signed on the screen, the deposit held, the certificate of insurance."""

from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest

from app.assets.models import Asset
from app.core import clock
from app.core.db import db, transaction
from app.core.outbox import OutboxMessage
from app.documents.printed import text_of
from app.lending import jobs
from app.lending.models import InsuranceCertificate, Loan
from app.lending.queries.terms import Terms
from app.lending.services.terms import set_terms
from app.messaging.models import Task
from app.payments.models import SecurityDeposit
from app.payments.states import DepositState
from tests.cast import Cast
from tests.factories.files import a_pdf
from tests.factories.lending import a_unit, lent
from tests.signing import Browser

pytestmark = pytest.mark.row("A4")


def a_unit_under(terms: Terms) -> Asset:
    unit = a_unit(serial="VX-0042", value=120_000)
    with transaction():
        set_terms(unit.family_id, terms)
    return unit


def words_of(pdf: bytes) -> str:
    return " ".join(text_of(pdf).text.split()).replace("\u00a0", " ").replace("\u202f", " ")


def test_the_contract_says_who_what_until_when_and_is_tagged(browser: Browser, cast: Cast) -> None:
    loan = lent(cast.karim, a_unit_under(Terms(late_fee=200)))
    answer = browser.as_("accueil").get(f"/prets/{loan.number}/contrat.pdf")
    assert answer.mimetype == "application/pdf"
    text = words_of(answer.data)
    for word in ("Contrat de prêt", loan.number, "Karim Benyahia", "VX-0042", "1 200,00", "Conditions"):
        assert word in text
    with pikepdf.open(BytesIO(answer.data)) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "fr-FR"


def test_it_is_signed_once_mailed_and_printed_again_as_it_was(browser: Browser, cast: Cast) -> None:
    loan, desk = lent(cast.karim, a_unit()), browser.as_("accueil")
    number = loan.number
    assert desk.post(f"/prets/{number}/contrat", data={"signature_name": ""}).status_code == 422
    assert desk.post(f"/prets/{number}/contrat", data={"signature_name": "Karim Benyahia"}).status_code == 303
    first = desk.get(f"/prets/{number}/contrat.pdf").data
    assert "Karim Benyahia" in words_of(first)
    assert desk.post(f"/prets/{number}/contrat", data={"signature_name": "Un autre"}).status_code == 409
    assert desk.get(f"/prets/{number}/contrat.pdf").data == first
    mail = db.session.query(OutboxMessage).where(OutboxMessage.template == "loan.contract").one()
    assert mail.attachments == [db.session.query(Loan).one().contract_file_id]


def test_the_deposit_its_families_ask_for_is_held_with_the_others(browser: Browser, cast: Cast) -> None:
    loan, boss = lent(cast.karim, a_unit_under(Terms(deposit=15_000))), browser.as_("gerant")
    number = loan.number
    assert "150,00" in boss.get(f"/prets/{number}").text
    assert boss.post(f"/prets/{number}/caution", data={"amount": "", "method": "cheque"}).status_code == 422
    sent = {"amount": "150", "method": "cheque", "reference": "0012345"}
    assert boss.post(f"/prets/{number}/caution", data=sent).status_code == 303
    deposit = db.session.query(SecurityDeposit).one()
    assert (deposit.state, deposit.amount, deposit.contact_id) == (DepositState.HELD, 15_000, cast.karim.id)
    assert f"/reglements/cautions/{deposit.id}" in boss.get(f"/prets/{number}").text
    assert "150,00" in words_of(boss.get(f"/prets/{number}/contrat.pdf").data)


def test_a_certificate_is_asked_given_and_asked_again_once_when_it_lapses(browser: Browser, cast: Cast) -> None:
    loan, desk = lent(cast.karim, a_unit_under(Terms(insurance=True))), browser.as_("accueil")
    number, soon = loan.number, clock.today() + timedelta(days=5)
    assert "à demander" in desk.get(f"/prets/{number}").text
    past = {"valid_until": "2020-01-01", "files": (BytesIO(a_pdf()), "attestation.pdf")}
    assert desk.post(f"/prets/{number}/assurance", data=past, content_type="multipart/form-data").status_code == 422
    good = {"valid_until": soon.isoformat(), "files": (BytesIO(a_pdf()), "attestation.pdf")}
    assert desk.post(f"/prets/{number}/assurance", data=good, content_type="multipart/form-data").status_code == 303
    assert "à demander" not in desk.get(f"/prets/{number}").text
    db.session.rollback()
    assert jobs.watch_insurance() == 0
    with transaction():
        db.session.query(InsuranceCertificate).update({"valid_until": clock.today() - timedelta(days=1)})
    assert jobs.watch_insurance() == 1
    assert jobs.watch_insurance() == 0
    assert "Redemander" in db.session.query(Task).one().label
