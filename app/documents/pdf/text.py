"""Text a PDF can carry: under PDF/A a character without a glyph is refused, so none reaches the page."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

UNKNOWN = "□"
DRAWINGS = frozenset({"qr_svg", "barcode_svg"})  # keys of `codes.draw_codes`: drawings, not texts
LONGEST = 300  # letters of a word: one without end would take minutes to cut
LONGEST_PLAIN = 12  # common.typ looks at words from 14 letters on, and Typst gives up at 500 of them
_LINE_ENDS = str.maketrans({"\r": "\n", "\v": "\n", "\f": "\n", "\x85": "\n", "\u2028": "\n", "\u2029": "\n"})
_VARIATION_SELECTORS = frozenset((*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))


class _Glyphs(dict[int, str | None]):
    """A table for `str.translate`, filled as characters are met: kept, replaced, or dropped (None)."""

    def __init__(self, known: frozenset[int], *, marks: bool) -> None:
        super().__init__({ord("\n"): "\n", ord("\t"): " "})
        self.known = known
        self.marks = marks

    def __missing__(self, code: int) -> str | None:
        self[code] = result = self._choose(code)
        return result

    def _choose(self, code: int) -> str | None:
        category = unicodedata.category(chr(code))
        if category in {"Cc", "Cf", "Co", "Cs"} or code in _VARIATION_SELECTORS:
            return None
        if category.startswith("M") and not (self.marks and code in self.known):
            return None
        if code in self.known:
            return chr(code)
        return " " if category == "Zs" else UNKNOWN


@lru_cache(maxsize=8)
def cleaner(font_dir: Path) -> Callable[[str], str]:
    """The function that makes a text printable with the fonts of `font_dir`.

    NFC; control, format and private characters dropped; what no font draws becomes □; line ends become "\\n"; a word of
    more than 300 letters gets a space after each 300.
    """
    return _cleaner(_characters(font_dir, "*.ttf"), marks=True, longest=LONGEST)


@lru_cache(maxsize=8)
def plain_cleaner(font_dir: Path) -> Callable[[str], str]:
    """A stricter `cleaner`, for the second attempt: what the first font (Inter) draws, no combining mark, short words."""
    return _cleaner(_characters(font_dir, "Inter*.ttf"), marks=False, longest=LONGEST_PLAIN)


def clean_data(value: Any, clean: Callable[[str], str]) -> Any:
    """A copy of JSON-like data with each string cleaned; keys and drawn codes stay as they are."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {key: item if key in DRAWINGS else clean_data(item, clean) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean_data(item, clean) for item in value]
    return value


def _cleaner(known: frozenset[int], *, marks: bool, longest: int) -> Callable[[str], str]:
    table = _Glyphs(known, marks=marks)
    chain = re.compile(rf"\S{{{longest}}}(?=\S)")

    def clean(text: str) -> str:
        lines = text.replace("\r\n", "\n").translate(_LINE_ENDS)
        return chain.sub(r"\g<0> ", unicodedata.normalize("NFC", lines).translate(table))

    return clean


def _characters(font_dir: Path, pattern: str) -> frozenset[int]:
    found: set[int] = set()
    for path in sorted(font_dir.glob(pattern)):
        with TTFont(path, lazy=True) as font:
            found.update(font.getBestCmap())
    return frozenset(found)
