"""An upload is judged by its content, turned upright, made smaller; a refusal is a French sentence with a way out."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from app.documents.pdf import ImageError
from app.documents.pdf.images import normalise, normalise_logo, thumbnail

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">{}</svg>'
SQUARE = '<rect width="40" height="20" rx="4" fill="#2a4b9b"/>'


def saved(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(content):
    return Image.open(io.BytesIO(content))


def huge_png(side):
    """A PNG whose header announces `side` × `side` pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b""))
    body = b"".join(struct.pack(">I", len(d)) + n + d + struct.pack(">I", zlib.crc32(n + d)) for n, d in chunks)
    return b"\x89PNG\r\n\x1a\n" + body


def test_a_big_photo_is_reduced_and_says_its_size():
    picture = normalise(saved(Image.new("RGB", (4000, 3000), "teal"), "JPEG"))
    assert (picture.width, picture.height, picture.mime) == (1600, 1200, "image/jpeg")
    assert opened(picture.content).size == (1600, 1200)


def test_a_photo_held_sideways_is_turned_and_its_place_forgotten():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera"
    exif.get_ifd(0x8825)[1] = "N"
    picture = normalise(saved(Image.new("RGB", (400, 200), "teal"), "JPEG", exif=exif))
    assert (picture.width, picture.height) == (200, 400)
    assert not opened(picture.content).getexif()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF", "TIFF", "BMP"])
def test_usual_formats_become_jpeg(kind):
    assert normalise(saved(Image.new("RGB", (50, 40), "teal"), kind)).mime == "image/jpeg"


def test_a_heic_of_a_phone_is_read():
    picture = normalise((Path(__file__).parent / "samples" / "phone.heic").read_bytes())
    assert (picture.mime, picture.width, picture.height) == ("image/jpeg", 64, 48)


def test_transparency_is_laid_on_white_unless_kept():
    glass = saved(Image.new("RGBA", (10, 10), (255, 0, 0, 0)), "PNG")
    assert opened(normalise(glass).content).getpixel((5, 5)) == (255, 255, 255)
    kept = normalise(glass, keep_alpha=True)
    assert kept.mime == "image/png"
    assert opened(kept.content).getpixel((5, 5))[3] == 0


def test_a_thumbnail_is_small():
    assert max(opened(thumbnail(saved(Image.new("RGB", (900, 600)), "PNG"), 200)).size) == 200


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "Ce fichier est vide"),
        (b"%PDF-1.7 named photo.jpg", "Ce fichier n’est pas une image lisible\u00a0: c’est un PDF"),
        (b"<html><script>alert(1)</script>", "Ce fichier n’est pas une image lisible"),
        (b"PK\x03\x04 a zip", "Ce fichier n’est pas une image lisible"),
        (SVG.format("<script>alert(1)</script>").encode(), "dessin SVG n’est pas accepté ici"),
        (saved(Image.effect_noise((300, 300), 80), "JPEG")[:900], "abîmé ou incomplet"),
        (huge_png(60_000), "trop de points"),
        (b"\xff\xd8\xff" + b"\0" * 26_000_000, "dépasse 25\u00a0Mo"),
    ],
    ids=["empty", "pdf", "html", "zip", "svg", "cut", "bomb", "heavy"],
)
def test_what_is_not_a_photo_is_refused_with_a_sentence(content, sentence):
    with pytest.raises(ImageError, match=sentence):
        normalise(content)


def test_a_still_svg_logo_becomes_a_png_of_its_shape():
    logo = normalise_logo(b'<?xml version="1.0"?>\n<!-- logo -->\n' + SVG.format(SQUARE).encode())
    assert logo.mime == "image/png"
    assert logo.width == pytest.approx(2 * logo.height, rel=0.01)
    assert opened(logo.content).getpixel((logo.width // 2, logo.height // 2)) == (0x2A, 0x4B, 0x9B, 255)


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect onload="alert(1)"/>',
        '<image href="file:///etc/passwd"/>',
        '<image xlink:href="http://example.com/x.png"/>',
        '<a href="javascript:alert(1)"/>',
        "<foreignObject><body/></foreignObject>",
    ],
)
def test_an_svg_logo_with_a_script_or_a_link_is_refused(inside):
    with pytest.raises(ImageError, match="script ou un lien extérieur"):
        normalise_logo(SVG.format(inside).encode())


def test_a_broken_or_endless_svg_logo_is_refused():
    with pytest.raises(ImageError, match="pas lisible"):
        normalise_logo(SVG.format("<g>").encode())
    with pytest.raises(ImageError, match="trop compliqué"):
        normalise_logo(SVG.format('<use href="#a"/>' * 31).encode())
