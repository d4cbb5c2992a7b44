"""What planning gives the house."""

from flask import Flask

from app.planning import models  # noqa: F401  (tables must be known)


def register(app: Flask) -> None:
    """Start-up."""
