"""What purchasing gives the house."""

from flask import Flask

from app.purchasing import models  # noqa: F401  the tables of this feature


def register(app: Flask) -> None:
    """Start-up."""
