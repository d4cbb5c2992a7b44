"""Tables sent out: CSV that a French spreadsheet opens by itself, XLSX; nothing in them that a spreadsheet could run."""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

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


def write_xlsx(out: Path | BinaryIO, title: str, headers: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """A workbook of one sheet whose cells are all texts, written row by row."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet = book.create_sheet(re.sub(r"[\\/*?:\[\]]", " ", title)[:31])
    sheet.freeze_panes = "A2"
    heads = [WriteOnlyCell(sheet, value=header) for header in headers]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for row in rows:
        sheet.append([harmless(_ILLEGAL.sub("", cell))[:LONGEST_CELL] for cell in row])
    book.save(out)
