"""What documents gives the house."""

from flask import Flask

from app.core.history import Verb, declare_verbs
from app.documents import views


def register(app: Flask) -> None:
    """Start-up."""
    app.register_blueprint(views.bp)
    declare_verbs(
        Verb(
            "file.attached", "Fichier ajouté", "paperclip", "bleu", detail=lambda facts: facts["label"] or facts["name"]
        ),
        Verb("file.detached", "Fichier retiré", "paperclip", detail=lambda facts: facts["label"] or facts["name"]),
    )
