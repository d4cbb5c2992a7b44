"""Built files are served under the hash of their content; icons are Tabler's or refused."""

import re
from pathlib import Path

import pytest
from flask import Flask

from app.core import assets
from tests.interface.site import sample_site


@pytest.mark.parametrize("name", [*assets.BUNDLES, "inter.woff2"])
def test_a_built_file_is_served_under_the_hash_of_its_content(site: Flask, name: str) -> None:
    with site.test_request_context("/"):
        url = site.jinja_env.globals["asset"](name)
    stem, extension = name.rsplit(".", 1)
    assert re.fullmatch(rf"/static/gen/{stem}\.[0-9a-f]{{8}}\.{extension}", url)
    with site.test_client().get(url) as answer:
        assert answer.status_code == 200


def test_the_style_sheet_finds_the_font(site: Flask) -> None:
    with site.test_request_context("/"):
        asset = site.jinja_env.globals["asset"]
        style, font = asset("etabli.css"), asset("inter.woff2")
    with site.test_client().get(style) as answer:
        assert font.rsplit("/", 1)[1] in answer.text


def test_an_icon_is_hidden_from_screen_readers(site: Flask) -> None:
    assert 'aria-hidden="true"' in site.jinja_env.globals["icone"]("tool")


def test_a_wrong_icon_name_stops_development_but_not_a_real_site(site: Flask) -> None:
    with pytest.raises(LookupError, match="toool"):
        site.jinja_env.globals["icone"]("toool")
    assert "<svg" in sample_site(testing=False).jinja_env.globals["icone"]("toool")


def test_a_front_end_that_was_not_built_says_what_to_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(assets, "ICONS", tmp_path / "icons.json")
    with pytest.raises(assets.NotBuilt, match="npm run build"):
        sample_site().jinja_env.globals["icone"]("tool")
