"""A server that answers late: what was typed meanwhile stays."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.demonstration import PASSWORD, Demonstration

pytestmark = pytest.mark.row("B2")
REFRESH = "**/dossiers/nouveau/formulaire"


@pytest.fixture
def intake(demonstration: Demonstration, page: Page) -> Page:
    """The intake of a device."""
    page.goto(demonstration.house.url + "/connexion")
    page.fill("[name=email]", "gerant@demo.example")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/connexion" not in url)
    page.goto(demonstration.house.url + "/dossiers/nouveau")
    expect(page.locator("#code")).to_be_focused()
    return page


def test_what_is_typed_while_the_family_is_fetched_is_not_lost(intake: Page) -> None:
    page = intake
    late: list[Route] = []
    page.route(REFRESH, lambda route: late.append(route))  # noqa: PLW0108 - Playwright marks what it is given
    with page.expect_request(REFRESH):
        page.locator("#family_id").select_option(label="Machine à café")
    page.locator("#label").fill("Brévia Barista 300")
    page.locator("input[name=consent_repair]").check()
    page.locator("label", has_text="Urgente").click()
    page.locator("#fault").press_sequentially("Fuit par le joint")
    for answer in late:
        answer.continue_()
    page.unroute(REFRESH)
    expect(page.locator("#prise .c3").first).to_be_visible()
    expect(page.locator("#family_id option:checked")).to_have_text("Machine à café")
    expect(page.locator("#label")).to_have_value("Brévia Barista 300")
    expect(page.locator("input[name=consent_repair]")).to_be_checked()
    expect(
        page.locator("input[name=priority]:checked + *, label:has(input[name=priority]:checked)").first
    ).to_have_text("Urgente")
    page.keyboard.type(" de groupe")
    expect(page.locator("#fault")).to_have_value("Fuit par le joint de groupe")
