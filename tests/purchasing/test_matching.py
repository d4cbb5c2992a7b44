"""An invoice beside its order, line by line: each difference of price or of quantity is named (C13)."""

import re
from io import BytesIO

import pytest

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.purchasing import services
from app.purchasing.models import Purchase, SupplierInvoice
from app.purchasing.queries import beside, bill_by_id, purchase_by_id
from app.purchasing.services import Arrived, BillLine
from app.purchasing.states import BillState
from tests.cast import Cast
from tests.factories.purchasing import a_bill, a_supplier, an_order, supplied
from tests.factories.stock import a_place, a_stocked_article
from tests.factories.supplier_files import Sold, a_facturx_pdf, a_facturx_xml
from tests.signing import Browser

pytestmark = pytest.mark.row("C13")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2019", "'").replace("\u2212", "-")


def ordered(received: tuple[int, int] = (4, 2)) -> Purchase:
    """4 pumps at 10,00 € (« PV-1 » there) and 2 seals at 3,00 €; so many of each received."""
    supplier = a_supplier(name="Pièces du Var")
    pump = supplied(a_stocked_article(label="Pompe", minimum=4000), supplier, 1000, reference="PV-1")
    seal = supplied(a_stocked_article(label="Joint d'arbre", minimum=2000), supplier, 300)
    order = an_order(pump, seal, supplier=supplier)
    whole = purchase_by_id(order.id)
    assert whole is not None
    came = {
        line.id: Arrived(received[0 if line.reference == "PV-1" else 1] * 1000)
        for line in whole.lines
        if received[0 if line.reference == "PV-1" else 1]
    }
    place = a_place()
    with transaction():
        services.receive(order.id, came, place_id=place.id)
    return order


def invoiced(order: Purchase, *lines: BillLine, **values: int) -> SupplierInvoice:
    net = sum(line.net for line in lines)
    known = {"net": net, "vat": 0, "gross": net, "lines": list(lines), "source": "facturx", "purchase_id": order.id}
    bill = a_bill(db.session.get_one(Contact, order.supplier_id), **known | values)
    found = bill_by_id(bill.id)
    assert found is not None
    return found


def line(label: str, quantity: int, price: int, reference: str = "") -> BillLine:
    return BillLine(label, quantity * 1000, price, quantity * price, [reference])


def said(bill: SupplierInvoice) -> list[str]:
    return [plain(words) for words in bill.differences]


def test_lines_as_they_were_ordered_and_received_match(cast: Cast) -> None:
    bill = invoiced(ordered(), line("PUMP 12V", 4, 1000, "pv-1"), line("joint D'ARBRE", 2, 300))
    assert said(bill) == []
    assert bill.state == BillState.MATCHED


def test_a_dearer_line_hidden_by_a_cheaper_one_is_named_though_totals_agree(cast: Cast) -> None:
    bill = invoiced(ordered(), line("Pompe", 4, 1050), line("Joint d'arbre", 2, 200))
    assert said(bill) == [
        "« Pompe » : facturé 10,50 € l'unité, commandé 10,00 €, soit +2,00 € sur la ligne.",
        "« Joint d'arbre » : facturé 2,00 € l'unité, commandé 3,00 €, soit -2,00 € sur la ligne.",
    ]
    assert bill.state == BillState.TO_CHECK


def test_more_charged_than_received_is_named(cast: Cast) -> None:
    bill = invoiced(ordered((3, 2)), line("Pompe", 4, 1000), line("Joint d'arbre", 2, 300))
    assert said(bill) == ["« Pompe » : facturé 4, reçu 3 sur 4 commandé."]


def test_two_invoices_of_one_order_add_up_by_line(cast: Cast) -> None:
    order = ordered()
    assert said(invoiced(order, line("Pompe", 3, 1000))) == []
    assert said(invoiced(order, line("Pompe", 1, 1000), line("Joint d'arbre", 2, 300))) == []
    assert said(invoiced(order, line("Pompe", 1, 1000))) == ["« Pompe » : facturé 5, reçu 4 sur 4 commandé."]


def test_what_was_not_ordered_and_what_is_beside_the_lines_are_named(cast: Cast) -> None:
    bill = invoiced(
        ordered(), line("Pompe", 4, 1000), line("Emballage", 1, 450), net=4950 + 450, vat=0, gross=4950 + 450
    )
    assert said(bill) == [
        "« Emballage » : 4,50 € HT, n'est pas dans la commande.",
        "Le total HT comprend 9,50 € de frais ou de remise en dehors des lignes.",
    ]
    assert [(row.label, row.differs) for row in beside(bill)] == [
        ("Pompe", False), ("Joint d'arbre", False), ("Emballage", True),
    ]  # fmt: skip


def test_a_factur_x_dropped_is_matched_line_by_line_to_the_order_that_it_names(browser: Browser, cast: Cast) -> None:
    order = ordered((3, 2))
    xml = a_facturx_xml(
        "FA-77", "Pièces du Var", [Sold("Pompe 12 V", 4, 1100, "PV-1"), Sold("Joint d'arbre", 2, 300)],
        order=order.number or "", on=clock.today(),
    )  # fmt: skip
    accountant = browser.as_("compta")
    pdf = a_facturx_pdf(xml)
    form = accountant.post("/factures-fournisseurs/nouvelle", data={"file": (BytesIO(pdf), "facture.pdf")})
    assert 'value="FA-77"' in form.text
    found = re.search(r'name="file_id"[^>]*value="(\d+)"', form.text)
    assert found
    bill = accountant.post(
        "/factures-fournisseurs/nouvelle", supplier_id=str(order.supplier_id), number="FA-77", issued_on=clock.today().isoformat(),
        net="50", vat="10", gross="60", purchase_id=str(order.id), source="facturx", file_id=found[1],
    ).headers["Location"]  # fmt: skip
    page = plain(accountant.get(bill).text)
    assert "« Pompe » : facturé 11,00 € l'unité, commandé 10,00 €, soit +4,00 € sur la ligne." in page
    assert "« Pompe » : facturé 4, reçu 3 sur 4 commandé." in page
    assert "Conforme" in page
    assert "Comparer les lignes" not in page, "its lines come from the file"


def test_an_invoice_on_paper_is_pointed_line_by_line(browser: Browser, cast: Cast) -> None:
    order = ordered()
    bill = a_bill(db.session.get_one(Contact, order.supplier_id), net=4600, vat=0, gross=4600, purchase_id=order.id)
    accountant = browser.as_("compta")
    url = f"/factures-fournisseurs/{bill.id}"
    assert "Rien ne diffère" in accountant.get(url).text
    whole = purchase_by_id(order.id)
    assert whole is not None
    pump, seal = whole.lines
    typed = {f"q{pump.id}": "4", f"p{pump.id}": "10,25", f"q{seal.id}": "2", f"p{seal.id}": "2,50"}
    accountant.post(f"{url}/lignes", data=typed)
    page = plain(accountant.get(url).text)
    assert "« Pompe » : facturé 10,25 € l'unité" in page
    assert 'value="10,25"' in page
    db.session.expire_all()
    assert db.session.get_one(SupplierInvoice, bill.id).state == BillState.TO_CHECK
    assert accountant.post(f"{url}/lignes", data={f"q{pump.id}": "quatre"}).status_code == 422
    accountant.post(
        f"{url}/lignes", data={f"q{pump.id}": "4", f"p{pump.id}": "10", f"q{seal.id}": "2", f"p{seal.id}": "3"}
    )
    db.session.expire_all()
    assert db.session.get_one(SupplierInvoice, bill.id).state == BillState.MATCHED
