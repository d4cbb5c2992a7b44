"""Commands of sales for operators."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.core.errors import DomainError
from app.core.i18n import _, _n
from app.documents.services import open_file
from app.sales import queries, services
from app.sales.queries.documents import document_numbered
from app.sales.services import facturx
from app.sales.services.archive import write_archive
from app.sales.states import ISSUED

sales = AppGroup("sales", help="Devis et factures.")


@sales.command("pdf")
@click.argument("number")
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Fichier à écrire."
)
def pdf(number: str, output: Path) -> None:
    """Écrire le PDF d'un devis, d'une facture ou d'un avoir : celui que le client a lu, ou celui qui va lui être envoyé."""
    wanted = number.strip().upper()
    content = _quote(wanted) or _document(wanted)
    if content is None:
        raise click.ClickException(
            _("Aucun devis ni aucune facture ne porte le n° %(number)s. Vérifiez-le dans les listes.", number=number)
        )
    output.write_bytes(content)
    click.echo(_("%(number)s écrit dans %(file)s", number=wanted, file=output))


def _quote(number: str) -> bytes | None:
    quote = queries.quote_numbered(number)
    if quote is None:
        return None
    return open_file(quote.file) if quote.file else services.render(quote)


def _document(number: str) -> bytes | None:
    document = document_numbered(number)
    if document is None:
        return None
    if document.file:
        return open_file(document.file)
    return facturx.render(document, facturx.xml_of(document) if document.kind in ISSUED else None)


@sales.command("archive")
@click.argument("year", type=click.IntRange(2000, 2099))
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Fichier ZIP à écrire."
)
def archive(year: int, output: Path) -> None:
    """Écrire l'archive d'une année : toutes les factures, leurs fichiers électroniques, leurs sceaux et leurs empreintes."""
    try:
        manifest = write_archive(year, output)
    except DomainError as error:
        raise click.ClickException(error.message) from error
    click.echo(
        _n(
            "%(num)s document écrit dans %(file)s",
            "%(num)s documents écrits dans %(file)s",
            manifest["count"],
            file=output,
        )
    )
