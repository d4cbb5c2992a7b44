"""What a column may be: decides its filters, its control in a form, and how it is shown and exported."""

from enum import StrEnum


class Kind(StrEnum):
    """The nature of a column, read from its SQL type."""

    TEXT = "text"
    LONG = "long"
    CHOICE = "choice"
    FLAG = "flag"
    INTEGER = "integer"
    CENTS = "cents"
    DATE = "date"
    MOMENT = "moment"
    LINES = "lines"
    STRUCTURE = "structure"
    REFERENCE = "reference"
    SUBJECT = "subject"
    WORD = "word"


NUMBERS = (Kind.INTEGER, Kind.CENTS)
TIMES = (Kind.DATE, Kind.MOMENT)
READ_ONLY = (Kind.STRUCTURE, Kind.SUBJECT, Kind.WORD)
