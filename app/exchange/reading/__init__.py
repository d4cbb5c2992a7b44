"""Tables in files: found out (format, encoding, separator), then read line by line without being held in memory."""

from app.exchange.reading.layout import ENCODINGS, MAX_BYTES, SEPARATORS, Layout, UnreadableTable
from app.exchange.reading.table import Row, Table, open_table, sniff

__all__ = ["ENCODINGS", "MAX_BYTES", "SEPARATORS", "Layout", "Row", "Table", "UnreadableTable", "open_table", "sniff"]
