"""Tables sent out: CSV that a French spreadsheet opens by itself, XLSX; nothing in them that a spreadsheet could run."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

from app.core import clock

Cell = str | int | float | date | datetime | None

BOM = "\ufeff"
BLOCK = 65_536
LONGEST_CELL = 32_767
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
_NUMBER = re.compile(r"[-+]?[\d \u00a0\u202f]+(?:[,.]\d+)?")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def harmless(text: str) -> str:
    """The text, marked as a text when a spreadsheet would read a formula. A plain number stays one."""
    return f"'{text}" if text.lstrip(" ").startswith(_RISKY) and not _NUMBER.fullmatch(text) else text


def csv_blocks(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Semicolons, UTF-8 with its mark, lines ended as spreadsheets do; in blocks, so that nothing is held."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write(BOM)
    writer.writerow(headers)
    for row in rows:
        writer.writerow([harmless(cell) for cell in row])
        if buffer.tell() > BLOCK:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def write_xlsx(
    out: Path | BinaryIO,
    title: str,
    headers: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    formats: Sequence[str] = (),
) -> None:
    """A workbook of one sheet, written row by row. `formats`: how each column shows its numbers and dates, "" for as they are."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:31])
    sheet.freeze_panes = "A2"

    def styled(value: Cell, name: str, style: object) -> object:
        cell = WriteOnlyCell(sheet, value=value)
        setattr(cell, name, style)
        return cell

    sheet.append([styled(header, "font", Font(bold=True)) for header in headers])
    shown = {rank: form for rank, form in enumerate(formats) if form}
    for row in rows:
        cells: list[object] = [_stored(cell) for cell in row]
        for rank, form in shown.items():
            cells[rank] = styled(_stored(row[rank]), "number_format", form)
        sheet.append(cells)
    book.save(out)


def _stored(cell: Cell) -> Cell:
    """Texts without what a spreadsheet refuses or would run; moments in the organisation's time."""
    if isinstance(cell, str):
        return harmless(_ILLEGAL.sub("", cell))[:LONGEST_CELL]
    return clock.local(cell).replace(tzinfo=None) if isinstance(cell, datetime) else cell
