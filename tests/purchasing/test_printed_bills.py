"""A supplier's invoice as a plain PDF: what its text says is proposed, marked as such; a person decides (C13)."""

import html
import re
from io import BytesIO

import pytest

from app.accounts.services import change_organisation
from app.contacts.models import Contact
from app.contacts.states import ContactKind
from app.core.db import db, transaction
from app.purchasing.models import Purchase, SupplierInvoice
from tests.cast import Cast
from tests.factories import printed_invoices as made
from tests.factories.contacts import a_contact
from tests.factories.purchasing import an_order
from tests.signing import Browser

pytestmark = pytest.mark.row("C13")
NEW = "/factures-fournisseurs/nouvelle"


def dropped(boss: Browser, pdf: bytes) -> str:
    answer = boss.post(NEW, data={"file": (BytesIO(pdf), "facture.pdf")})
    assert answer.status_code == 200
    return html.unescape(answer.text).replace("’", "'").replace("\u00a0", " ").replace("\u202f", " ")


def value(page: str, name: str) -> str:
    field = re.search(rf'<input[^>]*name="{name}"[^>]*>', page)
    found = re.search(r'value="([^"]*)"', field[0]) if field else None
    return found[1] if found else ""


def chosen(page: str, name: str) -> str:
    select = re.search(rf'<select[^>]*name="{name}".*?</select>', page, re.DOTALL)
    found = re.search(r'<option selected value="(\d+)"', select[0]) if select else None
    return found[1] if found else ""


@pytest.fixture
def boss(cast: Cast, browser: Browser) -> Browser:
    return browser.as_("gerant")


@pytest.fixture
def luthier(boss: Browser) -> Contact:
    return a_contact(kind=ContactKind.COMPANY, name="Vents et Anches", siret="73282932000074")


def test_what_it_says_is_proposed_and_says_so(boss: Browser, luthier: Contact) -> None:
    page = dropped(boss, made.usual())
    assert "Rien n'est sûr" in page
    assert "Proposé : « Total TTC : 1 481,47 »" in page
    told = {name: value(page, name) for name in ("number", "issued_on", "due_on", "net", "vat", "gross")}
    assert told == {
        "number": "F-2026-0815", "issued_on": "2026-11-12", "due_on": "2026-12-12", "net": "1234,56", "vat": "246,91", "gross": "1481,47",
    }  # fmt: skip
    assert chosen(page, "supplier_id") == str(luthier.id)


def test_the_order_it_names_is_proposed(boss: Browser, luthier: Contact) -> None:
    order = an_order()
    page = dropped(boss, made.usual(order=str(order.number)))
    assert chosen(page, "purchase_id") == str(order.id)
    assert db.session.get(Purchase, order.id)


def test_we_are_not_our_own_supplier(boss: Browser, luthier: Contact) -> None:
    with transaction():
        change_organisation(siret="73282932000074")
    assert chosen(dropped(boss, made.usual()), "supplier_id") in ("", str(luthier.id))
    with transaction():
        db.session.get_one(Contact, luthier.id).name = "Autre nom"
    assert chosen(dropped(boss, made.usual()), "supplier_id") == ""


def test_a_credit_note_is_proposed_below_zero(boss: Browser) -> None:
    page = dropped(boss, made.credit_note())
    assert [value(page, name) for name in ("net", "vat", "gross")] == ["-100,00", "-20,00", "-120,00"]


@pytest.mark.parametrize(
    ("layout", "words"),
    [("scan", "image (un scan)"), ("locked", "mot de passe")],
)
def test_what_cannot_be_read_is_typed_and_the_file_is_kept(boss: Browser, layout: str, words: str) -> None:
    page = dropped(boss, getattr(made, layout)())
    assert words in page
    assert value(page, "file_id")
    assert value(page, "number") == ""
    assert boss.get(f"/factures-fournisseurs/fichiers/{value(page, 'file_id')}").status_code == 200


def test_a_wrong_value_is_corrected_without_losing_what_was_typed(boss: Browser, luthier: Contact) -> None:
    page = dropped(boss, made.usual())
    typed = {
        name: value(page, name)
        for name in ("number", "issued_on", "due_on", "net", "vat", "gross", "file_id", "source")
    }
    answer = boss.post(NEW, data={**typed, "supplier_id": luthier.id, "vat": "200,00", "number": "F-1"})
    assert answer.status_code == 422
    assert "Proposé" in answer.text
    assert value(answer.text, "number") == "F-1"
    assert boss.post(NEW, data={**typed, "supplier_id": luthier.id}).status_code == 303
    bill = db.session.query(SupplierInvoice).one()
    assert (bill.number, bill.gross, bill.source) == ("F-2026-0815", 148_147, "typed")
    assert bill.file_id == int(typed["file_id"])


def test_a_file_cut_half_way_is_refused_with_what_to_do(boss: Browser) -> None:
    answer = boss.post(NEW, data={"file": (BytesIO(made.cut()), "facture.pdf")})
    assert answer.status_code == 422
    assert "PDF" in answer.text
    assert 'name="file"' in answer.text, "another may be dropped at once"
