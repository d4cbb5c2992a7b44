"""Exports: one address per kind, each with the right of its kind."""

from collections.abc import Callable, Iterator
from tempfile import TemporaryFile

from flask import Response, current_app, request, stream_with_context

from app.core import clock
from app.core.permissions import requires
from app.core.sheets import csv_blocks, write_xlsx
from app.exchange.kinds import KINDS, Kind, load_kinds
from app.exchange.queries import exporting
from app.exchange.views.blueprint import bp

BLOCK = 65_536
MIMES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def export_of(kind: Kind) -> Callable[[str], Response]:
    """The view that sends every record of the kind that the filters of the address let through."""

    def view(extension: str) -> Response:
        blocks: Iterator[str] | Iterator[bytes]
        if extension == "csv":
            blocks = csv_blocks(exporting.headers(kind), exporting.rows(kind, request.args))
        else:
            blocks = _workbook(kind)
        name = f"{kind.key}-{clock.today().isoformat()}.{extension}"
        return current_app.response_class(
            stream_with_context(blocks),
            headers={"Content-Type": MIMES[extension], "Content-Disposition": f'attachment; filename="{name}"'},
        )

    return view


def _workbook(kind: Kind) -> Iterator[bytes]:
    with TemporaryFile() as book:
        write_xlsx(book, kind.label, exporting.headers(kind), exporting.rows(kind, request.args))
        book.seek(0)
        while block := book.read(BLOCK):
            yield block


load_kinds()
for _kind in KINDS.values():
    bp.add_url_rule(
        f"/export/{_kind.key}.<any(csv, xlsx):extension>",
        f"export_{_kind.key}",
        requires(_kind.export_right)(export_of(_kind)),
    )
