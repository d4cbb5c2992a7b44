"""What portal gives the house."""

from flask import Flask

from app.core.history import Verb, declare_verbs
from app.portal.views import bp


def register(app: Flask) -> None:
    """Start-up."""
    app.register_blueprint(bp)
    declare_verbs(
        Verb("contact.invited", "Invité à son espace", "mail", "bleu", detail=lambda facts: str(facts.get("email", "")))
    )
