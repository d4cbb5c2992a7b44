"""What questionnaires gives the house."""

from flask import Flask

from app.questionnaires import models  # noqa: F401  (tables must be known)


def register(app: Flask) -> None:
    """Start-up."""
