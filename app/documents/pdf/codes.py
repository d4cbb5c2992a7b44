"""QR codes and Code 128 bar codes as SVG, black on nothing: the layout leaves their quiet zone."""

import io
from collections.abc import Mapping
from typing import Any

import segno

BARCODE_MAX = 40
_START_B, _STOP = 104, 106
# Widths of bars and spaces, in modules, of each Code 128 symbol.
_WIDTHS = (  # noqa: SIM905 - rows of the standard's table
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 "
    "123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321 "
    "232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 "
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224 "
    "111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 "
    "111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 "
    "114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112"
).split()


def qr_svg(text: str) -> str | None:
    """A QR code (error level M); None when the text is empty or longer than a QR code can hold."""
    if not text:
        return None
    try:
        code = segno.make(text, error="m", micro=False)
    except segno.DataOverflowError:
        return None
    out = io.BytesIO()
    code.save(out, kind="svg", border=0, xmldecl=False, svgclass=None, lineclass=None)
    return out.getvalue().decode()


def code128_svg(text: str) -> str | None:
    """A Code 128 (set B) bar code, 50 modules high; None when the text is not 1 to 40 printable ASCII characters."""
    if not (0 < len(text) <= BARCODE_MAX and text.isascii() and text.isprintable()):
        return None
    values = [ord(char) - 32 for char in text]
    check = (_START_B + sum(place * value for place, value in enumerate(values, 1))) % 103
    path, x = [], 0
    for symbol in (_START_B, *values, check, _STOP):
        for index, width in enumerate(map(int, _WIDTHS[symbol])):
            if index % 2 == 0:
                path.append(f"M{x} 0h{width}v50h-{width}z")
            x += width
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {x} 50"><path d="{"".join(path)}"/></svg>'


def draw_codes(value: Any) -> Any:
    """A copy of the data where each mapping with a `qr` or `barcode` text has its drawing as `qr_svg`, `barcode_svg`."""
    if isinstance(value, Mapping):
        drawn = {key: draw_codes(item) for key, item in value.items()}
        for key, draw in (("qr", qr_svg), ("barcode", code128_svg)):
            if isinstance(value.get(key), str):
                drawn[f"{key}_svg"] = draw(value[key])
        return drawn
    if isinstance(value, list | tuple):
        return [draw_codes(item) for item in value]
    return value
