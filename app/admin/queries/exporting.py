"""A list as a file: the columns and filters of the screen, nothing a spreadsheet could run."""

import io
from collections.abc import Iterable, Iterator
from typing import Any

from app.admin.queries.columns import Column
from app.admin.queries.entities import Entity
from app.admin.queries.listing import Ask, Row, rows_of, statement
from app.admin.states import NUMBERS, TIMES, Kind
from app.core import clock
from app.core.db import db
from app.core.money import amount_input
from app.core.sheets import Cell, csv_blocks, write_xlsx

MOST = 100_000
BATCH = 1000
FORMATS = {Kind.CENTS: '#,##0.00 "€"', Kind.DATE: "dd/mm/yyyy", Kind.MOMENT: "dd/mm/yyyy hh:mm"}


def lines(entity: Entity, ask: Ask, only: list[int] | None = None) -> Iterator[Row]:
    """Every record the list holds, or those chosen, in its order."""
    query = statement(entity, ask, ask.columns)
    if only is not None:
        query = query.where(entity.model.id.in_(only))  # type: ignore[attr-defined]
    found = db.session.execute(query.limit(MOST).execution_options(yield_per=BATCH))
    for batch in found.partitions(BATCH):
        yield from rows_of(entity, ask.columns, batch)


def as_csv(entity: Entity, ask: Ask, found: Iterable[Row]) -> Iterator[str]:
    """The rows as CSV, with decimal commas, in blocks."""
    columns = [entity.all_columns[key] for key in ask.columns]
    rows = ([_csv_cell(column, row.values[column.key]) for column in columns] for row in found)
    return csv_blocks([column.label for column in columns], rows)


def _csv_cell(column: Column, value: Any) -> str:
    if value is None:
        return ""
    if column.kind is Kind.CENTS:
        return amount_input(value)
    if column.kind is Kind.INTEGER:
        return str(value)
    if column.kind is Kind.MOMENT:
        return clock.local(value).strftime("%d/%m/%Y %H:%M")
    return column.text(value)


def as_xlsx(entity: Entity, ask: Ask, found: Iterable[Row]) -> bytes:
    """A workbook of one sheet; amounts, numbers and dates are real ones."""
    columns = [entity.all_columns[key] for key in ask.columns]
    rows = ([_xlsx_cell(column, row.values[column.key]) for column in columns] for row in found)
    book = io.BytesIO()
    formats = [FORMATS.get(column.kind, "") for column in columns]
    write_xlsx(book, entity.plural, [column.label for column in columns], rows, formats)
    return book.getvalue()


def _xlsx_cell(column: Column, value: Any) -> Cell:
    if column.kind is Kind.CENTS and value is not None:
        return float(value / 100)
    plain: Cell = value if value is None or column.kind in (*NUMBERS, *TIMES) else column.text(value)
    return plain
