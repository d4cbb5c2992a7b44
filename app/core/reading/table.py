"""A table: its headers, then its lines, each with its number in the file and what is wrong with its shape."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from app.core.i18n import _
from app.core.reading.csvfile import csv_records, sniff_csv
from app.core.reading.layout import MAX_BYTES, MAX_LINES, Layout, UnreadableTable
from app.core.reading.xlsxfile import sniff_xlsx, xlsx_records

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_OTHERS = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
)


class Row(NamedTuple):
    """A line; `fault` says why its cells cannot be told apart."""

    number: int
    cells: list[str]
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """An open table. `about` is how many lines it seems to have."""

    data: bytes
    layout: Layout
    headers: list[str]
    about: int

    def rows(self) -> Iterator[Row]:
        """Its lines, headers left out. Raises UnreadableTable when there are too many."""
        records = _records(self.data, self.layout)
        next(records, None)
        width = len(self.headers)
        for count, (number, cells) in enumerate(records, 1):
            if count > MAX_LINES:
                raise UnreadableTable(_("Ce fichier dépasse 200 000 lignes. Partagez-le en plusieurs fichiers."))
            shaped = _shaped(cells, width, pad=self.layout.format == "xlsx")
            yield Row(number, shaped, _fault(shaped, width))


def _shaped(cells: list[str], width: int, *, pad: bool) -> list[str]:
    """Without the empty cells beyond the last header; a worksheet leaves out those at its end."""
    used = len(cells)
    while used > width and not cells[used - 1].strip():
        used -= 1
    return cells[:used] + [""] * (width - used if pad else 0)


def _fault(cells: list[str], width: int) -> str:
    if len(cells) == width:
        return ""
    if len(cells) < width:
        return _(
            "Cette ligne a %(found)s colonnes au lieu de %(wanted)s : elle est coupée.", found=len(cells), wanted=width
        )
    return _("Cette ligne a %(found)s colonnes au lieu de %(wanted)s.", found=len(cells), wanted=width)


def sniff(data: bytes) -> Layout:
    """The layout of a file, from its content alone. Raises UnreadableTable with what to do."""
    if not data.strip():
        raise UnreadableTable(_("Ce fichier est vide. Vérifiez que vous avez choisi le bon, puis recommencez."))
    if len(data) > MAX_BYTES:
        raise UnreadableTable(_("Ce fichier dépasse 60 Mo. Partagez-le en plusieurs fichiers."))
    if data.startswith(b"PK\x03\x04"):
        return sniff_xlsx(data)
    if data.startswith(_OLD_EXCEL):
        raise UnreadableTable(
            _("C'est un ancien classeur Excel (.xls). Dans votre tableur, enregistrez-le au format XLSX ou CSV.")
        )
    for mark, name in _OTHERS:
        if data.startswith(mark):
            raise UnreadableTable(
                _(
                    "Ce fichier est un %(name)s, pas un tableau, quel que soit son nom. Exportez vos données en CSV ou en XLSX.",
                    name=name,
                )
            )
    return sniff_csv(data)


def open_table(data: bytes, layout: Layout) -> Table:
    """The table, its headers read. Raises UnreadableTable."""
    records = _records(data, layout)
    first = next(records, None)
    if first is None:
        raise UnreadableTable(_("Ce fichier est vide. Vérifiez que vous avez choisi le bon, puis recommencez."))
    if next(records, None) is None:
        raise UnreadableTable(_("Ce fichier n'a qu'une ligne. Il faut une ligne de titres, puis une ligne par fiche."))
    headers = [cell.strip() for cell in first[1]]
    while headers and not headers[-1]:
        headers.pop()
    about = data.count(b"\n") if layout.format == "csv" else 0
    return Table(data, layout, headers, about)


def _records(data: bytes, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    return csv_records(data, layout) if layout.format == "csv" else xlsx_records(data)
