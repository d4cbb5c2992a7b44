"""Commands of tariffs for operators."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.core.db import transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.tariffs.services import PACKAGE, load_towns

towns = AppGroup("towns", help="Communes de France.")


@towns.command("load")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path), default=PACKAGE)
def load(file: Path) -> None:
    """Charger les communes et leurs codes INSEE, ou les mettre à jour."""
    try:
        with transaction():
            count = load_towns(file)
    except DomainError as error:
        raise click.ClickException(error.message) from None
    click.echo(_("%(count)s communes", count=count))
