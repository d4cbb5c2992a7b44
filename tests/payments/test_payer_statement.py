"""The statement of a payer (A8): on screen, on paper, by mail; what he pays for each person of the household."""

import pytest

from app.core.db import db
from app.core.money import euros
from app.core.outbox import OutboxMessage
from app.documents.models import StoredFile
from app.documents.services import open_file
from app.payments import jobs
from app.payments.queries import household
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.payments import owed, paid
from tests.signing import Browser

pytestmark = pytest.mark.row("A8")


def test_what_a_parent_pays_for_each_child_is_told_apart(cast: Cast, browser: Browser) -> None:
    lea, tom = a_contact(name="Léa Benyahia"), a_contact(name="Tom Benyahia")
    first = owed(lea, 10_000, payer_id=cast.karim.id)
    owed(tom, 4_000, payer_id=cast.karim.id)
    paid(cast.karim, 10_000, first)
    shown = browser.as_("compta").get(f"/reglements/releves/{cast.karim.id}").text
    assert "pour Léa Benyahia" in shown
    assert "Pour qui" in shown
    assert f"reste {euros(4_000)}" in shown
    assert euros(4_000) in shown[shown.index("<tfoot>") :]


def test_who_pays_for_himself_alone_has_no_household(cast: Cast, browser: Browser) -> None:
    invoice = owed(cast.karim, 1_000)
    assert invoice.issued_on
    assert household(cast.karim.id, invoice.issued_on, invoice.issued_on) == []
    assert "Pour qui" not in browser.as_("compta").get(f"/reglements/releves/{cast.karim.id}").text


def test_the_statement_is_printed_and_mailed_with_its_pdf(cast: Cast, browser: Browser) -> None:
    invoice = owed(a_contact(name="Léa"), 10_000, payer_id=cast.karim.id)
    desk = browser.as_("compta")
    address = f"/reglements/releves/{cast.karim.id}"
    assert desk.get(f"{address}/pdf").data.startswith(b"%PDF")
    assert desk.post(f"{address}/envoi").status_code == 303
    jobs.send_statement(cast.karim.id, str(invoice.issued_on), str(invoice.due_on))
    mail = db.session.query(OutboxMessage).filter_by(template="payments.statement").one()
    assert mail.recipient == cast.karim.email
    assert "100,00" in mail.text
    assert open_file(db.session.get_one(StoredFile, mail.attachments[0])).startswith(b"%PDF")


def test_without_a_mail_address_one_is_told(cast: Cast, browser: Browser) -> None:
    somebody = a_contact(name="Sans Courriel", email="")
    owed(somebody, 100)
    answer = browser.as_("compta").post(f"/reglements/releves/{somebody.id}/envoi")
    assert answer.status_code == 422
    assert "courriel" in answer.text
