"""An invoice leaves by e-mail only once its check has passed, with its PDF and the link of its client's page (C3)."""

import pytest
from sqlalchemy.orm import Session

from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.jobs import JobRun, RetryLater
from app.core.outbox import OutboxMessage
from app.documents import services as files
from app.documents.states import FileKind
from app.sales import jobs
from app.sales.models import SalesDocument
from app.sales.services import documents
from app.sales.services.documents import sending
from app.sales.states import CHECKS, CheckState
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.files import a_photo
from tests.factories.sales import again, an_invoice, an_issued_invoice

pytestmark = pytest.mark.row("C3")


def checked(document: SalesDocument, *, passed: bool = True) -> SalesDocument:
    """As the job of its PDF leaves it."""
    with transaction():
        fresh = documents.locked(document.id)
        fresh.file_id = files.store(a_photo(), "facture.jpg", FileKind.PHOTO, by="Atelier").id
        CHECKS.move(fresh, CheckState.PASSED if passed else CheckState.REFUSED)
    return again(document)


def mails(session: Session) -> list[OutboxMessage]:
    return [mail for mail in session.query(OutboxMessage) if mail.template == "invoice.sent"]


def test_it_waits_for_the_check_then_leaves_once(cast: Cast, session: Session) -> None:
    invoice = an_issued_invoice(contact=cast.karim)
    with transaction():
        assert sending.ask_to_send(invoice) is False
    assert [run.arguments for run in session.query(JobRun) if run.function == "app.sales.jobs.send_document"] == [
        [invoice.id]
    ]
    with pytest.raises(RetryLater):
        jobs.send_document(invoice.id)
    assert mails(session) == []
    checked(invoice)
    jobs.send_document(invoice.id)
    (mail,) = mails(session)
    assert mail.recipient == "karim@benyahia.example"
    assert str(invoice.number) in mail.subject
    assert sending.link_to(invoice) in mail.text
    assert again(invoice).sent_at is not None


def test_a_refused_check_lets_nothing_leave(cast: Cast, session: Session) -> None:
    invoice = checked(an_issued_invoice(contact=cast.karim), passed=False)
    with pytest.raises(DomainError, match="compléter"), transaction():
        sending.ask_to_send(invoice)
    assert jobs.send_document(invoice.id) == {}
    assert mails(session) == []


def test_the_payer_is_written_to_when_he_is_not_the_client(cast: Cast, session: Session) -> None:
    draft = an_invoice(contact=cast.karim)
    payer = a_contact(name="Syndic du Port", email="syndic@port.example")
    with transaction():
        documents.change(documents.locked(draft.id), payer_id=payer.id)
    db.session.expire_all()
    with transaction():
        issued = documents.issue(draft)
    assert issued.content["payer"]["name"] == "Syndic du Port"
    ready = checked(issued)
    with transaction():
        sending.ask_to_send(ready)
    assert [mail.recipient for mail in mails(session)] == ["syndic@port.example"]
