"""Uploads for tests: pictures, PDFs and what people send by mistake."""

import io

from PIL import Image


def a_photo(width: int = 640, height: int = 480, colour: str = "#2a4b9b", **options: object) -> bytes:
    """A JPEG; options go to Pillow (exif=…)."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "JPEG", **options)
    return out.getvalue()


def a_heavy_photo(size: int) -> bytes:
    """A JPEG that opens, made `size` bytes heavy by what follows it."""
    return a_photo().ljust(size, b"\0")


def a_png(width: int = 200, height: int = 80) -> bytes:
    """A small PNG with transparency."""
    out = io.BytesIO()
    Image.new("RGBA", (width, height), (30, 30, 30, 120)).save(out, "PNG")
    return out.getvalue()


def a_heic() -> bytes:
    """A photo as an iPhone takes it."""
    import pi_heif

    image = Image.new("RGB", (320, 240), "#b5561f")
    out = io.BytesIO()
    pi_heif.from_pillow(image).save(out, quality=60) if hasattr(pi_heif, "from_pillow") else None
    return out.getvalue()


def a_pdf() -> bytes:
    """The smallest whole PDF."""
    body = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    return body + b"xref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(body)


SVG_WITH_SCRIPT = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
