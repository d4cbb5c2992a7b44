"""The VAT of a period by rate."""

from flask import Response

from app.accounts.queries import our_organisation
from app.accounts.states import VatRegime
from app.core.permissions import requires
from app.core.web import page
from app.ledger import queries, services
from app.ledger.views.blueprint import VIEW, asked, bp, shared


@bp.get("/tva")
@requires(VIEW)
def vat() -> Response:
    """What is to declare."""
    filters = asked()
    summary = services.vat_summary(filters.first, filters.last)
    return page(
        "ledger/vat.html", block="comptes", summary=summary, years=queries.years(),
        sectors=our_organisation().vat_regime == VatRegime.SECTORS, **shared(filters, "ledger.vat"),
    )  # fmt: skip
