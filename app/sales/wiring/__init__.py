"""What sales gives the house."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_login import current_user

from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.menu import Counter, Entry, declare_menu
from app.core.money import euros
from app.core.panels import Panel, declare_panels
from app.core.permissions import Permission, declare_permissions
from app.core.personal import declare_personal, is_erased
from app.core.revisions import follow
from app.core.search import Document, Source, declare_source
from app.core.subjects import SubjectKind, declare_subject
from app.core.urls import path
from app.sales import queries
from app.sales.commands import sales
from app.sales.models import Quote
from app.sales.personal import PERSONAL
from app.sales.states import Means, QuoteState
from app.sales.views import bp
from app.sales.views.panels import header_panel, main_panel
from app.sales.wiring import documents, einvoice, settings, templates, withdrawal

G, A, C, T, K = "gerant", "accueil", "commercial", "technicien", "comptable"

PERMISSIONS = (
    Permission("quote.view", "Voir les devis", "Ventes", (G, A, C, T, K)),
    Permission("quote.send", "Préparer, envoyer et réviser un devis", "Ventes", (G, A, C, T)),
    Permission("quote.offer", "Préparer et envoyer un devis de vente, sans dossier", "Ventes", (G, A, C)),
    Permission("quote.answer", "Noter la réponse d'un client à un devis", "Ventes", (G, A, C)),
)


def register(app: Flask) -> None:
    """Start-up."""
    declare_personal(PERSONAL)
    app.register_blueprint(bp)
    app.cli.add_command(sales)
    follow("quotes", Quote)
    declare_permissions(*PERMISSIONS)
    declare_menu(
        Entry("quotes", "Devis", "file-text", "sales.index", "quote.view", 100, "Ventes", counter=_menu_counter)
    )
    declare_panels("ticket.main", Panel("quote", "sales/_ticket_panel.html", 40, main_panel, "quote.view", "Devis"))
    declare_panels(
        "ticket.header", Panel("quote", "sales/_ticket_header.html", 10, header_panel, "quote.send", "Devis")
    )
    declare_source(Source("quote", Quote, _document, "file-text", "Devis", "sales.show", "number", "quote.view"))
    declare_subject(
        SubjectKind(
            "quote",
            fetch_for=queries.quote_for_id,
            url=lambda quote: path("sales.show", number=quote.number),
            label=lambda quote: _("Devis %(number)s", number=quote.number),
            contact_id=lambda quote: quote.contact_id,
            icon="file-text",
        )
    )
    declare_verbs(*VERBS)
    settings.declare()
    einvoice.declare()
    withdrawal.declare()
    documents.register(app)
    templates.declare()


def _menu_counter() -> Counter:
    found = queries.waiting(current_user)
    return Counter(found.sent, found.late)


def _document(quote: Quote) -> Document | None:
    """A draft has no number yet: its ticket is found instead."""
    if quote.number is None:
        return None
    about = quote.content["ticket"]
    erased = is_erased(quote.contact_id)
    client = "" if erased else quote.content["client"]["name"]
    return Document(
        reference=quote.number,
        label=quote.number if erased else f"{quote.number} {quote.name}",
        detail=", ".join(filter(None, (client, euros(quote.gross)))),
        words=(quote.number.replace("-", ""), client, about["number"]),
    )


def _moved(facts: Mapping[str, Any]) -> str:
    return _("Devis : %(state)s", state=QuoteState(facts["to"]).label.lower())


def _how(facts: Mapping[str, Any]) -> str:
    parts = [
        f"{facts['name']} {Means(facts['means']).label}" if facts.get("name") else "",
        facts.get("reason", ""),
        facts.get("begin", ""),
        _("par %(number)s", number=facts["by"]) if facts.get("by") else "",
    ]
    return " ; ".join(part for part in parts if part)


VERBS = (
    Verb("quote.moved", "Devis", "file-text", "bleu", title=_moved, detail=_how),
    Verb("quote.reminded", "Rappel envoyé", "bell", "ambre"),
    Verb(
        "quote.answered", "Réponse au devis", "writing-sign", "bleu", detail=lambda facts: str(facts.get("words", ""))
    ),
)
