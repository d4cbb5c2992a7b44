"""What exchange gives the house."""


from flask import Flask

from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.permissions import Permission, declare_permissions
from app.exchange import commands
from app.exchange.kinds import KINDS, load_kinds
from app.exchange.states import ImportState

G, A, C, T = "gerant", "accueil", "commercial", "technicien"
EXPORTERS = {"contacts": (G, A, C), "assets": (G, A, C, T), "tickets": (G, A, C, T)}


def register(app: Flask) -> None:
    """Start-up."""
    load_kinds()
    app.cli.add_command(commands.import_file)
    app.cli.add_command(commands.export_file)
    declare_permissions(
        Permission("import.run", "Importer des fichiers", "Import et export", (G, A)),
        *(
            Permission(kind.export_right, f"Exporter : {kind.label.lower()}", "Import et export", EXPORTERS.get(kind.key, (G,)))
            for kind in KINDS.values()
        ),
    )
    declare_verbs(
        Verb("record.imported", "Repris d'un fichier", "upload", detail=lambda facts: str(facts.get("file", ""))),
        Verb("import.received", "Fichier reçu", "upload", detail=lambda facts: str(facts.get("name", ""))),
        Verb("import.moved", "Import", "database-import", title=lambda facts: _("Import : %(state)s", state=ImportState(facts["to"]).label.lower())),
    )


