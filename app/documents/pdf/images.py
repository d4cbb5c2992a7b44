"""Uploaded pictures: judged by their content, never by their name, and always written again before anything shows them."""

import io
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pi_heif  # type: ignore[import-untyped]
import typst
from PIL import Image, ImageOps, UnidentifiedImageError

from app.core.errors import DomainError
from app.core.i18n import _

MAX_BYTES = 25_000_000
MAX_PIXELS = 80_000_000
MAX_SIDE = 1600  # pixels of the longest side we keep
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "HEIF", "TIFF", "BMP")
SVG_MAX_BYTES = 2_500_000
SVG_MAX_USES = 30  # copies of copies grow without bound
_SVG_ACTIVE = re.compile(
    rb"<script|<foreignObject|<!ENTITY|\son\w+\s*=|javascript:|href\s*=\s*[\"'](?!#|data:image/)", re.IGNORECASE
)
_SVG_PAGE = b"""#set page(width: 200mm, height: 200mm, margin: 0pt, fill: none)
#image("logo.svg", width: 100%, height: 100%, fit: "contain")"""

pi_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


class ImageError(DomainError):
    """A file refused as a picture; the message says why and what to do."""


@dataclass(frozen=True)
class Picture:
    """A picture safe to keep and to show. Sizes are in pixels."""

    content: bytes
    width: int
    height: int
    mime: str


def normalise(content: bytes, *, keep_alpha: bool = False, side: int = MAX_SIDE) -> Picture:
    """The upload turned upright, at most `side` pixels a side, without metadata: a JPEG, or a PNG with `keep_alpha`.

    Reads JPEG, PNG, WebP, GIF, HEIC, TIFF and BMP. Raises `ImageError` for anything else.
    """
    if not content:
        raise ImageError(_("Ce fichier est vide. Choisissez une photo."))
    if len(content) > MAX_BYTES:
        raise ImageError(
            _("Ce fichier dépasse %(size)s Mo. Choisissez une photo plus légère.", size=MAX_BYTES // 10**6)
        )
    if _is_svg(content):
        raise ImageError(_("Un dessin SVG n'est pas accepté ici. Choisissez une photo JPEG, PNG ou HEIC."))
    return _written(_upright(content, side), keep_alpha=keep_alpha)


def normalise_logo(content: bytes) -> Picture:
    """A logo or a signature as PNG, transparency kept. A still SVG is drawn; one with a script is refused."""
    if not _is_svg(content):
        return normalise(content, keep_alpha=True)
    if len(content) > SVG_MAX_BYTES or content.count(b"<use") > SVG_MAX_USES:
        raise ImageError(_("Ce dessin SVG est trop lourd ou trop compliqué. Enregistrez-le en PNG."))
    if _SVG_ACTIVE.search(content):
        raise ImageError(_("Ce dessin SVG contient un script ou un lien extérieur. Enregistrez-le en PNG."))
    return normalise(_drawn(content), keep_alpha=True)


def thumbnail(content: bytes, size: int = 320) -> bytes:
    """A small JPEG, at most `size` pixels a side, of a picture that `normalise` accepts."""
    return normalise(content, side=size).content


def is_readable(content: bytes) -> bool:
    """Whether the picture opens whole: a document is better printed without a broken one."""
    try:
        normalise(content)
    except ImageError:
        return False
    return True


def _is_svg(content: bytes) -> bool:
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"<") and re.search(rb"<svg[\s>]", head) is not None


def _upright(content: bytes, side: int) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(content), formats=FORMATS)
            opened.draft("RGB", (side, side))
            image = ImageOps.exif_transpose(opened)
            image.thumbnail((side, side))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ImageError(_("Cette image a trop de points. Choisissez une photo de moins de 80 mégapixels.")) from error
    except UnidentifiedImageError as error:
        raise ImageError(_refusal(content)) from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise ImageError(_("Ce fichier est abîmé ou incomplet. Reprenez la photo ou envoyez-la de nouveau.")) from error
    return image


def _refusal(content: bytes) -> str:
    if content.startswith(b"%PDF-"):
        return _(
            "Ce fichier n'est pas une image lisible : c'est un PDF. Ajoutez-le comme document, ou prenez une photo."
        )
    return _("Ce fichier n'est pas une image lisible : choisissez une photo JPEG, PNG ou HEIC.")


def _written(image: Image.Image, *, keep_alpha: bool) -> Picture:
    out = io.BytesIO()
    if keep_alpha:
        layer = image.convert("RGBA")
        layer.info.clear()
        layer.save(out, "PNG", optimize=True)
        return Picture(out.getvalue(), *image.size, "image/png")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.new("RGB", layer.size, "white")
        image.paste(layer, mask=layer.getchannel("A"))
    image.convert("RGB").save(out, "JPEG", quality=82, optimize=True)
    return Picture(out.getvalue(), *image.size, "image/jpeg")


def _drawn(svg: bytes) -> bytes:
    try:
        with TemporaryDirectory(prefix="etabli-svg-") as root:
            Path(root, "logo.svg").write_bytes(svg)
            page = typst.compile(_SVG_PAGE, root=root, format="png", ppi=200)  # type: ignore[call-overload]
        with Image.open(io.BytesIO(page)) as image:
            out = io.BytesIO()
            image.crop(image.getbbox()).save(out, "PNG")
            return out.getvalue()
    except typst.TypstError as error:
        raise ImageError(_("Ce dessin SVG n'est pas lisible. Enregistrez-le en PNG.")) from error
