"""What contacts gives the house."""

from flask import Flask

from app.contacts import models  # noqa: F401  (tables must be known)


def register(app: Flask) -> None:
    """Start-up."""
