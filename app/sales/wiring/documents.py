"""What the chain of documents gives the house: rights, settings, words of its history, the seal's teller."""

from collections.abc import Collection, Mapping
from typing import Any

from flask import Flask
from flask_login import current_user

from app.core import clock
from app.core.chain import declare_sealed
from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.law import legal
from app.core.menu import Counter, Entry, declare_menu
from app.core.money import euros
from app.core.panels import Panel, declare_panels
from app.core.permissions import Permission, declare_permissions
from app.core.personal import is_erased
from app.core.revisions import follow
from app.core.search import Document, Source, declare_source
from app.core.settings import Setting, declare_settings
from app.core.subjects import SubjectKind, declare_subject
from app.core.urls import path
from app.messaging.services import declare_template, declare_when_done
from app.sales.models import SalesDocument
from app.sales.queries.documents import document_for, names_of
from app.sales.queries.invoices import figures
from app.sales.services.documents.counter import PLACE, place_choices
from app.sales.services.documents.issuing import told
from app.sales.services.documents.schedule import step_done
from app.sales.services.documents.shipping import goods_arrived
from app.sales.services.documents.terms import DAYS_MOST
from app.sales.services.facturx.publishing import FILE, told_file
from app.sales.states import CheckState, DocumentState
from app.sales.views import invoices_bp
from app.sales.views.document_panels import contact_panel, ticket_panel
from app.stock.services.hooks import Holder, declare_holder, declare_told

G, A, C, T, K = "gerant", "accueil", "commercial", "technicien", "comptable"
GROUP = "Factures"

PERMISSIONS = (
    Permission("invoice.view", "Voir les commandes et les factures", "Ventes", (G, A, C, K)),
    Permission("invoice.edit", "Préparer une commande, une livraison ou une facture", "Ventes", (G, A, C)),
    Permission("invoice.issue", "Émettre et envoyer une facture", "Ventes", (G, A, C)),
    Permission("invoice.credit", "Faire un avoir", "Ventes", (G, K)),
    Permission("invoice.archive", "Préparer et télécharger l'archive d'une année de factures", "Ventes", (G, K)),
)


def _days(value: Any) -> str | None:
    return None if 0 <= value <= 90 else _("Donnez un délai entre 0 et 90 jours.")


def _business_days(value: Any) -> str | None:
    most = legal(DAYS_MOST, clock.today())
    return (
        None
        if 0 <= value <= most
        else _("Donnez un délai entre 0 et %(most)s jours, le plus long que la loi permet.", most=most)
    )


SETTINGS = (
    Setting(
        "sales.invoice_days", "Délai de paiement d'un particulier (jours)", "int", 0, GROUP, "0 : à réception.", check=_days
    ),
    Setting(
        "sales.invoice_days_business", "Délai de paiement d'un professionnel (jours)", "int", 30, GROUP,
        "Le plus long que la loi permet est dans « Montants légaux ».", check=_business_days,
    ),
    Setting("sales.invoice_end_of_month", "Échéance d'un professionnel en fin de mois", "bool", False, GROUP),
    Setting(
        PLACE, "Stock d'une facture directe", "choice", "", GROUP,
        "D'où sortent, à l'émission, les articles d'une facture faite sans commande ni dossier.", choices=place_choices,
    ),
    Setting(
        "sales.invoice_conditions", "Conditions de règlement d'une facture", "longtext",
        "Règlement par carte, espèces, chèque ou virement.", "Textes légaux",
    ),
)  # fmt: skip


def register(app: Flask) -> None:
    """Start-up."""
    app.register_blueprint(invoices_bp)
    _declare_pages()
    _declare_templates()
    _declare_paper_templates()
    follow("documents", SalesDocument)
    declare_permissions(*PERMISSIONS)
    declare_settings(*SETTINGS)
    declare_sealed("sales_document", told)
    declare_sealed(FILE, told_file)
    declare_verbs(*VERBS)


def _declare_pages() -> None:
    declare_menu(
        Entry(
            "orders", "Commandes", "clipboard-check", "invoices.orders", "invoice.view", 105, "Ventes", counter=_orders
        ),
        Entry("invoices", "Factures", "file-invoice", "invoices.index", "invoice.view", 110, "Ventes", counter=_unpaid),
    )
    declare_panels(
        "ticket.main",
        Panel("invoices", "sales/documents/_ticket_panel.html", 45, ticket_panel, "invoice.view", "Factures"),
    )
    declare_panels(
        "contact",
        Panel("invoices", "sales/documents/_contact_panel.html", 25, contact_panel, "invoice.view", "Factures"),
    )
    declare_source(
        Source(
            "sales_document", SalesDocument, _found, "file-invoice", "Factures", "invoices.show", "ref", "invoice.view"
        )
    )
    declare_told("sales_document", _named)
    declare_when_done("sales_document", step_done)
    declare_holder(Holder("sales_document", arrived=goods_arrived))
    declare_subject(
        SubjectKind(
            "sales_document",
            fetch_for=document_for,
            url=lambda document: path("invoices.show", ref=document.number or document.id),
            label=lambda document: f"{document.kind.label} {document.number or _('(brouillon)')}",
            contact_id=lambda document: document.contact_id,
            icon="file-invoice",
        )
    )


def _named(user: Any, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """(words, address) of the orders and deliveries that moves and reservations are about."""
    return {
        document_id: (f"{number}, {name}", path("invoices.show", ref=number or document_id))
        for document_id, (_kind, number, name) in names_of(user, ids).items()
    }


def _orders() -> Counter:
    return Counter(figures(current_user).orders)


def _unpaid() -> Counter:
    found = figures(current_user)
    return Counter(found.unpaid, found.late)


def _found(document: SalesDocument) -> Document | None:
    """A draft has no number yet: its contact or ticket is found instead."""
    if document.number is None:
        return None
    erased = is_erased(document.contact_id) or is_erased(document.payer_id)
    name = "" if erased else document.content.get("buyer", {}).get("name", "")
    return Document(
        reference=document.number, label=f"{document.number} {'' if erased else document.title}".strip(),
        detail=", ".join(filter(None, (name, euros(document.gross)))),
        words=(document.number.replace("-", ""), name, str(document.due / 100)),
    )  # fmt: skip


FACTS = {
    "document": "Nature du document",
    "numero": "N°",
    "objet": "Objet",
    "montant": "Montant à payer TTC",
    "deja_regle": "Déjà réglé, vide sinon",
    "reste": "Reste à payer",
    "echeance": "Dernier jour pour payer, ou première échéance",
    "echeancier": "Échéances, quand il y en a plusieurs",
    "lien": "Lien pour lire le document",
}
SAMPLE = {
    "document": "facture",
    "numero": "F-2026-0042",
    "objet": "Machine à café Brévia 300",
    "montant": "118,00 €",
    "deja_regle": "30,00 €",
    "reste": "88,00 €",
    "echeance": "jeudi 24 décembre 2026",
    "echeancier": "",
    "lien": "https://exemple.example/facture/abc",
}


def _declare_templates() -> None:
    declare_template(
        "invoice.sent", "Facture envoyée", group=GROUP, placeholders=FACTS, sample=SAMPLE,
        subject="Votre facture {{ numero }}, {{ montant }}",
        body=(
            "Bonjour {{ client }},\n\nVous trouverez en pièce jointe notre {{ document }} {{ numero }}{% if objet %} pour "
            "{{ objet }}{% endif %} : {{ montant }}{% if deja_regle %}, dont {{ deja_regle }} déjà réglés : net à payer {{ reste }}{% endif %}{% if echeancier %}. {{ echeancier }}{% else %}{% if echeance %}, à régler au plus tard le {{ echeance }}{% endif %}.{% endif %}\n\n"
            "[Lire la facture]({{ lien }})\n\n{{ organisation }}{% if telephone %}, {{ telephone }}{% endif %}"
        ),
    )  # fmt: skip
    declare_template(
        "invoice.credit_sent", "Avoir envoyé", group=GROUP, placeholders=FACTS, sample={**SAMPLE, "numero": "A-2026-0003"},
        subject="Votre avoir {{ numero }}, {{ montant }}",
        body=(
            "Bonjour {{ client }},\n\nVous trouverez en pièce jointe notre avoir {{ numero }} de {{ montant }}.\n\n"
            "[Lire l'avoir]({{ lien }})\n\n{{ organisation }}{% if telephone %}, {{ telephone }}{% endif %}"
        ),
    )  # fmt: skip


def _declare_paper_templates() -> None:
    facts = {name: FACTS[name] for name in ("document", "numero", "objet")}
    order = {**facts, "montant": "Total TTC"}
    sample = {**{name: SAMPLE[name] for name in facts}, "document": "commande", "numero": "C-2026-0012"}
    declare_template(
        "order.sent", "Commande envoyée", group=GROUP, placeholders=order, sample={**sample, "montant": SAMPLE["montant"]},
        subject="Votre commande {{ numero }}, {{ montant }}",
        body=(
            "Bonjour {{ client }},\n\nVotre commande {{ numero }}{% if objet %} pour {{ objet }}{% endif %}, de {{ montant }}, est "
            "enregistrée. Son bon est en pièce jointe : dites-nous si quelque chose n'y est pas juste.\n\n"
            "{{ organisation }}{% if telephone %}, {{ telephone }}{% endif %}"
        ),
    )  # fmt: skip
    declare_template(
        "delivery.sent", "Bon de livraison envoyé", group=GROUP, placeholders=facts,
        sample={**sample, "document": "bon de livraison", "numero": "BL-2026-0007"},
        subject="Votre {{ document }} {{ numero }}",
        body=(
            "Bonjour {{ client }},\n\nVous trouverez en pièce jointe notre {{ document }} {{ numero }}{% if objet %} pour "
            "{{ objet }}{% endif %}.\n\n{{ organisation }}{% if telephone %}, {{ telephone }}{% endif %}"
        ),
    )  # fmt: skip


def _moved(facts: Mapping[str, Any]) -> str:
    number = facts.get("number")
    words = DocumentState(facts["to"]).label.lower()
    return f"{number} : {words}" if number else words.capitalize()


def _amount(facts: Mapping[str, Any]) -> str:
    return euros(facts["gross"]) if facts.get("gross") is not None else ""


def _label(facts: Mapping[str, Any]) -> str:
    return str(facts.get("label", ""))


def _times(facts: Mapping[str, Any]) -> str:
    return _("%(count)s échéances", count=facts.get("count"))


VERBS = (
    Verb("document.drafted", "Brouillon préparé", "pencil", "gris"),
    Verb("document.moved", "Document", "file-invoice", "bleu", title=_moved, detail=_amount),
    Verb(
        "document.checked", "Contrôle", "shield-check", "vert",
        title=lambda facts: _(CheckState(facts["to"]).label),
        look=lambda facts: (CheckState(facts["to"]).icon, CheckState(facts["to"]).colour),
    ),
    Verb("document.line_added", "Ligne ajoutée", "plus", "gris", detail=_label),
    Verb("document.line_changed", "Ligne modifiée", "pencil", "gris", detail=_label),
    Verb("document.line_removed", "Ligne retirée", "trash", "gris", detail=_label),
    Verb("document.third_party", "Part d'un tiers", "users", "bleu", detail=lambda facts: f"{_label(facts)}, {euros(facts['amount'])}"),
    Verb(
        "document.credited", "Avoir", "file-minus", "terre",
        title=lambda facts: _("Avoir %(number)s", number=facts["number"]), detail=_amount,
    ),
    Verb("document.delivered", "Livraison", "truck-delivery", "violet", detail=lambda facts: str(facts.get("number", ""))),
    Verb("document.returned", "Retour", "arrow-back-up", "sarc", detail=lambda facts: str(facts.get("number", ""))),
    Verb("document.instalment", "Échéance ajoutée", "calendar-plus", "gris", detail=_label),
    Verb("document.scheduled", "Payable en plusieurs fois", "calendar-plus", "gris", detail=_times),
    Verb("document.unscheduled", "Payable en une fois", "calendar-x", "gris"),
    Verb("document.repeat_paused", "Récurrence en pause", "player-pause", "gris", detail=_label),
    Verb("document.repeat_ended", "Récurrence arrêtée", "ban", "gris", detail=_label),
    Verb("document.repeated", "Répétée", "repeat", "bleu", detail=_label),
    Verb("document.sent", "Envoyée par courriel", "send", "bleu", detail=lambda facts: str(facts.get("to", "")), for_client=True),
)  # fmt: skip
