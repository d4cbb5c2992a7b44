"""The one door to Typst: a template's name and its data in, PDF bytes or preview pages out.

Templates are given to the compiler in memory; its root is a folder of its own, gone afterwards, that holds the pictures of
this document and nothing else (the compiler takes only text in memory). Users' texts travel as JSON: they are data, never
markup. The same input gives the same bytes: the date of the document is in its data.
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import typst

from app.core.errors import DomainError
from app.core.i18n import _
from app.documents.pdf import images as pictures
from app.documents.pdf.codes import draw_codes
from app.documents.pdf.text import clean_data, cleaner, plain_cleaner

TEMPLATE_DIR = Path(__file__).parents[3] / "templates" / "documents"
ARCHIVE = ("a-3b", "ua-1")
MAX_DATA = 500_000  # characters of JSON: a quote of 2,000 lines; 15 seconds at worst


class DocumentError(DomainError):
    """A document could not be made; the message is for the user, `__cause__` for the log."""


class PdfEngine:
    """Makes the documents of `template_dir` with the fonts of `font_dir`. Keep one per process; threads may share it."""

    def __init__(self, font_dir: Path, template_dir: Path = TEMPLATE_DIR) -> None:
        if not any(font_dir.glob("Inter*.ttf")):
            raise DocumentError(_("Les polices des documents manquent dans %(path)s : relancez make.", path=font_dir))
        self.font_dir = font_dir
        self.template_dir = template_dir

    def render(
        self,
        template: str,
        data: Mapping[str, Any],
        *,
        images: Mapping[str, bytes] | None = None,
        standard: Iterable[str] = ARCHIVE,
        xml: bytes | None = None,
    ) -> bytes:
        """The PDF of `template` ("quote") filled with `data`.

        `images` are the pictures that the data names, made by `images.normalise` or `images.normalise_logo`; `xml` is a
        file that the template attaches, untouched.
        Raises `DocumentError` when no PDF could be made, even with simplified texts and without unreadable pictures.
        """
        options = {"sys_inputs": {"xml": xml.decode()}} if xml else {}
        return self._compile(template, data, images or {}, format="pdf", pdf_standards=list(standard), **options)[0]

    def preview(
        self,
        template: str,
        data: Mapping[str, Any],
        *,
        images: Mapping[str, bytes] | None = None,
        kind: Literal["png", "svg"] = "png",
        ppi: float = 110,
    ) -> list[bytes]:
        """The pages as pictures, for the screen: one item a page. `ppi` is for PNG only."""
        options = {"ppi": ppi} if kind == "png" else {}
        return self._compile(template, data, images or {}, format=kind, **options)

    @cached_property
    def _fonts(self) -> typst.Fonts:
        return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(self.font_dir)])

    def _compile(
        self, template: str, data: Mapping[str, Any], images: Mapping[str, bytes], **options: Any
    ) -> list[bytes]:
        sources = {"main.typ": self._source(template), "common.typ": self._source("common")}
        drawn = draw_codes(data)
        try:
            return self._attempt(sources, clean_data(drawn, cleaner(self.font_dir)), images, options)
        except typst.TypstError:
            readable = {name: content for name, content in images.items() if pictures.is_readable(content)}
        try:
            return self._attempt(sources, clean_data(drawn, plain_cleaner(self.font_dir)), readable, options)
        except typst.TypstError as error:
            raise DocumentError(
                _("Ce document n'a pas pu être mis en page. Vérifiez ses textes et ses images, puis recommencez.")
            ) from error

    def _attempt(
        self,
        sources: Mapping[str, bytes],
        data: Mapping[str, Any],
        images: Mapping[str, bytes],
        options: Mapping[str, Any],
    ) -> list[bytes]:
        inputs = {"data": json.dumps(data, ensure_ascii=False), "images": json.dumps(sorted(images))}
        options = dict(options)
        given = options.pop("sys_inputs", {})
        if len(inputs["data"]) > MAX_DATA:
            raise DocumentError(
                _("Ce document est trop long pour être imprimé. Raccourcissez ses textes ou ses lignes.")
            )
        with TemporaryDirectory(prefix="etabli-pdf-") as root:
            for name, content in images.items():
                Path(root, _file_name(name)).write_bytes(content)
            made: Any = typst.compile(
                dict(sources), root=root, font_paths=self._fonts, sys_inputs=inputs | given, **options
            )
        return made if isinstance(made, list) else [made]

    def _source(self, name: str) -> bytes:
        if not name.isidentifier():
            raise ValueError(f"not the name of a document template: {name!r}")
        return (self.template_dir / f"{name}.typ").read_bytes()


def _file_name(name: str) -> str:
    if not re.fullmatch(r"[\w-]+\.(png|jpg)", name, re.ASCII):
        raise ValueError(f"not the name of a picture, as photo-1.jpg: {name!r}")
    return name
