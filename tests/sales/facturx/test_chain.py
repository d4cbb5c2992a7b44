"""The whole chain made by its own services, deposit to credit note: each file that leaves it obeys the rules."""

import pytest

from app.core.db import db, transaction
from app.sales import jobs
from app.sales.models import SalesDocument
from app.sales.services import documents
from app.sales.services.documents import LineData, billing, orders
from app.sales.services.facturx import check, xml_of
from app.sales.states import CheckState, DocumentKind
from tests.factories.sales_documents import LINES, a_company, a_seller

ORDERED = (
    *LINES, LineData("Pose du liner", 3333, 12_345, "intermediate", unit="heure"),
    LineData("Bâche", 1000, 99_999, "reduced", discount=333),
)  # fmt: skip


def proven(draft: SalesDocument) -> SalesDocument:
    if draft.number is None:
        with transaction():
            documents.issue(draft)
    jobs.render_and_check(draft.id)
    found = db.session.get_one(SalesDocument, draft.id, populate_existing=True)
    assert (found.faults, found.check) == ([], CheckState.PASSED)
    return found


def loaded(document: SalesDocument) -> SalesDocument:
    db.session.expire_all()
    with transaction():
        return documents.locked(document.id)


@pytest.mark.row("C3")
def test_every_document_of_an_order_obeys_the_rules(app):
    a_seller()
    company = a_company()
    with transaction():
        order = documents.draft(DocumentKind.ORDER, company, list(ORDERED))
    with transaction():
        orders.confirm(documents.locked(order.id))
    with transaction():
        deposit = billing.deposit(documents.locked(order.id), share=3000)
    deposit = proven(deposit)
    with transaction():
        progress = billing.progress(documents.locked(order.id), 4000)
    progress = proven(progress)
    with transaction():
        final = billing.final(documents.locked(order.id))
    final = proven(final)
    xml = xml_of(loaded(final))
    assert deposit.number.encode() in xml
    assert b"4</ram:ID></ram:BusinessProcessSpecifiedDocumentContextParameter>" in b"".join(xml.split())
    with transaction():
        credit = documents.credit(documents.locked(final.id))
    credit = proven(credit)
    assert final.number.encode() in xml_of(loaded(credit))
    assert check(xml_of(loaded(credit)), business=True) == []
