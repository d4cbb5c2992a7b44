"""Verbs of imports: receive a file, say what its columns are, check it whole, write it batch by batch."""

from app.exchange.services.mapping import (
    forget_mapping,
    guess_kind,
    guess_mapping,
    keep_mapping,
    mapping_fault,
    use_mapping,
)
from app.exchange.services.receiving import change_columns, change_layout, receive
from app.exchange.services.running import begin, resume, start, work

__all__ = [
    "begin", "change_columns", "change_layout", "forget_mapping", "guess_kind", "guess_mapping", "keep_mapping", "mapping_fault", "receive",
    "resume", "start", "use_mapping", "work",
]  # fmt: skip
