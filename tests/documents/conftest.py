"""The engine with the fonts of the set-up, the samples that are the contract of each template, and pictures."""

import io
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from app.documents.pdf import PdfEngine

HERE = Path(__file__).parent
FONTS = Path(os.environ.get("ETABLI_TEST_FONTS", HERE.parents[1] / "build" / "fonts"))


def _picture(kind: str) -> bytes:
    image = Image.new("RGBA" if kind == "PNG" else "RGB", (240, 180))
    ImageDraw.Draw(image).ellipse((40, 40, 200, 140), fill="#2a4b9b")
    out = io.BytesIO()
    image.save(out, kind)
    return out.getvalue()


@pytest.fixture(scope="session")
def engine() -> PdfEngine:
    return PdfEngine(FONTS)


@pytest.fixture(scope="session")
def pictures() -> dict[str, bytes]:
    png, jpeg = _picture("PNG"), _picture("JPEG")
    return {"logo.png": png, "signature.png": png, "photo-1.jpg": jpeg, "photo-2.jpg": jpeg, "photo-3.jpg": jpeg}


@pytest.fixture
def sample() -> Callable[[str], dict[str, Any]]:
    """The data of `samples/<name>.json`, fresh at each call."""

    def read(name: str) -> dict[str, Any]:
        return json.loads((HERE / "samples" / f"{name}.json").read_text("utf-8"))

    return read
