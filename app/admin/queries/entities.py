"""Which records have a screen, where it stands, who opens it and what may be changed there.

Every mapped class gets one, but for `TECHNICAL`. What is not described here is shown read-only to who has `admin.all`.
A record with a state or a seal is changed on its own page, never here: only `writable` reference data is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from app.admin.queries.columns import Column, capital, columns_of, path_of, title_keys
from app.admin.states import READ_ONLY, Kind
from app.assets.queries import noun as asset_noun
from app.core.db import Archivable, Base
from app.core.i18n import _
from app.core.permissions import PERMISSIONS
from app.core.search import fold
from app.tickets.queries import noun as ticket_noun

ALL = "admin.all"
LIST_COLUMNS = 8
STAMPS = ("created_at", "updated_at", "archived_at")

# Counters, caches and keys: nothing a person could read.
TECHNICAL = frozenset((
    "backup", "counter", "draft", "ledger_lettering", "ledger_line", "login_attempt", "revision", "seal", "seal_head", "search_entry",
    "setting_value", "stock_count_line", "stock_level", "town", "webhook_event", "zone_town",
))  # fmt: skip

# Nouns that the organisation chooses.
NOUNS: dict[str, Callable[[], Any]] = {"asset": asset_noun, "ticket": ticket_noun}

FEATURES: dict[str, str] = {
    "contacts": "Clients",
    "assets": "Biens",
    "questionnaires": "Questionnaires",
    "tickets": "Dossiers",
    "sales": "Ventes",
    "payments": "Règlements",
    "members": "Adhérents",
    "till": "Caisse",
    "catalog": "Catalogue",
    "tariffs": "Tarifs",
    "stock": "Stock",
    "purchasing": "Achats",
    "ledger": "Comptabilité",
    "einvoicing": "Facturation électronique",
    "planning": "Planning",
    "repairers": "Réparateurs extérieurs",
    "messaging": "Messages",
    "documents": "Fichiers",
    "exchange": "Imports",
    "accounts": "Organisation",
    "core": "Système",
    "operations": "Système",
}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a form: title, what it serves for, its fields."""

    title: str
    hint: str
    keys: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Entity:
    """The screen of one model."""

    model: type[Base]
    icon: str = "database"
    permission: str = ALL
    writable: bool = False
    creatable: bool = True
    archivable: bool = True
    columns: tuple[str, ...] = ()
    inline: tuple[str, ...] = ()
    fixed: tuple[str, ...] = ()
    at_birth: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    page: str = ""
    page_label: str = ""
    revisions: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        """The name of its table."""
        return str(self.model.__tablename__)

    @property
    def kind(self) -> str:
        """What its history rows are filed under."""
        return self.model.__kind__ or self.table

    @property
    def names(self) -> Any:
        """Its nouns and their gender: the organisation's own when they are a setting."""
        return NOUNS[self.table]() if self.table in NOUNS else self.model.__fr__

    @property
    def singular(self) -> str:
        """« contact »."""
        return _(self.names.singular)

    @property
    def plural(self) -> str:
        """« Contacts »."""
        return capital(_(self.names.plural))

    @property
    def feminine(self) -> bool:
        """True when words agree with a feminine noun."""
        return bool(self.names.feminine)

    @property
    def category(self) -> str:
        """The heading it stands under."""
        parts = self.model.__module__.split(".")
        return _(FEATURES.get(parts[1], "Autres"))

    @property
    def rule(self) -> str:
        """The right that opens it: its feature's, once that feature declared it."""
        return self.permission if self.permission in PERMISSIONS else ALL

    @property
    def endpoint(self) -> str:
        """Its blueprint."""
        return f"admin_{self.table}"

    @property
    def path(self) -> str:
        """Where its list is."""
        return path_of(self.model)

    @property
    def archives(self) -> bool:
        """True when its records are archived and restored here."""
        return self.writable and self.archivable and issubclass(self.model, Archivable)

    @property
    def deletes(self) -> bool:
        """True when its records may really go: nothing keeps them, nothing refers to them."""
        return self.writable and self.creatable and not issubclass(self.model, Archivable)

    @cached_property
    def all_columns(self) -> dict[str, Column]:
        """Every column a person may see."""
        return columns_of(self.model, self.hidden)

    @cached_property
    def default_columns(self) -> tuple[str, ...]:
        """The columns of the list when nobody chose: those named, else its names, short values and references."""
        if self.columns:
            return self.columns
        titles = title_keys(self.model)
        short = [key for key, column in self.all_columns.items()
                 if column.kind not in (Kind.LONG, Kind.STRUCTURE, Kind.LINES) and key not in (*titles, *STAMPS)]  # fmt: skip
        return tuple([key for key in titles if key in self.all_columns] + short)[:LIST_COLUMNS]

    @cached_property
    def editable(self) -> tuple[str, ...]:
        """The columns a form shows."""
        if not self.writable:
            return ()
        return tuple(key for key, column in self.all_columns.items()
                     if column.kind not in READ_ONLY and key not in (*STAMPS, *self.fixed))  # fmt: skip

    @cached_property
    def searchable(self) -> tuple[Column, ...]:
        """What the search box looks into: short texts and the names of references."""
        return tuple(column for column in self.all_columns.values() if column.kind in (Kind.TEXT, Kind.REFERENCE))

    @cached_property
    def form_sections(self) -> tuple[Section, ...]:
        """The parts of the form: those named, then what is left, by nature."""
        named = {key for section in self.sections for key in section.keys}
        left = [self.all_columns[key] for key in self.editable if key not in named]
        parts = [
            Section(section.title, section.hint, tuple(k for k in section.keys if k in self.editable))
            for section in self.sections
        ]
        long = (Kind.LONG, Kind.LINES)
        for title, keys in (
            ("Fiche", [c.key for c in left if c.kind not in (*long, Kind.FLAG)]),
            ("Options", [c.key for c in left if c.kind is Kind.FLAG]),
            ("Textes", [c.key for c in left if c.kind in long]),
        ):
            if keys:
                parts.append(Section(title, "", tuple(keys)))
        return tuple(part for part in parts if part.keys)


DESCRIBED: dict[str, dict[str, Any]] = {
    "contact": {
        "icon": "users", "permission": "contact.edit", "writable": True,
        "columns": ("name", "kind", "company_id", "phone", "email", "town", "notify_sms"),
        "inline": ("phone", "email", "town", "notify_sms"),
        "fixed": ("user_id", "source_ref"),
        "sections": (
            Section("Identité", "Comment vous l'appelez, et ce qui figure sur ses documents.", ("kind", "name", "first_name", "last_name", "company_id", "siret")),
            Section("Coordonnées", "Servent aux messages et aux bons.", ("email", "phone", "phone_2", "address", "postcode", "town", "country")),
            Section("Préférences", "Comment le client veut être prévenu.", ("notify_sms", "notify_email", "notify_call")),
            Section("Notes internes", "Jamais imprimées ni montrées au client.", ("notes",)),
        ),
    },
    "asset": {
        "icon": "devices", "permission": "asset.edit", "writable": True,
        "columns": ("label", "inventory_number", "state", "family_id", "owner_id", "serial", "warranty_until", "value"),
        "inline": ("brand", "serial", "shelf", "warranty_until", "value"),
        "fixed": ("state", "source_ref"),
        "sections": (
            Section("Identité", "Ce qui figure sur l'étiquette et les bons.", ("label", "family_id", "model_id", "brand", "serial", "inventory_number", "barcode")),
            Section("Propriétaire et lieu", "À qui il est, et où il se trouve.", ("owner_id", "ours", "site_id", "shelf")),
            Section("Valeur et garantie", "Sert à la prise en charge et à l'état du parc.", ("value", "bought_on", "warranty_until")),
            Section("Notes internes", "Jamais imprimées ni montrées au client.", ("notes",)),
        ),
    },
    "family": {
        "icon": "category", "permission": "family.edit", "writable": True, "revisions": ("families",),
        "columns": ("name", "parent_id", "warranty_months", "diagnosis_fee", "repair_days", "updated_at"),
        "inline": ("warranty_months", "diagnosis_fee", "repair_days"),
        "sections": (
            Section("Identité", "Le nom et l'icône montrés à la prise en charge.", ("name", "parent_id", "icon", "trade_sheet")),
            Section("Délais et tarifs", "Proposés à chaque nouveau dossier de la famille.", ("warranty_months", "repair_days", "diagnosis_fee")),
            Section("À la prise en charge", "Une proposition par ligne.", ("accessories", "common_faults")),
            Section("Devis refusé", "Remis au client qui refuse le devis.", ("refusal_notice",)),
        ),
    },
    "asset_model": {
        "icon": "tag", "permission": "family.edit", "writable": True, "revisions": ("families",),
        "columns": ("brand", "name", "family_id", "warranty_months", "updated_at"), "inline": ("warranty_months",),
    },
    "field_definition": {
        "icon": "forms", "permission": "family.edit", "writable": True, "revisions": ("families",),
        "columns": ("label", "code", "family_id", "type", "required", "on_slips", "in_lists", "position"),
        "inline": ("label", "required", "on_slips", "in_lists"), "fixed": ("code", "position"), "at_birth": ("family_id",),
    },
    "family_questionnaire": {"icon": "list-check", "permission": "family.edit", "writable": True, "revisions": ("families",)},
    "questionnaire": {
        "icon": "checklist", "permission": "questionnaire.edit", "writable": True, "fixed": ("version", "code"), "inline": ("name",),
        "columns": ("name", "code", "use", "version", "updated_at"), "page": "/reglages/questionnaires/{id}", "page_label": "Modifier les questions",
    },
    "questionnaire_item": {"icon": "help-circle", "permission": "questionnaire.edit"},
    "questionnaire_response": {"icon": "clipboard-check"},
    "message_template": {
        "icon": "template", "permission": "message.templates", "columns": ("name", "code", "subject", "active", "updated_at"),
        "page": "/reglages/messages", "page_label": "Modifier les textes",
    },
    "site": {"icon": "map-pin", "permission": "organisation.edit", "writable": True, "inline": ("phone", "address", "postcode", "town"), "revisions": ("sites",)},
    "organisation": {"icon": "building", "permission": "organisation.edit", "page": "/reglages", "page_label": "Ouvrir les réglages"},
    "user": {
        "icon": "user", "permission": "user.manage", "writable": True, "creatable": False, "archivable": False,
        "columns": ("name", "email", "role", "active", "phone", "site_id", "signed_in_at"), "inline": ("name", "phone", "hours_per_week"),
        "fixed": ("email", "role", "active", "totp_since", "signed_in_at"), "revisions": ("users",),
        "page": "/reglages/equipe", "page_label": "Gérer l'équipe",
    },
    "user_session": {"icon": "login", "permission": "user.manage", "columns": ("user_id", "created_at", "address", "agent", "revoked_at")},
    "role_permission": {"icon": "lock", "permission": "user.manage", "page": "/reglages/droits", "page_label": "Régler les droits"},
    "ticket": {
        "icon": "tool",
        "columns": ("number", "state", "title", "contact_id", "family_id", "assignee_id", "promised_on", "received_at"),
    },
    "ticket_line": {"icon": "list-details", "columns": ("label", "ticket_id", "kind", "reference", "unit_price", "vat_rate")},
    "stock_place": {"icon": "building-store", "permission": "stock.move", "writable": True, "columns": ("name", "kind", "site_id", "updated_at")},
    "stock_lot": {"icon": "barcode", "permission": "stock.view", "columns": ("code", "article_id", "origin", "supplier_id", "supplier_invoice", "invoiced_on", "received_at")},
    "stock_move": {"icon": "transfer", "permission": "stock.view", "columns": ("at", "kind", "article_id", "place_id", "lot_id", "quantity", "actor", "note")},
    "stock_reservation": {"icon": "lock", "permission": "stock.view", "columns": ("article_id", "quantity", "state", "about_id", "place_id", "lot_id", "created_at")},
    "stock_count": {"icon": "clipboard-list", "permission": "stock.count", "columns": ("place_id", "state", "by", "created_at", "closed_at"), "page": "/stock/inventaire/{id}", "page_label": "Ouvrir l'inventaire"},
    "purchase": {
        "icon": "truck-delivery", "permission": "purchase.view", "page": "/commandes-fournisseurs/{id}", "page_label": "Ouvrir la commande",
        "columns": ("number", "supplier_id", "state", "net", "ordered_at", "expected_on", "place_id"),
    },
    "purchase_line": {"icon": "list-details", "permission": "purchase.view", "columns": ("label", "purchase_id", "article_id", "quantity", "received", "price", "why")},
    "purchase_receipt": {"icon": "package-import", "permission": "purchase.view", "columns": ("note", "purchase_id", "at", "by")},
    "supplier_invoice": {
        "icon": "file-invoice", "permission": "bill.view", "page": "/factures-fournisseurs/{id}", "page_label": "Ouvrir la facture",
        "columns": ("number", "supplier_id", "state", "issued_on", "due_on", "gross", "paid", "purchase_id", "paid_on"),
    },
    "einvoice_flow": {"icon": "file-export", "permission": "einvoice.view", "hidden": ("content", "claimed_at"), "columns": ("created_at", "kind", "label", "direction", "state", "error", "flow_id", "answered_at")},
    "payment": {"icon": "cash", "permission": "payment.view", "hidden": ("reference_key", "form_key"), "page": "/reglements/{id}", "page_label": "Ouvrir le règlement", "columns": ("received_on", "contact_id", "method", "amount", "state", "reference", "by")},
    "allocation": {"icon": "arrows-split-2", "permission": "payment.view", "columns": ("payment_id", "document_id", "share_id", "amount", "at")},
    "checkout": {"icon": "credit-card", "permission": "payment.view", "hidden": ("url",), "columns": ("contact_id", "document_id", "method", "amount", "state", "error", "created_at")},
    "security_deposit": {"icon": "lock", "permission": "payment.receive", "page": "/reglements/cautions/{id}", "page_label": "Ouvrir la caution", "columns": ("contact_id", "amount", "method", "state", "received_on", "renew_on", "kept_amount")},
    "voucher": {"icon": "gift", "permission": "payment.receive", "columns": ("code", "amount", "left_amount", "sold_on", "valid_until")},
    "reminder_stop": {"icon": "bell-off", "permission": "payment.view", "columns": ("contact_id", "document_id", "reason", "by", "at", "lifted_at")},
    "mandate": {"icon": "writing-sign", "permission": "payment.bank", "hidden": ("sealed_iban",), "page": "/reglements/mandats/{id}", "page_label": "Ouvrir le mandat", "columns": ("rum", "contact_id", "holder", "iban_end", "state", "signed_on", "last_used_on")},
    "debit_batch": {"icon": "repeat", "permission": "payment.bank", "hidden": ("form_key",), "page": "/reglements/prelevements/{id}", "page_label": "Ouvrir la remise", "columns": ("message_id", "collected_on", "state", "count", "total", "sent_at")},
    "debit": {"icon": "repeat", "permission": "payment.bank", "columns": ("end_to_end", "batch_id", "document_id", "amount", "state", "code", "rejected_on")},
    "remittance": {"icon": "building-bank", "permission": "payment.bank", "hidden": ("form_key",), "page": "/reglements/remises/{id}", "page_label": "Ouvrir la remise", "columns": ("number", "method", "deposited_on", "count", "total", "state", "credited_on")},
    "bank_statement": {"icon": "file-spreadsheet", "permission": "payment.bank", "page": "/reglements/banque/releves/{id}", "page_label": "Ouvrir le relevé", "columns": ("file_id", "account", "state", "added", "known", "by", "created_at")},
    "bank_line": {"icon": "building-bank", "permission": "payment.bank", "page": "/reglements/banque/lignes/{id}", "page_label": "Rapprocher la ligne", "columns": ("booked_on", "label", "reference", "amount", "state", "payment_id", "account")},
    "quote": {"icon": "file-text", "columns": ("number", "state", "ticket_id", "contact_id", "gross", "valid_until", "sent_at", "answered_at")},
    "quote_line": {"icon": "list-details", "permission": "quote.view", "columns": ("label", "quote_id", "quantity", "unit_price", "net", "optional", "choice", "chosen")},
    "sales_document": {
        "icon": "file-invoice", "permission": "invoice.view", "hidden": ("form_key",), "page": "/ventes/{id}", "page_label": "Ouvrir le document",
        "columns": ("number", "kind", "state", "contact_id", "issued_on", "due_on", "due", "paid"),
    },
    "document_line": {"icon": "list-details", "permission": "invoice.view", "columns": ("label", "document_id", "quantity", "unit_price", "discount", "net", "vat_rate", "article_id")},
    "third_party_share": {"icon": "users", "permission": "invoice.view", "columns": ("label", "document_id", "payer_id", "amount", "paid", "reference")},
    "instalment": {"icon": "calendar-due", "permission": "invoice.view", "columns": ("label", "document_id", "event", "due_on", "share", "amount", "invoice_id")},
    "recurrence": {"icon": "repeat", "permission": "invoice.view", "columns": ("label", "model_id", "months", "next_on", "until", "issue", "active"), "page": "/factures/recurrentes", "page_label": "Mettre en pause ou arrêter"},
    "document_status": {"icon": "cloud-check", "permission": "invoice.view", "columns": ("document_id", "state", "reason", "reference", "at")},
    "till": {"icon": "cash-register", "permission": "till.configure", "columns": ("name", "code", "site_id", "place_id", "training"), "page": "/caisse/reglages", "page_label": "Régler les caisses"},
    "till_session": {"icon": "lock-open", "permission": "till.view", "columns": ("till_id", "state", "opened_at", "opened_by", "float_amount", "closed_at", "difference")},
    "till_sale": {"icon": "receipt", "permission": "till.view", "columns": ("number", "kind", "at", "operator", "contact_id", "gross", "settled", "training")},
    "till_event": {"icon": "list-details", "permission": "till.view", "columns": ("at", "kind", "till_id", "operator")},
    "till_closing": {"icon": "lock", "permission": "till.view", "columns": ("number", "period", "begins_on", "sales", "gross", "perpetual", "by")},
    "suspended_sale": {"icon": "player-pause", "permission": "till.view", "columns": ("label", "till_id", "by", "at")},
    "member": {"icon": "user-heart", "columns": ("contact_id", "category", "born_on", "suspended_until", "updated_at")},
    "household": {"icon": "home", "page": "/adherents/foyers/{id}", "page_label": "Ouvrir le foyer", "columns": ("name", "payer_id", "postcode", "town", "updated_at")},
    "household_member": {"icon": "users", "columns": ("household_id", "contact_id", "role", "position")},
    "guardian": {"icon": "users", "columns": ("child_id", "adult_id", "created_at")},
    "season": {"icon": "calendar", "page": "/reglages/saisons", "page_label": "Régler les saisons", "columns": ("name", "first_day", "last_day", "updated_at")},
    "membership": {"icon": "id-badge-2", "page": "/adherents/adhesions/{id}", "page_label": "Ouvrir l'adhésion", "columns": ("contact_id", "season_id", "state", "article_id", "gross", "payer_id", "household_id")},
    "proof": {"icon": "shield-check", "page": "/adherents/justificatifs/{id}", "page_label": "Ouvrir le justificatif", "columns": ("contact_id", "kind", "state", "checked_at", "checked_by", "valid_until")},
    "booking": {"icon": "calendar", "hidden": ("kind",)},
    "price_update": {"icon": "file-import", "permission": "catalog.prices", "columns": ("supplier_id", "file_id", "state", "mode", "lines", "applied", "owner_name", "created_at"), "page": "/articles/prix-fournisseur/{id}", "page_label": "Ouvrir le tarif"},
    "price_update_line": {"icon": "list-details", "permission": "catalog.prices", "columns": ("update_id", "line", "reference", "article_id", "verdict", "cost_after", "price_after")},
    "vat_rate": {"icon": "receipt-tax", "permission": "vat.edit", "columns": ("label", "code", "rate", "category", "valid_from", "valid_to"), "page": "/reglages/tva", "page_label": "Régler la TVA"},
    "tariff_rule": {"icon": "tags", "permission": "tariff.edit", "columns": ("label", "purpose", "article_id", "family_id", "zone_id", "effect", "amount", "share"), "page": "/tarifs/{id}", "page_label": "Modifier la règle"},
    "tariff_zone": {"icon": "map-pin", "permission": "tariff.edit", "columns": ("name", "updated_at"), "page": "/tarifs/zones/{id}", "page_label": "Modifier la zone"},
    "ledger_account": {"icon": "list-numbers", "permission": "ledger.view", "columns": ("code", "label", "role"), "page": "/comptabilite/plan-comptable", "page_label": "Régler le plan comptable"},
    "ledger_entry": {"icon": "notebook", "permission": "ledger.view", "columns": ("rank", "journal", "booked_on", "piece", "label", "validated_at"), "page": "/comptabilite/ecritures/{id}", "page_label": "Ouvrir l'écriture"},
    "article_family": {"icon": "category", "permission": "catalog.edit", "columns": ("name", "parent_id", "position", "updated_at"), "page": "/articles/familles/{id}", "page_label": "Modifier la famille"},
    "article": {
        "icon": "package", "permission": "catalog.cost", "page": "/articles/{id}", "page_label": "Ouvrir la fiche",
        "columns": ("reference", "label", "kind", "family_id", "price", "price_gross", "cost", "vat_code"),
    },
    "article_part": {"icon": "packages", "permission": "catalog.edit", "columns": ("whole_id", "part_id", "quantity", "optional", "position")},
    "article_supplier": {"icon": "truck", "permission": "catalog.cost", "columns": ("article_id", "supplier_id", "reference", "price", "preferred", "updated_at")},
    "price_change": {"icon": "history", "permission": "catalog.cost", "columns": ("at", "article_id", "price_before", "price_after", "cost_before", "cost_after", "source")},
    "task": {"icon": "phone-call", "columns": ("label", "call", "state", "due_on", "contact_id", "assignee_id", "done_at")},
    "thread_message": {"icon": "messages", "columns": ("author", "direction", "body", "subject_id", "at", "read_at")},
    "outbox_message": {"icon": "send", "columns": ("recipient", "channel", "state", "subject", "created_at", "sent_at", "error")},
    "stored_file": {"icon": "file", "columns": ("name", "kind", "mime", "size", "created_at", "created_by")},
    "attachment": {"icon": "paperclip", "columns": ("label", "file_id", "subject_id", "point", "for_client", "created_at")},
    "consent": {"icon": "shield-check", "columns": ("contact_id", "purpose", "given", "wording", "source", "at")},
    "history_entry": {"icon": "history", "hidden": ("facts",), "columns": ("at", "actor_name", "actor_kind", "verb", "subject_id")},
    "backup": {"icon": "database-export", "hidden": ("version",), "columns": ("name", "place", "started_at", "finished_at", "size", "error", "rehearsed_at", "rehearsal_error")},
    "job_run": {"icon": "clock-cog", "hidden": ("function", "arguments"), "columns": ("label", "state", "attempts", "message", "created_at", "finished_at")},
    "partner_account": {"icon": "plug-connected", "permission": "message.accounts", "page": "/reglages/connexions", "page_label": "Régler les connexions", "columns": ("label", "kind", "active", "last_ok_at", "last_error")},
    "partner_call": {"icon": "api", "columns": ("kind", "at", "method", "url", "status", "milliseconds")},
    "signed_link": {"icon": "link", "hidden": ("kind",)},
    "saved_view": {"icon": "bookmark", "hidden": ("page", "query")},
}  # fmt: skip


@cache
def entities() -> tuple[Entity, ...]:
    """Every screen, by category then by name."""
    models = (mapper.class_ for mapper in Base.registry.mappers)
    made = [
        Entity(model, **DESCRIBED.get(model.__tablename__, {}))
        for model in models
        if model.__tablename__ not in TECHNICAL
    ]
    order = [*(_(name) for name in FEATURES.values()), _("Autres")]
    return tuple(
        sorted(
            made,
            key=lambda entity: (order.index(entity.category), not entity.writable, fold(entity.model.__fr__.plural)),
        )
    )


@cache
def entity_of(model: type[Base]) -> Entity:
    """The screen of a model. Raises LookupError for a technical table."""
    found = next((entity for entity in entities() if entity.model is model), None)
    if found is None:
        raise LookupError(model.__tablename__)
    return found
