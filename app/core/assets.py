"""Built files of the front end: Flask-Assets joins and names the bundles, templates ask for their addresses and for icons.

`npm run build` prepares the inputs in `build/front/`, then runs `python -m app.core.assets`, which writes
`static/gen/<name>.<hash>.<extension>` and `static/gen/manifest.json`. Nothing is built while the site runs.
"""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

from flask import Flask, url_for
from flask_assets import Bundle, Environment
from markupsafe import Markup, escape
from webassets.exceptions import BundleError

ROOT = Path(__file__).resolve().parents[2]
INPUTS = ROOT / "build" / "front"
ICONS = ROOT / "build" / "icons.json"

# Bundle: its inputs, in order.
BUNDLES: dict[str, tuple[str, ...]] = {
    "etabli.css": ("fonts.css", "tabler.css", "etabli.css"),
    "portal.css": ("fonts.css", "portal.css"),
    "app.js": ("htmx.min.js", "app.js"),
    "portal.js": ("portal.js",),
    "follow.js": ("follow.js",),
    "charts.js": ("charts.js",),
    "scan.js": ("scan.js",),
    "signature.js": ("signature.js",),
}

# Modules that app.js loads when a page first needs them.
ON_DEMAND = ("charts", "scan", "signature")


class NotBuilt(RuntimeError):
    """The front end has not been built."""

    def __init__(self) -> None:
        super().__init__("The front end is not built: run `npm ci && npm run build`")


def register(app: Flask) -> None:
    """Declare the bundles on `app`, and give its templates `asset(name)`, `modules()` and `icone(name, classe, taille)`."""
    environment = declare_bundles(app)
    asset = _addresses(environment)
    app.jinja_env.globals.update(
        asset=asset,
        modules=cache(lambda: {name: asset(f"{name}.js") for name in ON_DEMAND}),
        icone=_icons(strict=app.debug or app.testing),
    )


def declare_bundles(app: Flask) -> Environment:
    """The Flask-Assets environment of `app`, with every bundle."""
    app.config.update(
        ASSETS_AUTO_BUILD=False,
        ASSETS_CACHE=False,
        ASSETS_DEBUG=False,
        ASSETS_MANIFEST=f"json:{app.static_folder}/gen/manifest.json",
        ASSETS_URL_EXPIRE=False,
    )
    environment = Environment(app)
    for name, inputs in BUNDLES.items():
        stem, extension = name.rsplit(".", 1)
        paths = [str(INPUTS / path) for path in inputs]
        environment.register(name, Bundle(*paths, output=f"gen/{stem}.%(version)s.{extension}"))
    return environment


def _addresses(environment: Environment) -> Callable[[str], str]:
    @cache
    def asset(name: str) -> str:
        """The address of a bundle, or of the web font `inter.woff2`, with the hash of its content in it."""
        try:
            if name in BUNDLES:
                return str(environment[name].urls()[0])
            fonts = json.loads((INPUTS / "fonts.json").read_text())
        except (BundleError, FileNotFoundError) as missing:
            raise NotBuilt from missing
        return url_for("static", filename=f"gen/{fonts[name]}")

    return asset


def _icons(*, strict: bool) -> Callable[..., Markup]:
    @cache
    def shapes() -> dict[str, str]:
        try:
            found: dict[str, str] = json.loads(ICONS.read_text())
        except FileNotFoundError as missing:
            raise NotBuilt from missing
        return found

    @cache
    def icone(name: str, classe: str = "", taille: str = "") -> Markup:
        """The inline SVG of a Tabler outline icon. `taille`: "" 18 px, "s" 14 px, "l" 22 px. A wrong name is refused in
        development and in tests, and shown as a dot elsewhere."""
        if name not in shapes() and strict:
            raise LookupError(f"Tabler has no outline icon named {name!r}")
        shape = shapes().get(name) or shapes()["point"]
        classes = " ".join(filter(None, ("ic", f"ic-{taille}" if taille else "", classe)))
        return Markup(f'<svg class="{escape(classes)}" viewBox="0 0 24 24" aria-hidden="true">{shape}</svg>')  # noqa: S704

    return icone


def build() -> None:
    """Join the inputs of every bundle into `static/gen/` and write the manifest."""
    app = Flask("etabli", root_path=str(ROOT), static_folder="static")
    environment = declare_bundles(app)
    with app.app_context():
        for bundle in environment:
            bundle.build(force=True)


if __name__ == "__main__":
    build()
