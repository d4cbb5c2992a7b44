"""The page where a client sees what is left of an invoice, and pays: by link, without an account."""

import re
from typing import Any

from flask import Response, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.queries import our_organisation
from app.core import clock, links
from app.core.db import db
from app.core.errors import Gone
from app.core.i18n import _
from app.core.permissions import public
from app.core.web import or_404, page, raw
from app.payments.models import Checkout
from app.payments.services import online
from app.payments.services.reminders import LINK
from app.payments.views.blueprint import bp
from app.sales.models import SalesDocument
from app.sales.services.facturx.epc import epc_svg


def linked(token: str) -> SalesDocument:
    """The invoice of that link; 404 when forged. Raises Gone."""
    link = or_404(links.resolve(token, LINK))
    query = select(SalesDocument).where(SalesDocument.id == link.subject_id)
    loaded = joinedload(SalesDocument.contact), joinedload(SalesDocument.payer), selectinload(SalesDocument.instalments)
    return or_404(db.session.scalar(query.options(*loaded)))


@bp.get("/payer/<token>")
@public
def pay(token: str) -> Response:
    """What is left to pay, and how."""
    try:
        document = linked(token)
    except Gone as gone:
        return page(
            "portal/problem.html", status=gone.status, title=_("Ce lien n'est plus valable"), advice=gone.message
        )
    return _show(document, token)


def _show(document: SalesDocument, token: str) -> Response:
    house = our_organisation()
    code = epc_svg(house.name, house.iban, house.bic, document.asked, document.number or "")
    return page(
        "payments/pay.html", document=document, token=token, house=house, code=raw(_scaled(code)) if code else None,
        today_is=clock.today(), offers=online.offers(), **coming_back(online.live_checkout(document.id)),
    )  # fmt: skip


def coming_back(checkout: Checkout | None) -> dict[str, Any]:
    """What the address says on the way back from the partner: words to show, never believed. `refused`: the reference of the
    page where the payer failed, which is not offered again."""
    said = (
        "refused" if request.args.get("code") == "refused" or "error" in request.args else request.args.get("code", "")
    )
    failed = (
        said == "refused" and checkout is not None and checkout.provider_ref == request.args.get("checkoutIntentId")
    )
    refused = checkout.provider_ref if failed and checkout is not None else ""
    return {"checkout": None if failed else checkout, "refused": refused, "said": said}


def _scaled(svg: str) -> str:
    """The code at the size that its place gives it."""
    return re.sub(r'width="(\d+)" height="(\d+)"', r'viewBox="0 0 \1 \2"', svg, count=1)
