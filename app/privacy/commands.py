"""`flask privacy`: erasures listed, and done again after an old back-up was put back."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.core.db import transaction
from app.privacy import services
from app.privacy.queries import erasures

privacy = AppGroup("privacy", help="Données personnelles.")


@privacy.command("list")
def listed() -> None:
    """Numbers of the people who were erased, one a line."""
    for one in erasures(limit=1_000_000):
        click.echo(one.contact_id)


@privacy.command("replay")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def replayed(file: Path) -> None:
    """Erase again the people of FILE, made by `list`, whom an old back-up brought back."""
    for line in file.read_text().split():
        with transaction():
            done = services.replay([int(line)])
        if done:
            click.echo(f"Personne n° {line} : effacée de nouveau.")
