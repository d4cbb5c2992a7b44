"""Uploads judged by their content, never by their name: a picture, a PDF or plain text; anything else is refused."""

import re
from pathlib import PurePath
from typing import NamedTuple

from app.core.errors import DomainError
from app.core.i18n import _
from app.documents.pdf import images
from app.documents.states import FileKind

MAX_BYTES = 20_000_000
PICTURE_NAMES = frozenset((".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".heif", ".tif", ".tiff", ".bmp"))
_EXTENSIONS = {"image/jpeg": ".jpg", "image/png": ".png", "application/pdf": ".pdf"}
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f]")
_MARKUP = re.compile(r"\s*<(?:!doctype|html|\?xml|svg|script)", re.IGNORECASE)


class Judged(NamedTuple):
    """An upload as it will be kept. Sizes in pixels, for pictures."""

    content: bytes
    name: str
    mime: str
    width: int | None = None
    height: int | None = None


class UploadRefused(DomainError):
    """A file that is not kept; the sentence says why and what to do."""


def judge(data: bytes, name: str, kind: FileKind) -> Judged:
    """The file as it will be kept: pictures are written again, upright and without metadata. Raises DomainError."""
    shown = clean_name(name)
    if not data:
        raise UploadRefused(_("Le fichier « %(name)s » est vide. Choisissez-en un autre.", name=shown))
    if len(data) > MAX_BYTES:
        raise UploadRefused(
            _(
                "« %(name)s » dépasse 20 Mo. Envoyez un fichier plus léger : une photo prise par un téléphone convient.",
                name=shown,
            )
        )
    if kind in (FileKind.SIGNATURE, FileKind.LOGO):
        return _picture(images.normalise_logo(data), shown)
    if kind == FileKind.PHOTO:
        return _picture(images.normalise(data), shown)
    return _document(data, shown)


def clean_name(name: str) -> str:
    """A name safe to show and to send back: no path, no control character, 120 characters at most."""
    base = PurePath(name.replace("\\", "/")).name
    base = re.sub(r"[\x00-\x1f\x7f\"<>|:*?/]", "", base).strip(" .")
    stem, suffix = PurePath(base).stem, PurePath(base).suffix
    return (stem[: 120 - len(suffix)] + suffix)[:120] or _("fichier")


def _picture(picture: images.Picture, name: str) -> Judged:
    return Judged(picture.content, _named(name, picture.mime), picture.mime, picture.width, picture.height)


def _named(name: str, mime: str) -> str:
    wanted = _EXTENSIONS[mime]
    path = PurePath(name)
    return name if path.suffix.lower() == wanted else f"{path.stem or name}{wanted}"


def _document(data: bytes, name: str) -> Judged:
    suffix = PurePath(name).suffix.lower()
    if b"%PDF-" in data[:1024]:
        return _pdf(data, name, suffix)
    text = None if suffix in PICTURE_NAMES else _as_text(data)
    if text is not None:
        return Judged(text.encode(), name, "text/csv" if suffix == ".csv" else "text/plain")
    if suffix == ".pdf":
        raise UploadRefused(
            _("« %(name)s » n'est pas un PDF lisible. Exportez-le de nouveau, puis renvoyez-le.", name=name)
        )
    try:
        return _picture(images.normalise(data), name)
    except images.ImageError as error:
        if suffix in PICTURE_NAMES:
            raise
        raise UploadRefused(
            _(
                "« %(name)s » n'est pas un fichier que l'on peut garder ici. Envoyez un PDF, une photo ou un texte.",
                name=name,
            )
        ) from error


def _pdf(data: bytes, name: str, suffix: str) -> Judged:
    if suffix in PICTURE_NAMES:
        raise UploadRefused(
            _("« %(name)s » porte un nom d'image, mais c'est un PDF. Renommez-le en .pdf, puis renvoyez-le.", name=name)
        )
    if not _whole_pdf(data):
        raise UploadRefused(_("Ce PDF est abîmé ou incomplet. Exportez-le de nouveau, puis renvoyez-le."))
    return Judged(data, _named(name, "application/pdf"), "application/pdf")


def _whole_pdf(data: bytes) -> bool:
    """True when the file's end gives the place of its cross-reference table, and the table is there."""
    found = re.findall(rb"startxref\s+(\d+)\s+%%EOF", data[-4096:])
    if not found:
        return False
    start = data.find(b"%PDF-")
    for offset in (int(found[-1]), int(found[-1]) + start):
        if re.match(rb"\s*(?:xref\b|\d+\s+\d+\s+obj\b)", data[offset : offset + 40]):
            return True
    return False


def _as_text(data: bytes) -> str | None:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if _CONTROL.search(text) or _MARKUP.match(text) else text
    return None
