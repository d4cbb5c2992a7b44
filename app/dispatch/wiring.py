"""What dispatch gives the house."""

from flask import Flask

from app.dispatch.commands import dispatch


def register(app: Flask) -> None:
    """Start-up."""
    app.cli.add_command(dispatch)
