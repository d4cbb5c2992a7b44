"""What exchange gives the house."""

from typing import Any

from flask import Flask

from app.core.checklist import declare_step
from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.panels import Panel, declare_panels
from app.core.permissions import Permission, declare_permissions
from app.core.personal import declare_outdated
from app.core.settings_pages import declare_settings_page
from app.exchange import commands, queries, views
from app.exchange.kinds import KINDS
from app.exchange.personal import OUTDATED
from app.exchange.states import ImportState, PriceState
from app.tickets.models import Ticket

G, A, C, T = "gerant", "accueil", "commercial", "technicien"
EXPORTERS = {"contacts": (G, A, C), "assets": (G, A, C, T), "tickets": (G, A, C, T), "articles": (G, C)}


def register(app: Flask) -> None:
    """Start-up."""
    declare_outdated(OUTDATED)
    app.register_blueprint(views.bp)
    app.cli.add_command(commands.import_file)
    app.cli.add_command(commands.export_file)
    declare_permissions(
        Permission("import.run", "Importer des fichiers", "Import et export", (G, A)),
        *(
            Permission(
                kind.export_right, f"Exporter : {kind.label.lower()}", "Import et export", EXPORTERS.get(kind.key, (G,))
            )
            for kind in KINDS.values()
        ),
    )
    declare_settings_page(
        "import", "Importer", "Reprendre contacts, matériel et réparations passées d'un fichier CSV ou Excel.", "upload",
        "exchange.index", "import.run", 200, "Données",
    )  # fmt: skip
    declare_step(
        "import", "Reprendre vos anciens fichiers", "Clients, matériel et réparations passées, d'un CSV ou d'un classeur Excel.",
        "exchange.index", queries.something_imported, 200, "file-import",
    )  # fmt: skip
    declare_panels(
        "ticket.main",
        Panel("import", "exchange/ticket_panel.html", 90, _ticket_panel, "ticket.view", "Fichier d'origine"),
    )
    declare_verbs(
        Verb("record.imported", "Repris d'un fichier", "upload", detail=lambda facts: str(facts.get("file", ""))),
        Verb("prices.received", "Tarif reçu", "upload", detail=lambda facts: str(facts.get("name", ""))),
        Verb(
            "prices.moved", "Tarif", "database-import",
            title=lambda facts: _("Tarif : %(state)s", state=PriceState(facts["to"]).label.lower()),
        ),
        Verb("import.received", "Fichier reçu", "upload", detail=lambda facts: str(facts.get("name", ""))),
        Verb(
            "import.moved", "Import", "database-import",
            title=lambda facts: _("Import : %(state)s", state=ImportState(facts["to"]).label.lower()),
        ),
    )  # fmt: skip


def _ticket_panel(ticket: Ticket) -> dict[str, Any] | None:
    """What the file said of a past repair, word for word."""
    told = ticket.facts.get("import")
    if not told:
        return None
    labels = {field.key: field.label for field in KINDS["tickets"].fields}
    return {
        "file": told.get("file", ""),
        "reference": ticket.source_ref,
        "pairs": [(labels[key], text) for key, text in told.items() if key in labels],
    }
