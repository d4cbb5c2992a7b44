"""The blueprint of e-invoicing, its rights and its tabs."""

from typing import Any

from flask import Blueprint, url_for

from app.core.i18n import _

bp = Blueprint("einvoicing", __name__, url_prefix="/facturation-electronique")
VIEW, SEND = "einvoice.view", "einvoice.send"
TABS = (
    ("index", "Vue d'ensemble", "layout-dashboard"),
    ("exchanges", "Échanges", "arrows-exchange"),
    ("report", "Déclarations", "report-analytics"),
    ("files", "Fichiers", "file-zip"),
)


def tabs(active: str) -> list[dict[str, Any]]:
    """The pages, one beside the other."""
    return [
        {"label": _(label), "icon": icon, "url": url_for(f"einvoicing.{name}"), "active": name == active}
        for name, label, icon in TABS
    ]
