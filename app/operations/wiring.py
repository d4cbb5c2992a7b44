"""What operations give the house: commands."""

from flask import Flask

from app.operations.commands import COMMANDS


def register(app: Flask) -> None:
    """Start-up."""
    for command in COMMANDS:
        app.cli.add_command(command)
