"""The blueprint that every page of payments joins, and the tabs that lead from one to another."""

from typing import Any, NamedTuple

from flask import Blueprint, url_for
from flask_login import current_user

from app.accounts.queries import allowed
from app.core.i18n import _
from app.core.subject import Subject
from app.core.subjects import SUBJECTS, subject_for

bp = Blueprint("payments", __name__)


class Tab(NamedTuple):
    """One page of the feature, and the right that opens it."""

    endpoint: str
    label: str
    icon: str
    right: str


TABS = [
    Tab("index", "Règlements", "cash", "payment.view"),
    Tab("doubts_page", "À vérifier", "eye-check", "payment.receive"),
    Tab("bank_page", "Banque", "building-bank", "payment.bank"),
    Tab("remittances_page", "Remises", "writing", "payment.bank"),
    Tab("debits_page", "Prélèvements", "repeat", "payment.bank"),
    Tab("aged", "Balance âgée", "calendar-stats", "payment.view"),
    Tab("reminders_page", "Relances", "bell", "payment.view"),
    Tab("deposits_page", "Cautions", "lock", "payment.receive"),
    Tab("vouchers_page", "Bons d'achat", "gift", "payment.receive"),
]


def tabs(active: str) -> list[dict[str, Any]]:
    """The tabs that this person may open."""
    return [
        {"label": _(tab.label), "icon": tab.icon, "url": url_for(f"payments.{tab.endpoint}"), "active": tab.endpoint == active}
        for tab in TABS
        if allowed(current_user, tab.right)
    ]  # fmt: skip


def document_url(document_id: int | None) -> str:
    """The page of a document of sale; "" while its feature gives none, or this person may not see it."""
    if document_id is None or "sales_document" not in SUBJECTS:
        return ""
    row = subject_for(current_user, Subject("sales_document", document_id))
    return SUBJECTS["sales_document"].url(row) if row is not None else ""
