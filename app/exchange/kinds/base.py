"""What a kind is: its fields, what makes a line meaningful, how lines are written, how records are read back."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, Protocol

from app.accounts.queries import organisation
from app.core import clock
from app.core.history import record_many
from app.core.i18n import _
from app.core.money import amount_input
from app.exchange.values import Parser, text

SHORT = text()


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a kind. `aliases` are other headers that mean it; `read` makes its value, or raises Doubt."""

    key: str
    label: str
    aliases: tuple[str, ...] = ()
    read: Parser = SHORT
    hint: str = ""


@dataclass(slots=True)
class Line:
    """A line as it was understood. `raw` holds, by field, the texts of the file; `kept` those that are doubtful."""

    number: int
    values: dict[str, Any]
    raw: dict[str, str] = field(default_factory=dict)
    kept: dict[str, str] = field(default_factory=dict)

    @property
    def ref(self) -> str:
        """Its identifier in the file it comes from, "" when it has none."""
        found: str = self.values.get("id") or ""
        return found

    def __getitem__(self, key: str) -> Any:
        return self.values.get(key)

    def text(self, key: str) -> str:
        """The value of a text field, "" when there is none."""
        return self.values.get(key) or ""

    def remarks(self, fields: Sequence[Field]) -> str:
        """The doubtful texts as a note: « Code postal : 8317O (tel qu'écrit dans le fichier) »."""
        labels = {item.key: item.label for item in fields}
        return "\n".join(
            _("%(label)s : %(text)s (tel qu'écrit dans le fichier)", label=labels[key], text=kept)
            for key, kept in self.kept.items()
        )


class Origin(NamedTuple):
    """Where lines come from."""

    file: str
    import_id: int


class Writer(Protocol):
    """Writes batches of one import. After a batch that failed, another writer is made."""

    def known(self, lines: Sequence[Line]) -> set[int]:
        """The numbers of the lines that are already in the base."""
        ...

    def write(self, lines: Sequence[Line]) -> None:
        """Write lines that are not known, in the present transaction. Raises DomainError."""
        ...


def note_lines(kind: str, ids: Sequence[int], lines: Sequence[Line], origin: Origin) -> None:
    """Write in the history of each record the file and the line it comes from."""
    record_many(kind, ids, "record.imported", [{"file": origin.file, "line": line.number} for line in lines])


class Readable(Protocol):
    """What lines are read by: fields, and what makes a line meaningful."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that a column may be."""
        ...

    @property
    def sense(self) -> Callable[[Line], str]:
        """Why a line means nothing, "" when it means something."""
        ...

    def field(self, key: str) -> Field:
        """The field of that key. Raises KeyError."""
        ...


class Mapped(Protocol):
    """A file whose columns are named: the field of each, "" for none."""

    @property
    def headers(self) -> Any:
        """The titles of its columns."""
        ...

    @property
    def mapping(self) -> Any:
        """The field of each column."""
        ...


@dataclass(frozen=True, slots=True)
class Format:
    """A format known elsewhere, recognised by its headers."""

    name: str
    headers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Kind:
    """`sense(line)` says why a line means nothing, "" when it means something. `rows(filters)` yields one tuple per
    record, in the order of `fields`. `shown`: whether this organisation has such records."""

    key: str
    label: str
    icon: str
    fields: tuple[Field, ...]
    sense: Callable[[Line], str]
    writer: Callable[[Origin], Writer]
    rows: Callable[[Mapping[str, str]], Iterator[Sequence[Any]]]
    formats: tuple[Format, ...] = ()
    list_url: str = ""
    shown: Callable[[], bool] = lambda: True

    @property
    def export_right(self) -> str:
        """The permission of its export."""
        return f"export.{self.key}"

    def field(self, key: str) -> Field:
        """The field of that key. Raises KeyError."""
        return {item.key: item for item in self.fields}[key]


KINDS: dict[str, Kind] = {}


def declare_kind(kind: Kind) -> None:
    """Start-up: make a kind importable and exportable."""
    KINDS[kind.key] = kind


def offered() -> dict[str, Kind]:
    """The kinds of records that this organisation has."""
    return {key: kind for key, kind in KINDS.items() if kind.shown()}


# --- identifiers of our own records ---------------------------------------------------------------------------------


def _house() -> str:
    found = organisation()
    return hashlib.sha256(f"{found.id} {found.created_at.isoformat()}".encode()).hexdigest()[:8] if found else "etabli"


def own_ref(kind: str, record_id: int, source_ref: str | None) -> str:
    """What an export writes in the `id` column: the original reference, or one that this installation recognises."""
    return source_ref or f"{kind}-{record_id}@{_house()}"


def own_ids(kind: str, refs: Iterable[str]) -> dict[str, int]:
    """{reference: id} of the references that one of our own exports wrote."""
    head, tail = f"{kind}-", f"@{_house()}"
    found = {}
    for ref in refs:
        if ref.startswith(head) and ref.endswith(tail) and (number := ref[len(head) : -len(tail)]).isdigit():
            found[ref] = int(number)
    return found


# --- values as texts ------------------------------------------------------------------------------------------------


def show_day(value: date | None) -> str:
    """« 24/11/2026 »."""
    return clock.table_date(value) if value else ""


def show_amount(cents: int | None) -> str:
    """« 1234,50 »."""
    return amount_input(cents) if cents is not None else ""


def show_yes_no(value: bool) -> str:
    """« oui » or « non »."""
    return "oui" if value else "non"
