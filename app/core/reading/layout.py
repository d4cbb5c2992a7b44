"""How a table is written in its file."""

from dataclasses import asdict, dataclass
from typing import Any, Self

from app.core.errors import DomainError

MAX_BYTES = 60_000_000
MAX_LINES = 200_000

SEPARATORS = ((";", "Point-virgule"), (",", "Virgule"), ("\t", "Tabulation"), ("|", "Barre verticale"))
ENCODINGS = (("utf-8", "UTF-8"), ("cp1252", "Windows (Latin-1)"), ("latin-1", "ISO Latin-1"), ("utf-16", "UTF-16"))


class UnreadableTable(DomainError):
    """A file in which no table can be read; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Layout:
    """`format` is csv or xlsx; the rest is of CSV alone."""

    format: str
    encoding: str = "utf-8"
    separator: str = ";"

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Self:
        """From what the database keeps."""
        return cls(**stored)

    def stored(self) -> dict[str, Any]:
        """For the database."""
        return asdict(self)
