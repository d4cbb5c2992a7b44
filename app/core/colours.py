"""The organisation's colour, made readable: contrasts of WCAG 2, and the shades that the theme needs."""

import colorsys
import hashlib
import re

DEFAULT = "#2a4b9b"
ENOUGH = 4.5

_HEX = re.compile(r"#[0-9a-f]{6}")
_WHITE = "#ffffff"
_SUNKEN = "#efefeb"
_DARK_SURFACE = "#22262e"
_STEP = 0.01


def is_colour(text: str) -> bool:
    """True for « #2a4b9b »."""
    return _HEX.fullmatch(text.lower()) is not None


def _parts(colour: str) -> tuple[float, float, float]:
    return tuple(int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))  # type: ignore[return-value]


def _hex(red: float, green: float, blue: float) -> str:
    return "#" + "".join(f"{round(max(0.0, min(1.0, part)) * 255):02x}" for part in (red, green, blue))


def _luminance(colour: str) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str = _WHITE) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str, *, on: str = _WHITE, ratio: float = ENOUGH) -> str:
    """The nearest shade of the same hue that reads on `on`: darker on a light ground, lighter on a dark one."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(colour))
    step = -_STEP if _luminance(on) > 0.5 else _STEP
    while contrast(colour, on) < ratio and 0 < lightness + step < 1:
        lightness += step
        colour = _hex(*colorsys.hls_to_rgb(hue, lightness, saturation))
    return colour


def mix(colour: str, other: str, share: float) -> str:
    """`share` (0 to 1) of `colour` with the rest of `other`."""
    return _hex(*(share * a + (1 - share) * b for a, b in zip(_parts(colour), _parts(other), strict=True)))


def _paled(colour: str, *, on: str, ratio: float) -> str:
    """The colour with as much white as it takes to read on a dark ground: soft, never neon."""
    shares = (percent / 100 for percent in range(100, -1, -2))
    return next(paler for paler in (mix(colour, _WHITE, share) for share in shares) if contrast(paler, on) >= ratio)


def theme(accent: str) -> dict[str, tuple[str, str]]:
    """The theme's variables that follow the accent: name to (light, dark)."""
    light = readable(accent.lower(), on=_SUNKEN)
    dark = _paled(light, on=_DARK_SURFACE, ratio=6.5)
    strong = mix(light, "#000000", 0.8)
    bright = mix(dark, _WHITE, 0.75)
    return {
        "--et-primary": (light, dark),
        "--et-primary-hover": (strong, bright),
        "--et-primary-soft": (mix(light, _WHITE, 0.08), mix(dark, "#1b1e24", 0.2)),
        "--et-on-primary": (_WHITE, mix(light, "#000000", 0.25)),
        "--et-focus": (light, bright),
    }


def style_sheet(accent: str) -> str:
    """The style sheet that gives the theme this accent, in light and dark."""
    lines = (f"  {name}: light-dark({light}, {dark});\n" for name, (light, dark) in theme(accent).items())
    return ":root {\n" + "".join(lines) + "}\n"


def style_hash(accent: str) -> str:
    """What names the style sheet in its address, so that a browser keeps it until the colour changes."""
    return hashlib.sha256(style_sheet(accent).encode()).hexdigest()[:12]
