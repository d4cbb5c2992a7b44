"""Tables in files: found out (format, encoding, separator), then read line by line without being held in memory."""

from app.core.reading.cells import day_of
from app.core.reading.layout import ENCODINGS, MAX_BYTES, SEPARATORS, Layout, UnreadableTable
from app.core.reading.table import Row, Table, open_table, sniff

__all__ = [
    "ENCODINGS",
    "MAX_BYTES",
    "SEPARATORS",
    "Layout",
    "Row",
    "Table",
    "UnreadableTable",
    "day_of",
    "open_table",
    "sniff",
]
