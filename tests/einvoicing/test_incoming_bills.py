"""Suppliers' invoices that the platform brings, read among the dropped ones, and our answers to them (issue 3, points 4 and 5)."""

import io
import zipfile

import pytest

from app.contacts.models import Contact
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.documents.models import Attachment
from app.einvoicing import jobs
from app.einvoicing.services import answers
from app.einvoicing.states import Answer, FlowState
from app.purchasing.models import SupplierInvoice
from app.purchasing.states import BillState
from app.sales.services.facturx import xml_of
from app.sales.states import DocumentKind
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.einvoicing import a_platform, a_supplier_file, flows
from tests.factories.sales_documents import a_sealed_document, a_seller
from tests.sandbox_process import Sandbox
from tests.signing import Browser

pytestmark = pytest.mark.row("C13")


@pytest.fixture
def bill(cast: Cast, sandbox: Sandbox) -> SupplierInvoice:
    """An invoice that came by the platform; its supplier is, of all sellers, ourselves."""
    a_platform(sandbox)
    sandbox.arrives(a_supplier_file(a_contact()), "F-9.pdf")
    jobs.look()
    return db.session.query(SupplierInvoice).one()


def test_a_suppliers_invoice_arrives_with_its_supplier_and_its_file(bill: SupplierInvoice) -> None:
    assert (bill.gross, bill.state, bill.source) == (14300, BillState.TO_CHECK, "platform")
    supplier = db.session.get_one(Contact, bill.supplier_id)
    assert (supplier.name, supplier.siret, supplier.supplier) == ("Atelier Second Souffle", "73282932000074", True)
    assert db.session.query(Attachment).filter_by(subject_kind="supplier_invoice", subject_id=bill.id).count() == 1
    jobs.look()
    assert db.session.query(SupplierInvoice).count() == 1


def test_a_known_supplier_is_found_and_a_credit_note_is_below_zero(cast: Cast, sandbox: Sandbox) -> None:
    known = a_contact(name="Autre nom", kind="company", siret="73282932000074")
    a_platform(sandbox)
    a_seller()
    sandbox.arrives(xml_of(a_sealed_document(DocumentKind.CREDIT)), "avoir.xml", "CII")
    jobs.look()
    found = db.session.query(SupplierInvoice).one()
    assert (found.supplier_id, found.gross) == (known.id, -14300)


def test_what_cannot_be_read_is_set_aside_and_does_not_stop_the_rest(
    cast: Cast, browser: Browser, sandbox: Sandbox
) -> None:
    a_platform(sandbox)
    sandbox.arrives(b"<html>portail</html>", "illisible.xml", "CII")
    good = a_supplier_file(a_contact())
    sandbox.arrives(good, "bonne.pdf")
    sandbox.arrives(good, "double.pdf")
    jobs.look()
    assert db.session.query(SupplierInvoice).count() == 1
    aside = [flow for flow in flows() if flow.state == FlowState.UNREADABLE]
    assert len(aside) == 2
    assert "déjà là" in aside[1].error
    shown = browser.as_("compta").get("/facturation-electronique").text
    assert "illisible.xml" in shown
    assert "double.pdf" in shown
    assert "À saisir à la main" in shown


def test_a_file_set_aside_is_typed_from_its_line_and_leaves_the_list(
    cast: Cast, browser: Browser, sandbox: Sandbox
) -> None:
    a_platform(sandbox)
    first = a_supplier_file(a_contact())
    for name in ("une.pdf", "deux.pdf"):
        sandbox.arrives(first, name)
    jobs.look()
    boss = browser.as_("gerant")
    aside = next(flow for flow in flows() if flow.state == FlowState.UNREADABLE)
    form = boss.get(f"/factures-fournisseurs/nouvelle?fichier={aside.file_id}").text
    assert f'value="{aside.file_id}"' in form
    supplier = a_contact(name="Fournil", kind="company")
    boss.post(
        "/factures-fournisseurs/nouvelle",
        data={"file_id": aside.file_id, "source": "typed", "supplier_id": supplier.id, "number": "X1", "issued_on": "2026-11-02", "net": "10", "vat": "2", "gross": "12"},
    )  # fmt: skip
    assert db.session.query(SupplierInvoice).count() == 2
    assert "deux.pdf" not in boss.get("/facturation-electronique").text


@pytest.mark.parametrize(("answer", "words"), [("204", "Prise en charge"), ("205", "Approuvée"), ("211", "Paiement transmis")])  # fmt: skip
def test_our_answer_reaches_the_supplier(
    bill: SupplierInvoice, browser: Browser, sandbox: Sandbox, answer: str, words: str
) -> None:
    accountant = browser.as_("compta")
    accountant.post(f"/facturation-electronique/factures-recues/{bill.id}/reponse", data={"answer": answer})
    jobs.hand_over()
    jobs.look()
    told = [flow for flow in sandbox.flows() if flow["flowType"] == "SupplierInvoiceLC"]
    assert [flow["cdar"]["code"] for flow in told] == [answer]
    assert told[0]["cdar"]["number"] == bill.number
    page = accountant.get(f"/factures-fournisseurs/{bill.id}").text
    assert words in page
    assert "Acceptée" in page


def test_a_refusal_gives_its_reason_and_keeps_the_bill_from_being_paid(
    bill: SupplierInvoice, browser: Browser, sandbox: Sandbox
) -> None:
    accountant = browser.as_("compta")
    address = f"/facturation-electronique/factures-recues/{bill.id}/reponse"
    refused = accountant.post(address, data={"answer": "210"})
    assert refused.status_code == 422
    assert "Choisissez la raison" in refused.text
    accountant.post(address, data={"answer": "210", "reason_code": "QTE_ERR"})
    assert db.session.get_one(SupplierInvoice, bill.id).state == BillState.TO_CHECK  # that reason is of a dispute alone
    accountant.post(address, data={"answer": "210", "reason_code": "DOUBLE_FACT", "comment": "voir F-8"})
    jobs.hand_over()
    said = next(flow["cdar"] for flow in sandbox.flows() if flow["flowType"] == "SupplierInvoiceLC")
    assert (said["code"], said["reason_code"]) == ("210", "DOUBLE_FACT")
    assert "voir F-8" in said["reason"]
    db.session.expire_all()
    assert db.session.get_one(SupplierInvoice, bill.id).state == BillState.DISPUTED
    assert "repondre-210" not in accountant.get(f"/factures-fournisseurs/{bill.id}").text


def test_a_bill_that_did_not_come_by_the_platform_has_no_answer(cast: Cast, sandbox: Sandbox) -> None:
    from tests.factories.purchasing import a_bill

    a_platform(sandbox)
    typed = a_bill()
    with transaction(), pytest.raises(DomainError, match="directement"):
        answers.answer_bill(db.session.get_one(SupplierInvoice, typed.id), Answer.APPROVED)


def test_files_are_brought_by_hand_without_an_account(cast: Cast, browser: Browser) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        made.writestr("recues/F-1.pdf", a_supplier_file(a_contact()))
        made.writestr("recues/lisez.xml", b"<html/>")
        made.writestr("recues/notes.txt", b"rien")
    boss = browser.as_("gerant")
    shown = boss.post(
        "/facturation-electronique/fichiers/recues", data={"files": (io.BytesIO(packed.getvalue()), "lot.zip")}
    )
    assert "1 facture reçue enregistrée" in shown.text
    assert "lisez.xml" in shown.text
    assert db.session.query(SupplierInvoice).count() == 1
    broken = boss.post(
        "/facturation-electronique/fichiers/recues", data={"files": (io.BytesIO(b"PK\x03\x04cut"), "lot.zip")}
    )
    assert broken.status_code == 422
    assert "ne s" in broken.text
    nothing = boss.post("/facturation-electronique/fichiers/recues", data={})
    assert (nothing.status_code, "Choisissez les fichiers" in nothing.text) == (422, True)
