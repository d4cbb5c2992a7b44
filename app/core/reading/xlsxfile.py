"""XLSX: the first sheet that holds something, its cells as texts; formulas by their last computed value."""

import io
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

from app.core.i18n import _
from app.core.reading.layout import Layout, UnreadableTable

MAX_UNPACKED = 600_000_000
_FAULTS = (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError, zipfile.BadZipFile, ParseError)


def sniff_xlsx(data: bytes) -> Layout:
    """Make sure that it is a workbook. Raises UnreadableTable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = packed.namelist()
            unpacked = sum(item.file_size for item in packed.infolist())
    except zipfile.BadZipFile:
        raise _unreadable() from None
    if "xl/workbook.xml" not in names:
        raise UnreadableTable(
            _(
                "Ce fichier n'est ni un CSV ni un classeur XLSX. Enregistrez-le dans l'un de ces formats depuis votre tableur."
            )
        )
    if unpacked > MAX_UNPACKED:
        raise UnreadableTable(_("Ce classeur est trop gros une fois déplié. Partagez-le en plusieurs fichiers."))
    return Layout("xlsx")


def xlsx_records(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of each line that holds something. Raises UnreadableTable."""
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            try:
                for sheet in book.worksheets:
                    empty = True
                    sheet.reset_dimensions()
                    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
                        cells = [_text(value) for value in row]
                        if any(cells):
                            empty = False
                            yield number, cells
                    if not empty:
                        return
            finally:
                book.close()
    except _FAULTS:
        raise _unreadable() from None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    return str(value).strip()


def _unreadable() -> UnreadableTable:
    return UnreadableTable(
        _("Ce classeur est abîmé. Ouvrez-le dans votre tableur, enregistrez-le de nouveau, puis recommencez.")
    )
