"""A queue at the lending desk, in a real browser: hands on the keyboard and the scanner, never on the mouse."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.assets.services import add_asset, add_family
from app.contacts.services import add_contact
from app.core import clock
from app.core.db import db, transaction
from app.members.models import Membership
from app.members.queries import blocks, season_on
from app.members.states import MembershipState
from tests.journeys.demonstration import PASSWORD, Demonstration
from tests.journeys.keyboard import Keyboard

pytestmark = pytest.mark.row("A1")
TEN = [f"MTRN-{rank:04d}" for rank in range(1, 11)]


@pytest.fixture
def desk(demonstration: Demonstration, page: Page) -> Keyboard:
    """The manager, signed in; ten metronomes with their labels."""
    with demonstration.inside(), transaction():
        family = add_family(name="Métronome")
        for code in TEN:
            add_asset(label=f"Métronome {code}", family_id=family.id, inventory_number=code, ours=True)
    page.emulate_media(reduced_motion="reduce")
    page.goto(demonstration.house.url + "/connexion")
    page.fill("[name=email]", "gerant@demo.example")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/connexion" not in url)
    return Keyboard(page)


def test_a_walk_in_is_a_name_scans_and_one_key_and_ten_returns_are_ten_scans_and_one_key(
    desk: Keyboard, demonstration: Demonstration
) -> None:
    page = desk.page
    page.goto(demonstration.house.url + "/prets/nouveau")
    walk_in(desk, member(demonstration))
    page.goto(demonstration.house.url + "/prets/retours")
    expect(page.locator("#code")).to_be_focused()
    hurry(page)
    page.keyboard.press("F9")
    expect(page.locator("body")).to_contain_text("10 matériels rendus")


def member(demonstration: Demonstration) -> str:
    """The e-mail of a new member, paid up for the season of today, whichever journey was played before."""
    email = "comptoir@emprunteurs.example"
    with demonstration.inside(), transaction():
        season, fee = season_on(clock.today()), db.session.scalars(select(Membership.article_id)).first()
        assert season is not None and fee is not None  # noqa: PT018
        contact = add_contact(name="Solène Comptoir", email=email)
        db.session.flush()
        paid_up = Membership(
            contact_id=contact.id,
            payer_id=contact.id,
            season_id=season.id,
            article_id=fee,
            state=MembershipState.ACTIVE,
        )
        db.session.add(paid_up)
        db.session.flush()
        assert blocks(contact, clock.today()) == []
    return email


def walk_in(desk: Keyboard, member: str) -> None:
    """Who, what, until when (proposed), one key: the name is typed, the labels are scanned."""
    page = desk.page
    expect(page.locator("#contact_id_text")).to_be_focused()
    desk.type(member)
    desk.press("Enter")
    expect(page.locator("#code")).to_be_focused()
    hurry(page)
    expect(page.get_by_role("list", name="Choisi").locator("li")).to_have_count(10)
    desk.press("Control+Enter")
    page.wait_for_url(re.compile(r"/prets/P-\d{4}-\d{4}"))
    expect(page.locator("main .st", has_text="Prêté").first).to_be_visible()


def hurry(page: Page) -> None:
    """Ten labels, one after the other, without waiting for what the screen says."""
    for code in TEN:
        page.keyboard.type(code)
        page.keyboard.press("Enter")
