"""Commands of sales for operators."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.core.i18n import _
from app.documents.services import open_file
from app.sales import queries, services

sales = AppGroup("sales", help="Devis.")


@sales.command("pdf")
@click.argument("number")
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Fichier à écrire."
)
def pdf(number: str, output: Path) -> None:
    """Écrire le PDF d'un devis : celui que le client a lu, ou celui qui va lui être envoyé."""
    quote = queries.quote_numbered(number.strip().upper())
    if quote is None:
        raise click.ClickException(
            _("Aucun devis ne porte le n° %(number)s. Vérifiez-le dans la liste des devis.", number=number)
        )
    output.write_bytes(open_file(quote.file) if quote.file else services.render(quote))
    click.echo(_("%(number)s écrit dans %(file)s", number=quote.number, file=output))
