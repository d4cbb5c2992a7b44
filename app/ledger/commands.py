"""Commands of the ledger for operators."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.core.errors import DomainError
from app.core.i18n import _
from app.ledger import services

ledger = AppGroup("ledger", help="Comptabilité.")


@ledger.command("catch-up")
def catch_up() -> None:
    """Écrire les écritures qui manquent."""
    done = services.catch_up()
    click.echo(_("%(entries)s écritures, %(lettered)s lignes lettrées", entries=done.entries, lettered=done.lettered))
    if done.faults:
        raise click.ClickException("\n".join(done.faults))


@ledger.command("fec")
@click.argument("year", type=click.IntRange(1990, 2190))
@click.option(
    "-o", "--output", required=True, type=click.Path(file_okay=False, path_type=Path), help="Dossier où écrire."
)
def fec(year: int, output: Path) -> None:
    """Écrire le fichier des écritures comptables d'un exercice et sa description."""
    try:
        services.catch_up()
        target, words = services.write_fec(year, output)
    except DomainError as error:
        raise click.ClickException(error.message) from None
    faults = services.check_fec(target.read_bytes(), target.name)
    click.echo(_("%(file)s écrit, avec sa description %(words)s", file=target, words=words))
    if any(fault.grave for fault in faults):
        raise click.ClickException("\n".join(f"{fault.line} : {fault.sentence}" for fault in faults[:20]))


@ledger.command("check")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """Contrôler un fichier FEC."""
    faults = services.check_fec(file.read_bytes(), file.name)
    for fault in faults:
        click.echo(f"{fault.line} : {fault.sentence}")
    if any(fault.grave for fault in faults):
        raise click.ClickException(_("Ce fichier serait refusé."))
    click.echo(_("%(file)s suit la norme", file=file.name))
