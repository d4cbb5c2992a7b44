"""`flask backup`, `flask restore`, `flask verify`, `flask rows`."""

from importlib import import_module
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.core.config import Settings
from app.core.errors import DomainError
from app.core.i18n import _
from app.operations import checks
from app.operations.archive import FILES, Manifest


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup(file: Path) -> None:
    """Sauvegarder base et fichiers dans FILE pendant que le site tourne : .tar, .tar.gz, ou .etabli chiffrée, clés comprises."""
    from app.operations.backup import back_up

    try:
        manifest = back_up(file, _settings().backup_key)
    except DomainError as error:
        raise click.ClickException(error.message) from None
    click.echo(_("Sauvegarde écrite : %(file)s (%(what)s).", file=file, what=_content(manifest)))


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Remplacer ce que l'installation contient déjà.")
@with_appcontext
def restore(file: Path, force: bool) -> None:
    """Remettre la sauvegarde FILE en place, dans une installation vide et arrêtée."""
    from app.operations.backup import restore as put_back

    try:
        manifest, said = put_back(file, force=force, key=_settings().backup_key)
    except DomainError as error:
        raise click.ClickException(error.message) from None
    click.echo(
        _("Sauvegarde du %(date)s remise en place : %(what)s.", date=manifest.date[:10], what=_content(manifest))
    )
    if said:
        click.echo(said)


@click.command("backup-key")
@with_appcontext
def backup_key() -> None:
    """Dire la clé des sauvegardes, pour la noter ailleurs que sur cette machine."""
    click.echo(_settings().backup_key)
    click.echo(
        _("Sans cette clé, aucune sauvegarde chiffrée ne se rouvre : notez-la ailleurs que sur cette machine."),
        err=True,
    )


def _settings() -> Settings:
    found: Settings = current_app.extensions["etabli_settings"]
    return found


def _content(manifest: Manifest) -> str:
    files = sum(name.startswith(FILES) for name in manifest.members)
    return _("%(rows)s lignes, %(files)s fichiers", rows=sum(manifest.counts.values()), files=files)


@click.command("verify")
@click.pass_context
@with_appcontext
def verify(ctx: click.Context) -> None:
    """Relire toute l'installation et nommer ce qui ne va pas ; se termine par 1 si quelque chose est abîmé."""
    broken = False
    for check in checks.CHECKS:
        found = list(check.find())
        broken = broken or (check.serious and bool(found))
        click.echo(_("%(check)s : %(found)s", check=check.label, found=_verdict(found)))
    ctx.exit(1 if broken else 0)


def _verdict(found: list[str]) -> str:
    if not found:
        return _("ok")
    more = len(found) - checks.SHOWN
    rest = _(" ; et %(count)s autres", count=more) if more > 0 else ""
    return _("à voir : %(list)s", list=" ; ".join(found[: checks.SHOWN])) + rest


@click.command("rows")
def rows() -> None:
    """Dire quelles lignes de la mission le dernier passage des tests a prouvées : ligne, verdict, nombre de tests."""
    try:
        table = import_module("tests.plugins.rows").table
    except ModuleNotFoundError:
        raise click.ClickException(
            _("Les outils de test ne sont pas installés ici : lancez « make test », puis recommencez.")
        ) from None
    click.echo("\n".join(table()))


COMMANDS = (backup, backup_key, restore, verify, rows)
