"""Where a form leads once it is written."""

import pytest
from flask import Flask

from app.core.web import go


@pytest.mark.parametrize(
    ("shown", "header"),
    [("/dossiers/R-1", "HX-Refresh"), ("/dossiers/R-1?onglet=messages", "HX-Redirect"), ("/dossiers", "HX-Redirect")],
)
def test_a_place_of_the_page_that_is_shown_is_read_again_not_only_scrolled_to(
    app: Flask, shown: str, header: str
) -> None:
    asked = {"HX-Request": "true", "HX-Current-URL": f"http://localhost{shown}"}
    with app.test_request_context("/dossiers/R-1/reparateur", method="POST", headers=asked):
        answer = go("/dossiers/R-1#partage")
    assert [name for name in ("HX-Refresh", "HX-Redirect") if name in answer.headers] == [header]
