"""`flask demo load`: the demonstration, for a first look or for measurements."""

import click
from flask.cli import AppGroup

from app.core.errors import DomainError
from app.core.i18n import _
from app.demo.catalogue import trades

demo = AppGroup("demo", help="Démonstration.")


@demo.command("load")
@click.option(
    "--scale",
    type=click.FloatRange(0.1, 40),
    default=1,
    show_default=True,
    help="1 : environ 500 dossiers ; 20 : 10 000.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="La même graine donne la même démonstration.")
@click.option(
    "--trade", type=click.Choice(trades()), default="all", show_default=True, help="Un seul métier, avec ses réglages."
)
def load(scale: float, seed: int, trade: str) -> None:
    """Charger la démonstration dans une installation vide."""
    from app.demo import services  # the rest of the program has no use for it

    try:
        done = services.load(scale, seed, trade)
    except DomainError as error:
        raise click.ClickException(error.message) from None
    click.echo(
        _("Démonstration chargée : %(tickets)s dossiers, %(contacts)s contacts, %(assets)s biens, %(quotes)s devis. Empreinte %(digest)s.",
          tickets=done.tickets, contacts=done.contacts, assets=done.assets, quotes=done.quotes, digest=done.digest[:12])
    )  # fmt: skip
    for line in services.account_lines():
        click.echo(f"  {line}")
