"""What documents gives the house."""

from flask import Flask

from app.core.history import Verb, declare_verbs
from app.core.personal import declare_personal
from app.core.settings import Setting, declare_settings
from app.documents import views
from app.documents.personal import PERSONAL
from app.documents.queries import SLIP_SETTING, default_slip


def register(app: Flask) -> None:
    """Start-up."""
    declare_personal(PERSONAL)
    app.register_blueprint(views.bp)
    declare_settings(Setting(SLIP_SETTING, "Blocs du bon d'entrée", "json", default_slip(), ""))
    declare_verbs(
        Verb(
            "file.attached", "Fichier ajouté", "paperclip", "bleu", detail=lambda facts: facts["label"] or facts["name"]
        ),
        Verb("file.detached", "Fichier retiré", "paperclip", detail=lambda facts: facts["label"] or facts["name"]),
    )
