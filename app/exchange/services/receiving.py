"""A file comes in: read enough of it to propose its kind and its columns."""

from collections.abc import Sequence

from app.core.db import db, require_transaction
from app.core.history import record
from app.core.i18n import _
from app.core.reading import Layout, Table, UnreadableTable, open_table, sniff
from app.documents.services import keep, open_file, prepare_as_is
from app.exchange import queries
from app.exchange.kinds import KINDS
from app.exchange.models import ImportRun
from app.exchange.services.mapping import guess_kind, guess_mapping
from app.exchange.states import ImportState

MIME = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def receive(data: bytes, name: str, *, kind: str = "", by: str) -> ImportRun:
    """Keep the file and propose what it holds. Raises UnreadableTable when there is no table in it."""
    require_transaction()
    layout = sniff(data)
    table = open_table(data, layout)
    found, known = guess_kind(table.headers)
    run = ImportRun(
        kind=kind or found,
        file=keep(prepare_as_is(data, name, MIME[layout.format]), by=by),
        layout=layout.stored(),
        format_name=known if kind in ("", found) else "",
        owner_name=by,
    )
    _propose(run, table)
    db.session.add(run)
    db.session.flush()
    record(run, "import.received", name=run.file.name)
    return run


def _propose(run: ImportRun, table: Table) -> None:
    saved = queries.mapping_for(run.kind, table.headers)
    run.headers, run.expected = table.headers, table.about
    run.mapping = list(saved.mapping) if saved else guess_mapping(KINDS[run.kind], table.headers)


def change_layout(run: ImportRun, *, kind: str, encoding: str, separator: str) -> None:
    """Read the file again as another kind, or with another encoding or separator. Raises UnreadableTable."""
    require_transaction()
    before = Layout.of(run.layout)
    layout = Layout(before.format, encoding or before.encoding, separator or before.separator)
    if layout == before and kind == run.kind:
        return
    table = open_table(open_file(run.file), layout)
    run.layout, run.kind = layout.stored(), kind
    if run.kind != guess_kind(table.headers)[0]:
        run.format_name = ""
    _propose(run, table)


def change_columns(run: ImportRun, mapping: Sequence[str]) -> None:
    """Say what each column is; a field that the kind has not is left out. Raises UnreadableTable once it was started."""
    require_transaction()
    if run.state not in (ImportState.MAPPING, ImportState.REFUSED, ImportState.CHECKED):
        raise UnreadableTable(_("Cet import est commencé : ses colonnes ne changent plus."))
    known = {field.key for field in KINDS[run.kind].fields}
    run.mapping = [key if key in known else "" for key in mapping]
