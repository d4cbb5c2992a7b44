"""Suppliers, baskets, orders, receipts and their invoices."""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.catalog.models import Article
from app.catalog.queries import suppliers_of
from app.catalog.services import set_supplier
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.purchasing import jobs, services
from app.purchasing.models import Purchase, SupplierInvoice
from app.purchasing.services import Arrived, BillInput
from app.purchasing.states import PurchaseState
from app.stock.services import default_place
from tests.factories.base import serial
from tests.factories.contacts import a_contact
from tests.factories.stock import a_stocked_article


def a_supplier(**values: Any) -> Contact:
    """A company that sells us parts."""
    number = serial()
    known = {"name": f"Fournitures {number}", "kind": "company", "email": f"commandes{number}@fournitures.example"}
    return a_contact(**known | values)


def supplied(article: Article, supplier: Contact, price: int = 1000, **values: Any) -> Article:
    """The article, sold to us by that supplier."""
    with transaction():
        set_supplier(db.session.get_one(Article, article.id), supplier.id, price=price, **values)
    return article


def a_basket(*articles: Article, supplier: Contact | None = None) -> Purchase:
    """The basket that fills itself with what is short."""
    who = supplier or a_supplier()
    for article in articles or (a_stocked_article(minimum=2000),):
        if not suppliers_of(article.id):
            supplied(article, who)
    jobs.fill_baskets()
    query = select(Purchase).where(Purchase.supplier_id == who.id, Purchase.state == PurchaseState.BASKET)
    return db.session.scalars(query).one()


def an_order(*articles: Article, supplier: Contact | None = None, printed: bool = False) -> Purchase:
    """An order that left; its PDF made and sent when `printed`."""
    basket = a_basket(*articles, supplier=supplier)
    with transaction():
        services.order(basket.id)
    if printed:
        jobs.render_and_send(basket.id)
    return again(basket)


def a_receipt(purchase: Purchase) -> None:
    """All of it came."""
    with transaction():
        lines = {line.id: Arrived(line.left) for line in services.locked(purchase.id).lines}
        services.receive(purchase.id, lines, place_id=purchase.place_id or default_place().id, note="BL-7")


def a_bill(supplier: Contact | None = None, **values: Any) -> SupplierInvoice:
    """An invoice received, 100,00 € without tax."""
    today = clock.today()
    known: dict[str, Any] = {
        "supplier_id": (supplier or a_supplier()).id, "number": f"FA-{serial()}", "issued_on": today - timedelta(days=3),
        "due_on": today + timedelta(days=27), "net": 10_000, "vat": 2000, "gross": 12_000,
    }  # fmt: skip
    with transaction():
        return services.add_bill(BillInput(**known | values))


def again(purchase: Purchase) -> Purchase:
    """The order as the database has it now."""
    db.session.expire_all()
    return db.session.get_one(Purchase, purchase.id)
