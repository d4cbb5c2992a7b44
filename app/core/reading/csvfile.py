"""CSV: encoding and separator found out, records cut so that one broken line never takes the following ones with it."""

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator

from app.core.i18n import _
from app.core.reading.layout import SEPARATORS, Layout, UnreadableTable

SAMPLE_LINES = 40
SAMPLE_BYTES = 65_536
LONGEST_RECORD = 200  # physical lines; beyond, a quote was opened and never closed
BROKEN = "\ufffd"


def sniff_csv(data: bytes) -> Layout:
    """Encoding and separator of the text. Raises UnreadableTable for what is no text."""
    encoding = _encoding(data)
    head = data[:SAMPLE_BYTES].decode(encoding, errors="replace")
    if "\0" in head or sum(ord(char) < 32 and char not in "\t\r\n\f" for char in head) > len(head) // 100:
        raise UnreadableTable(
            _(
                "Ce fichier n'est pas un tableau, quel que soit son nom. Enregistrez-le en CSV ou en XLSX depuis votre tableur."
            )
        )
    lines = [line for line in io.StringIO(head, newline="") if line.strip()][:SAMPLE_LINES]
    if not lines:
        raise UnreadableTable(_("Ce fichier est vide. Vérifiez que vous avez choisi le bon, puis recommencez."))
    return Layout("csv", encoding, _separator(lines))


def _encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    broken = others = 0
    for start in range(0, len(data), 1 << 20):
        part = decoder.decode(data[start : start + (1 << 20)])
        broken += part.count(BROKEN)
        others += sum(char > "\x7f" for char in part) if not part.isascii() else 0
    if broken * 10 <= others:
        return "utf-8"  # all of it, or a few damaged characters of a UTF-8 text
    try:
        codecs.decode(data, "cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def _separator(lines: list[str]) -> str:
    named = lines[0].strip().lower()
    if named.startswith("sep=") and len(named) == 5:
        return named[4]

    def score(separator: str) -> tuple[float, int]:
        widths = [len(row) for row in csv.reader(lines, delimiter=separator) if row]
        first = widths[0] if widths else 0
        return (sum(width == first for width in widths) / len(widths), first) if first > 1 else (0.0, 0)

    best = max((separator for separator, _label in SEPARATORS), key=score)
    return best if score(best)[1] else ";"


def csv_records(data: bytes, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """(number of its first line, cells) of each record, blank lines left out."""
    encoding = "utf-8-sig" if layout.encoding == "utf-8" else layout.encoding
    if encoding == "utf-16" and not data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise UnreadableTable(_("Ce fichier n'est pas en UTF-16. Choisissez un autre encodage."))
    lines = iter(io.TextIOWrapper(io.BytesIO(data), encoding=encoding, errors="replace", newline=""))
    pending: deque[str] = deque()
    width, number = 0, 1
    while True:
        cells, taken = _record(lines, pending, layout.separator, width)
        if not taken:
            return
        if any(cell.strip() for cell in cells) and not (number == 1 and taken[0].lower().startswith("sep=")):
            width = width or len(cells)
            yield number, cells
        number += len(taken)


def _record(lines: Iterator[str], pending: deque[str], separator: str, width: int) -> tuple[list[str], list[str]]:
    """The next record and the lines it took. Lines swallowed by a quote left open are put back."""
    taken: list[str] = []

    def feed() -> Iterator[str]:
        while len(taken) < LONGEST_RECORD:
            line = pending.popleft() if pending else next(lines, None)
            if line is None:
                return
            taken.append(line)
            yield line

    try:
        cells = next(csv.reader(feed(), delimiter=separator, strict=True), [])
        whole = len(taken) < 2 or not width or len(cells) == width
    except csv.Error:
        cells, whole = [], False
    if not whole:
        pending.extendleft(reversed(taken[1:]))
        del taken[1:]
        cells = _leniently(taken[0], separator)
    return cells, taken


def _leniently(line: str, separator: str) -> list[str]:
    try:
        return [cell.rstrip("\r\n") for cell in next(csv.reader([line], delimiter=separator), [])]
    except csv.Error:
        return [line.strip()]
