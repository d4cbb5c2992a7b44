"""A list as a file: the columns and filters of the screen, nothing a spreadsheet could run."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from app.admin.queries.columns import Column
from app.admin.queries.entities import Entity
from app.admin.queries.listing import Ask, Row, rows_of, statement
from app.admin.states import NUMBERS, TIMES, Kind
from app.core import clock
from app.core.db import db
from app.core.money import amount_input

MOST = 100_000
BATCH = 1000
BOM = "\ufeff"
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n")
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
FORMATS = {Kind.CENTS: '#,##0.00 "€"', Kind.DATE: "dd/mm/yyyy", Kind.MOMENT: "dd/mm/yyyy hh:mm"}


def harmless(text: str) -> str:
    """The text, marked as text when a spreadsheet would read a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(RISKY) else text


def lines(entity: Entity, ask: Ask, only: list[int] | None = None) -> Iterator[Row]:
    """Every record the list holds, or those chosen, in its order."""
    query = statement(entity, ask, ask.columns)
    if only is not None:
        query = query.where(entity.model.id.in_(only))  # type: ignore[attr-defined]
    found = db.session.execute(query.limit(MOST).execution_options(yield_per=BATCH))
    for batch in found.partitions(BATCH):
        yield from rows_of(entity, ask.columns, batch)


def as_csv(entity: Entity, ask: Ask, found: Iterable[Row]) -> Iterator[str]:
    """A CSV that a French spreadsheet opens by itself: semicolons, UTF-8 with its mark, decimal commas."""
    columns = [entity.all_columns[key] for key in ask.columns]
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    buffer.write(BOM)
    writer.writerow([column.label for column in columns])
    for row in found:
        writer.writerow([_csv_cell(column, row.values[column.key]) for column in columns])
        if buffer.tell() > 65_536:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _csv_cell(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.kind is Kind.CENTS:
        return amount_input(value)
    if column.kind is Kind.INTEGER:
        return str(value)
    if column.kind is Kind.MOMENT:
        return clock.local(value).strftime("%d/%m/%Y %H:%M")
    return harmless(column.text(value))


def as_xlsx(entity: Entity, ask: Ask, found: Iterable[Row]) -> bytes:
    """A workbook of one sheet; amounts, numbers and dates are real ones."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    columns = [entity.all_columns[key] for key in ask.columns]
    book = Workbook(write_only=True)
    sheet = book.create_sheet(entity.plural[:31])
    sheet.freeze_panes = "A2"
    heads = [WriteOnlyCell(sheet, value=column.label) for column in columns]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for row in found:
        cells = []
        for column in columns:
            cell = WriteOnlyCell(sheet, value=_xlsx_value(column, row.values[column.key]))
            if column.kind in FORMATS:
                cell.number_format = FORMATS[column.kind]
            cells.append(cell)
        sheet.append(cells)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "export.xlsx"
        book.save(path)
        return path.read_bytes()


def _xlsx_value(column: Column, value: Any) -> Any:
    if value is None:
        return None
    if column.kind is Kind.CENTS:
        return value / 100
    if isinstance(value, datetime):
        return clock.local(value).replace(tzinfo=None)
    if column.kind in (*NUMBERS, *TIMES):
        return value
    return harmless(_ILLEGAL.sub("", column.text(value)))[:32_767]
