"""What portal gives the house."""

from flask import Flask


def register(app: Flask) -> None:
    """Start-up."""
