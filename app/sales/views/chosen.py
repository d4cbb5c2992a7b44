"""An article of the catalogue chosen for a line: what it puts in the form, at the price of the client."""

from typing import Any

from flask import request

from app.catalog.queries import parts_beside, row_of
from app.core.fields import chosen_id
from app.sales.forms import LineForm
from app.sales.models import PricedLine
from app.sales.services.documents.standard import contents
from app.tariffs import services as tariffs


def chosen_values(contact_id: int, line: PricedLine | None) -> dict[str, Any] | None:
    """The fields that the article of the address fills, for a new line or a saved one; None when none is chosen."""
    chosen = row_of(chosen_id(request.args.get("article_id"))) if request.method == "GET" else None
    if chosen is None:
        return None
    quantity = line.quantity if line else 1000
    offer = tariffs.offer(chosen.id, contact_id, quantity)
    price = offer.net if offer else chosen.price
    return {
        "article_id": chosen.id, "label": chosen.label, "reference": chosen.reference, "unit": chosen.unit, "unit_price": price,
        "vat_code": chosen.vat_code, "cost": chosen.cost, "quantity": quantity,
        "detail": "" if parts_beside(chosen.id, price) else contents(chosen.id),
    }  # fmt: skip


def beside_line(form: LineForm, contact_id: int, line: PricedLine | None) -> dict[str, Any]:
    """What the page of a line says of its article: the tariff that rules its price, and the lines that it brings when new."""
    article_id = form.article_id.data
    return {
        "offer": tariffs.offer(article_id, contact_id, form.quantity.data or 1000), "contact_id": contact_id,
        "tariff": line is None or "article_id" in request.args,
        "brings": parts_beside(article_id, form.unit_price.data or 0) if line is None else [],
        "extras": tariffs.in_option(article_id, form.quantity.data or 1000, contact_id) if line is None else [],
        "taken": taken(),
    }  # fmt: skip


def taken() -> list[int]:
    """Ids of the articles in option that were ticked."""
    return request.form.getlist("extra", type=int)


def priced(form: LineForm, contact_id: int) -> int:
    """The price typed, cents without tax; one that is still the tariff's follows the quantity."""
    line, shown = form.line, chosen_id(request.form.get("tariff_price"))
    return tariffs.followed(line.article_id, contact_id, line.quantity, line.unit_price, shown)
