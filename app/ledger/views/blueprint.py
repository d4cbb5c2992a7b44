"""The blueprint of the ledger, what its pages share, and its rights."""

from typing import Any

from flask import Blueprint, request, url_for

from app.core import clock
from app.core.i18n import _
from app.ledger.queries import Filters
from app.ledger.states import Journal

bp = Blueprint("ledger", __name__, url_prefix="/comptabilite")
VIEW, EXPORT = "ledger.view", "ledger.export"


def asked() -> Filters:
    """The year, the period and the journal of the address."""
    return Filters.read(request.args, clock.today())


def shared(filters: Filters, tab: str) -> dict[str, Any]:
    """What every page of the ledger shows: its tabs, its filters, its journals."""
    period: dict[str, Any] = {**filters.query(journal="", text="")}
    tabs = (
        ("ledger.index", _("Vue d'ensemble"), "layout-dashboard"),
        ("ledger.entries", _("Journaux"), "notebook"),
        ("ledger.accounts", _("Grand livre"), "list-details"),
        ("ledger.vat", _("TVA"), "receipt-tax"),
    )
    shown = [
        {"label": label, "url": url_for(endpoint, **period), "active": endpoint == tab, "icon": icon}
        for endpoint, label, icon in tabs
    ]
    return {"filters": filters, "tabs": shown, "tab": tab, "journals": Journal}
