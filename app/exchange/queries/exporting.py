"""Records of a kind as texts, in the columns that an import reads."""

from collections.abc import Iterator, Mapping, Sequence

from app.exchange.kinds.base import Kind


def headers(kind: Kind) -> list[str]:
    """The titles of the columns."""
    return [field.label for field in kind.fields]


def rows(kind: Kind, filters: Mapping[str, str]) -> Iterator[Sequence[str]]:
    """Every record that the filters let through."""
    for row in kind.rows(filters):
        yield [str(value) for value in row]
