"""What the demonstration gives the house: a command."""

from flask import Flask

from app.demo.commands import demo


def register(app: Flask) -> None:
    """Start-up."""
    app.cli.add_command(demo)
