"""« Pourquoi ce prix ? » beside a line: the price of an article for its client, at the quantity that is being typed."""

from flask import Response, request
from flask_login import current_user

from app.catalog.queries import article_for
from app.contacts.queries import contact_for
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.money import parse_cents, parse_decimal
from app.core.permissions import requires
from app.core.web import page
from app.tariffs import services
from app.tariffs.views.blueprint import bp


@bp.get("/pourquoi")
@requires("catalog.view")
def why() -> Response:
    """The offer, explained; the price of the form follows while nobody typed another."""
    article = article_for(current_user, chosen_id(request.args.get("article_id")) or 0)
    contact = contact_for(current_user, chosen_id(request.args.get("for_contact")) or 0)
    contact_id = contact.id if contact else None
    quantity = _quantity(request.args.get("quantity", ""))
    offer = services.offer(article.id, contact_id, quantity) if article else None
    shown, typed = chosen_id(request.args.get("tariff_price")), _cents(request.args.get("unit_price", ""))
    return page(
        "tariffs/why.html", block="pourquoi", offer=offer, contact_id=contact_id, tariff=shown is not None,
        follows=shown is not None and shown == typed,
    )  # fmt: skip


def _quantity(text: str) -> int:
    try:
        return int(parse_decimal(text or "1", 3) * 1000)
    except DomainError:
        return 1000


def _cents(text: str) -> int | None:
    try:
        return parse_cents(text) if text.strip() else None
    except DomainError:
        return None
