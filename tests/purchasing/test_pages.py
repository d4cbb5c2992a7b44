"""Pages of purchasing, as a person uses them: from the basket to the invoice paid."""

from io import BytesIO

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db, transaction
from app.purchasing import jobs, services
from app.purchasing.models import Purchase, SupplierInvoice
from app.purchasing.queries import purchase_by_id
from app.purchasing.services import Arrived
from app.purchasing.states import BillState, PurchaseState
from app.stock.models import StockLot
from app.stock.queries import levels_of
from tests.cast import Cast
from tests.factories.printed_invoices import scan
from tests.factories.purchasing import a_basket, a_bill, a_receipt, a_supplier, again, an_order
from tests.factories.stock import a_place, a_stocked_article
from tests.signing import Browser

pytestmark = [pytest.mark.row("C13"), pytest.mark.row("D9")]


def test_from_the_minimum_to_the_invoice_paid(browser: Browser, cast: Cast) -> None:
    place = a_place("Réserve")
    article = a_stocked_article(label="Pompe de vidange", minimum=4000, barcode="3017620422003")
    supplier = a_supplier(name="Pièces du Var")
    basket = a_basket(article, supplier=supplier)
    desk = browser.as_("accueil")
    assert "panier fournisseur prêt" in desk.get("/tableau-de-bord").text
    assert "Pièces du Var" in desk.get("/commandes-fournisseurs").text
    url = f"/commandes-fournisseurs/{basket.id}"
    desk.post(f"{url}/commande", expected="4000")
    order = again(basket)
    assert order.state == PurchaseState.ORDERED
    jobs.render_and_send(order.id)
    assert desk.get(f"{url}/bon.pdf").mimetype == "application/pdf"
    assert order.number in desk.get("/stock/reception").text
    assert desk.get(f"/stock/reception?code={order.number}", follow=False).headers["Location"].endswith("/reception")
    page = desk.post(f"{url}/reception", do="scan", code="3017620422003", place_id=str(place.id), form_key="r").text
    line = _line(order)
    assert f'name="q{line}"' in page
    assert 'value="1"' in page
    assert levels_of([article.id]) == {}
    assert desk.post(f"{url}/reception", do="scan", code="0000", place_id=str(place.id)).status_code == 422
    fields = {f"q{line}": "4", "place_id": str(place.id), "note": "BL-55", "form_key": "r", "do": "save"}
    for _click in range(2):
        desk.post(f"{url}/reception", data=fields)
    assert levels_of([article.id])[article.id].quantity == 4000
    assert "BL-55" in desk.get(url).text
    accountant = browser.as_("compta")
    answer = accountant.post(
        "/factures-fournisseurs/nouvelle", supplier_id=str(supplier.id), number="F-2207", issued_on=clock.today().isoformat(),
        net="40", vat="8", gross="48", purchase_id=str(order.id), source="typed",
    )  # fmt: skip
    bill_url = answer.headers["Location"]
    assert "Rien ne diffère" in accountant.get(bill_url).text
    accountant.post(f"{bill_url}/paiement", paid_on=clock.today().isoformat(), paid_how="virement")
    db.session.expire_all()
    assert db.session.scalars(select(SupplierInvoice.state)).one() == BillState.PAID


def _line(order: Purchase) -> int:
    whole = purchase_by_id(order.id)
    assert whole is not None
    return whole.lines[0].id


def test_an_invoice_that_differs_says_how(browser: Browser, cast: Cast) -> None:
    supplier = a_supplier()
    order = an_order(a_stocked_article(minimum=3000), supplier=supplier)
    bill = a_bill(supplier, net=9900, vat=1980, gross=11_880, purchase_id=order.id)
    accountant = browser.as_("compta")
    page = accountant.get(f"/factures-fournisseurs/{bill.id}").text
    assert "Ce qui diffère de la commande" in page
    assert "99,00" in page
    assert "30,00" in page
    accountant.post(f"/factures-fournisseurs/{bill.id}/litige", reason="Trois pièces facturées dix")
    db.session.expire_all()
    assert db.session.get_one(SupplierInvoice, bill.id).state == BillState.DISPUTED
    accountant.post(f"/factures-fournisseurs/{bill.id}/accord")
    db.session.expire_all()
    assert db.session.get_one(SupplierInvoice, bill.id).state == BillState.MATCHED


def test_the_lots_bear_their_invoice(cast: Cast) -> None:
    supplier, place = a_supplier(), a_place()
    order = an_order(a_stocked_article(minimum=1000, traced=True), supplier=supplier)
    with transaction():
        services.receive(order.id, {_line(order): Arrived(1000, "SN-9")}, place_id=place.id)
    a_bill(supplier, number="F-31", net=1000, vat=200, gross=1200, purchase_id=order.id)
    db.session.expire_all()
    assert db.session.scalars(select(StockLot.supplier_invoice)).one() == "F-31"


def test_amounts_that_do_not_add_up_and_a_number_twice_are_refused(browser: Browser, cast: Cast) -> None:
    supplier = a_supplier()
    a_bill(supplier, number="F-1")
    accountant = browser.as_("compta")
    form = {
        "supplier_id": str(supplier.id), "number": "F-2", "issued_on": clock.today().isoformat(), "net": "100", "vat": "20",
        "gross": "121", "source": "typed",
    }  # fmt: skip
    refused = accountant.post("/factures-fournisseurs/nouvelle", data=form)
    assert refused.status_code == 422
    assert "120,00" in refused.text
    assert 'value="F-2"' in refused.text
    twice = accountant.post("/factures-fournisseurs/nouvelle", data={**form, "number": "F-1", "gross": "120"})
    assert "déjà là" in twice.text


def test_a_file_that_says_nothing_is_kept_and_typed(browser: Browser, cast: Cast) -> None:
    answer = browser.as_("compta").post(
        "/factures-fournisseurs/nouvelle", data={"file": (BytesIO(scan()), "facture.pdf")}
    )
    assert answer.status_code == 200
    assert "recopiez" in answer.text
    assert 'name="file_id"' in answer.text


def test_each_role_does_what_is_his(browser: Browser, cast: Cast) -> None:
    basket, order = a_basket(), an_order()
    a_receipt(order)
    technician = browser.as_("technicien")
    assert technician.get(f"/commandes-fournisseurs/{basket.id}").status_code == 200
    assert technician.post(f"/commandes-fournisseurs/{basket.id}/commande").status_code == 403
    assert technician.get("/factures-fournisseurs").status_code == 403
    assert browser.as_("client").get("/commandes-fournisseurs").status_code in (403, 404)
    assert again(basket).state == PurchaseState.BASKET


def test_lists_ask_as_many_questions_for_many_rows(browser: Browser, cast: Cast, queries: list[str]) -> None:
    desk = browser.as_("gerant")
    a_receipt(an_order())
    counts = []
    for _round in range(2):
        for url in ("/commandes-fournisseurs", "/stock", "/stock/mouvements", "/factures-fournisseurs"):
            desk.get(url)
            queries.clear()
            assert desk.get(url).status_code == 200
            counts.append(len(queries))
        for _more in range(3):
            a_receipt(an_order())
            a_bill()
    assert counts[:4] == counts[4:]
    assert max(counts) <= 12, counts


def test_a_disputed_invoice_is_paid_only_once_the_dispute_is_lifted(browser: Browser, cast: Cast) -> None:
    bill = a_bill(a_supplier(), number="F-77", net=10_000, vat=2_000, gross=12_000)
    url, today = f"/factures-fournisseurs/{bill.id}", clock.today().isoformat()
    accountant = browser.as_("compta")
    accountant.post(f"{url}/litige", reason="Colis abîmé")
    page = accountant.get(url).text
    assert "Lever le litige" in page
    assert "Noter le paiement" not in page
    refused = accountant.post(f"{url}/paiement", paid_on=today, paid_how="virement")
    assert refused.status_code == 422
    assert "en litige" in refused.text
    assert "Lever le litige" in refused.text
    assert accountant.post(f"{url}/litige/levee", reason=" ").status_code == 422
    db.session.expire_all()
    assert db.session.get_one(SupplierInvoice, bill.id).state == BillState.DISPUTED
    page = accountant.post(f"{url}/litige/levee", reason="Avoir AV-9 reçu", follow=True).text
    assert "Avoir AV-9 reçu" in page
    assert accountant.post(f"{url}/litige/levee", reason="Encore").status_code == 409
    accountant.post(f"{url}/paiement", paid_on=today, paid_how="virement")
    db.session.expire_all()
    assert db.session.get_one(SupplierInvoice, bill.id).state == BillState.PAID


def test_a_comparison_without_a_difference_does_not_lift_a_dispute(cast: Cast) -> None:
    supplier = a_supplier()
    order = an_order(a_stocked_article(minimum=1000), supplier=supplier)
    a_receipt(order)
    bill = a_bill(supplier, net=1000, vat=200, gross=1200, purchase_id=order.id)
    with transaction():
        services.dispute(db.session.get_one(SupplierInvoice, bill.id), "Pièce rayée")
    with transaction():
        assert services.match(db.session.get_one(SupplierInvoice, bill.id), order.id) == []
    assert db.session.get_one(SupplierInvoice, bill.id).state == BillState.DISPUTED
    with transaction():
        services.settle_dispute(db.session.get_one(SupplierInvoice, bill.id), "Remise accordée")
    assert db.session.get_one(SupplierInvoice, bill.id).state == BillState.MATCHED


def test_one_entry_of_the_menu_is_where_we_are(browser: Browser, cast: Cast) -> None:
    page = browser.as_("gerant").get("/stock/reception").text
    menu = page.split('<nav class="side"')[1].split("</nav>")[0]
    here = [link for link in menu.split("<a ") if 'aria-current="page"' in link.split(">")[0]]
    assert len(here) == 1, here
    assert "/stock/reception" in here[0]


def test_an_article_that_was_not_chosen_is_named_and_reached_from_the_summary(browser: Browser, cast: Cast) -> None:
    basket = a_basket()
    answer = browser.as_("gerant").post(f"/commandes-fournisseurs/{basket.id}/lignes", article_id="", quantity="1")
    assert answer.status_code == 422
    assert '<a href="#article_id_text">Article</a>' in answer.text
    assert 'id="article_id_text"' in answer.text
