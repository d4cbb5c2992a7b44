"""Help in French on each screen."""

import re

import pytest
from flask import Flask

from app.accounts.views.user_help import GENERAL, help_name
from tests.cast import Cast
from tests.signing import Browser

# Addresses without a screen of the team: the client's pages, those before signing in, and answers to a program.
WITHOUT = {"portal", "static", "alive", "health", "documents"}
GENERAL_SCREENS = {"accounts.search", "messaging.thread"}


@pytest.mark.parametrize(
    ("endpoint", "name"),
    [
        ("tickets.index", "tickets.index"),
        ("tickets.ship", "tickets"),
        ("settings_devis", "settings"),
        ("admin_contact.edit_view", "admin"),
        ("nowhere", GENERAL),
    ],
)
def test_a_screen_has_its_own_help_or_that_of_its_feature(cast: Cast, app: Flask, endpoint: str, name: str) -> None:
    assert help_name(endpoint) == name


def test_no_screen_of_the_team_is_without_help(cast: Cast, app: Flask) -> None:
    screens = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    bare = {name for name in screens if name.split(".")[0] not in WITHOUT and help_name(name) == GENERAL}
    assert bare - GENERAL_SCREENS == set()


def test_the_page_of_a_screen_leads_to_its_help(cast: Cast, browser: Browser) -> None:
    desk = browser.as_("accueil")
    found = re.search(r'href="(/aide/[^"]+)"[^>]*data-key="\?"', desk.get("/dossiers/nouveau").text)
    assert found
    shown = desk.get(found[1], htmx=True).text
    assert shown.lstrip().startswith("<dialog")
    assert "tapez le n°" in shown.replace("\u00a0", " ")
    assert "<main" in desk.get(found[1]).text
