"""Commands of exchange for operators."""

import json
from pathlib import Path

import click

from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.reading import MAX_BYTES
from app.core.sheets import csv_blocks, write_xlsx
from app.exchange import queries, services
from app.exchange.kinds import KINDS
from app.exchange.models import ImportRun
from app.exchange.queries import exporting
from app.exchange.states import ImportState

SHOWN = 50


class KindChoice(click.ParamType):
    """One of the kinds; they are known once the application is made."""

    name = "kind"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The kind's key, or an error that lists them."""
        if value not in KINDS:
            self.fail(
                _("Sorte inconnue : « %(value)s ». Choisissez : %(kinds)s.", value=value, kinds=", ".join(KINDS)),
                param,
                ctx,
            )
        return value


@click.command("import")
@click.argument("kind", type=KindChoice())
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help='JSON : {"titre de colonne": "champ"}.',
)
@click.option("--dry-run", is_flag=True, help="Tout vérifier, ne rien écrire.")
@click.option("--keep-good", is_flag=True, help="Importer les bonnes lignes même si d'autres sont refusées.")
def import_file(kind: str, file: Path, mapping: Path | None, dry_run: bool, keep_good: bool) -> None:
    """Importer un fichier CSV ou XLSX. Le fichier est d'abord vérifié en entier."""
    if file.stat().st_size > MAX_BYTES:
        raise click.ClickException(_("Ce fichier dépasse 60 Mo. Partagez-le en plusieurs fichiers."))
    try:
        with transaction():
            run = services.receive(file.read_bytes(), file.name, kind=kind, by=_("ligne de commande"))
            if mapping is not None:
                services.change_columns(run, _mapping(mapping, run))
            services.begin(run, rehearsal=dry_run, keep_good=keep_good)
        run_id = run.id
        services.work(run_id)
    except DomainError as error:
        raise click.ClickException(error.message) from None
    _report(run_id)


def _mapping(path: Path, run: ImportRun) -> list[str]:
    try:
        chosen = json.loads(path.read_text("utf-8"))
        fields = {str(header).strip(): str(field) for header, field in chosen.items()}
    except (ValueError, AttributeError):
        raise click.ClickException(
            _('%(file)s doit contenir un objet JSON : {"titre de colonne": "champ"}.', file=path)
        ) from None
    known = [field.key for field in KINDS[run.kind].fields]
    wrong = [field for field in fields.values() if field and field not in known]
    if wrong:
        raise click.ClickException(
            _("Champ inconnu : « %(field)s ». Champs possibles : %(known)s.", field=wrong[0], known=", ".join(known))
        )
    return [fields.get(header, "") for header in run.headers]


def _report(run_id: int) -> None:
    run = queries.run(run_id)
    if run is None:  # pragma: no cover
        return
    if run.format_name:
        click.echo(_("Format reconnu : %(name)s", name=run.format_name))
    for count, note in enumerate(queries.notes(run_id)):
        if count == SHOWN:
            click.echo(_("… la suite est dans le rapport, à l'écran « Importer »."))
            break
        where = f"{note.line}, {note.header}" if note.header else str(note.line)
        value = f" « {note.value} »" if note.value else ""
        word = _("refusée") if note.refused else _("douteuse")
        click.echo(
            _(
                "Ligne %(where)s (%(word)s)%(value)s : %(why)s",
                where=where,
                word=word,
                value=value,
                why=f"{note.reason} {note.remedy}".strip(),
            )
        )
    click.echo(
        _(
            "%(lines)s lignes : %(added)s créées, %(unchanged)s inchangées, %(refused)s refusées, %(doubtful)s avec une valeur douteuse gardée en texte.",
            lines=run.lines, added=run.added, unchanged=run.unchanged, refused=run.refused, doubtful=run.doubtful,
        )
    )  # fmt: skip
    if run.state == ImportState.REFUSED:
        raise click.ClickException(
            _("Rien n'est importé. Corrigez ces lignes, ou ajoutez --keep-good pour importer les bonnes.")
        )
    if run.state == ImportState.CHECKED:
        click.echo(_("Essai terminé : rien n'est écrit."))
        if run.refused:
            raise SystemExit(1)


@click.command("export")
@click.argument("kind", type=KindChoice())
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_file(kind: str, file: Path) -> None:
    """Exporter en CSV ou en XLSX, selon le nom du fichier, dans les colonnes que l'import relit."""
    found = KINDS[kind]
    rows = exporting.rows(found, {})
    if file.suffix.lower() == ".xlsx":
        write_xlsx(file, found.label, exporting.headers(found), rows)
    elif file.suffix.lower() == ".csv":
        with file.open("w", encoding="utf-8", newline="") as out:
            out.writelines(csv_blocks(exporting.headers(found), rows))
    else:
        raise click.ClickException(_("Donnez un nom en .csv ou en .xlsx."))
    db.session.rollback()
    click.echo(_("%(label)s écrits dans %(file)s", label=found.label, file=file))
