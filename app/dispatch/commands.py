"""Commands of dispatch for operators."""

import json
from pathlib import Path

import click
from flask.cli import AppGroup

from app.core.errors import DomainError
from app.core.i18n import _
from app.dispatch import services

dispatch = AppGroup("dispatch", help="Répartition des réparations.")
#: The file is wrong: nothing was shared.
WRONG = 2


@dispatch.command("solve")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def solve(file: Path) -> None:
    """Répartir les réparations d'un fichier JSON entre les réparateurs, et dire pourquoi (docs/dispatch.md)."""
    try:
        request = services.read(_content(file))
        if request.mode == "place":
            answer = services.plan_as_json(services.place(request.problem, request.repair))
        else:
            answer = services.rebalancing_as_json(services.rebalance(request.problem))
    except DomainError as error:
        click.echo(error.message, err=True)
        raise SystemExit(WRONG) from None
    click.echo(json.dumps({"mode": request.mode} | answer, ensure_ascii=False, indent=2))


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise DomainError(
            _("Le fichier %(file)s ne peut pas être lu. Vérifiez son nom et vos droits.", file=file)
        ) from None
