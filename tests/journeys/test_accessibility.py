"""Every page of the site, in a real browser: axe in light and dark, 320 px wide, a silent console.

The pages are those of the URL map; their parameters are the records of `tests/world/`, made in a demonstration.
"""

from datetime import date
from typing import TypeVar

import pytest
from flask import Flask
from playwright.sync_api import Browser, Error, Page, Response
from sqlalchemy import select
from werkzeug.routing import Rule

from app.accounts.models import User
from app.contacts.models import Contact
from app.core.db import Base, db, transaction
from app.messaging.models import Task
from app.sales.models import Quote
from app.sales.states import QuoteState
from app.tickets.models import Ticket
from app.tickets.states import TicketState
from tests.journeys.axe import violations
from tests.journeys.conftest import watch
from tests.journeys.demonstration import PASSWORD, Demonstration
from tests.world import World, make_world

Row = TypeVar("Row", bound=Base)
# Not pages: files, machine addresses, what a page asks for by itself.
FILES = (
    ".pdf",
    ".csv",
    ".xlsx",
    ".png",
    ".css",
    ".ics",
    ".zip",
    "<name>",
    "<filename>",
    "/ajax/",
    "/export",
    "/sante",
    "<extension>",
    "/apercu",
    "/archives/<int:file_id>",
)
# The administration is generated: three of its entities speak for all. Tickets are neither made nor changed there.
ADMIN = ("admin_ticket.", "admin_contact.", "admin_asset.")
CLOSED = ("admin_ticket.create_view", "admin_ticket.edit_view")
DESK = ("/dossiers", "/devis", "/contacts", "/biens", "/messages", "/fils", "/recherche", "/scan", "/profil", "/aide")
ALONE = ("/connexion", "/mot-de-passe", "/invitation", "/suivi")
# One column per day, or a table as wide as its sheet: they scroll inside themselves or sideways.
WIDE = ("planning.",)


@pytest.fixture(scope="module")
def world(demonstration: Demonstration) -> World:
    with demonstration.inside():
        return records()


def pages(app: Flask) -> list[Rule]:
    """The rules that a person opens."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not any(part in rule.rule for part in FILES)
        and rule.endpoint not in ("static", *CLOSED)
        and (not rule.endpoint.startswith("admin_") or rule.endpoint.startswith(ADMIN))
    ]  # fmt: skip


def first(model: type[Row], *conditions: object) -> Row:
    """A record of the demonstration."""
    return db.session.scalars(select(model).where(*conditions).limit(1)).one()  # type: ignore[arg-type]


def records() -> World:
    """One record of every kind; the richest are the demonstration's own."""
    client = first(Contact, Contact.user_id == first(User, User.email == "client@demo.example").id)
    luthier = first(User, User.email == "luthier@demo.example")
    world = make_world(client, first(User, User.email == "gerant@demo.example"), luthier)
    with transaction():  # long enough to be cut, late enough to be on the dashboard
        db.session.add(
            Task(label="Rappeler la famille au sujet du violoncelle emprunté pour l'été, " * 2, due_on=date(2026, 1, 5))
        )
    repaired = first(Ticket, Ticket.state == TicketState.REPAIRING, Ticket.contact_id.is_not(None))
    world.values |= {
        "tickets.number": repaired.number, "tickets.line.number": world.values["number"], "subject_id": repaired.id, "contact_id": repaired.contact_id, "asset_id": repaired.asset_id,
        "sales.show.number": first(Quote, Quote.state == QuoteState.SENT).number,
    }  # fmt: skip
    return world


def opened_by(rule: Rule) -> str:
    """Who opens that page: the client and the luthier their own, a visitor what needs no account, the desk its work, the manager the rest."""
    if rule.endpoint.startswith(("portal.my_", "portal.home")):
        return "client"
    if rule.endpoint.startswith("repairers.my_"):
        return "luthier"
    if rule.rule.startswith(ALONE):
        return ""
    technical = any(part in rule.rule for part in ("/lignes", "/expedition", "/donnees-personnelles"))
    return "accueil" if rule.rule.startswith(DESK) and not technical else "gerant"


@pytest.mark.row("F4")
@pytest.mark.parametrize(
    "who", ["gerant", "accueil", "luthier", "client", ""], ids=["manager", "desk", "luthier", "client", "visitor"]
)
def test_every_page_is_accessible_light_and_dark_and_fits_a_small_phone(
    demonstration: Demonstration, world: World, chromium: Browser, who: str
) -> None:
    page, said = entered(demonstration, chromium, who)
    found = []
    for rule in pages(demonstration.app):
        if opened_by(rule) == who:
            found += [
                f"{rule.endpoint} {page.url}: {fault}" for fault in look(page, world.address(rule), rule.endpoint, said)
            ]
    page.context.close()
    assert not found, "\n".join(found)


def entered(demonstration: Demonstration, chromium: Browser, who: str) -> tuple[Page, list[str]]:
    """A page of that person, and what its console will say."""
    context = chromium.new_context(base_url=demonstration.house.url, locale="fr-FR")
    context.add_init_script("window.print = () => {}")  # headless Chromium would wait for its dialog
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())  # leaving a form that has been touched
    if who:
        page.goto("/connexion")
        page.fill("[name=email]", f"{who}@demo.example")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "/connexion" not in url)
    return page, watch(page)


OPENED = [
    ("/dossiers", 1280, "/", "#recherche[open]"),
    ("/dossiers", 1280, "?", "dialog[open] h2"),
    ("/dossiers", 1280, "[popovertarget=menu-personne]", "#menu-personne:popover-open"),
    ("/dossiers", 390, "[popovertarget=menu-tout]", "#menu-tout:popover-open"),
    ("/dossiers", 1280, "[data-moves]", "#deplacer[open]"),
    ("/contacts/nouveau", 1280, "main form button.p", "[aria-invalid=true]"),
    ("/dossiers/nouveau", 1280, "button[form=prise].p", "[aria-invalid=true]"),
]


@pytest.mark.row("F4")
def test_menus_dialogues_and_forms_with_errors_are_accessible(demonstration: Demonstration, chromium: Browser) -> None:
    page, said = entered(demonstration, chromium, "accueil")
    found = []
    for path, width, opener, opened in OPENED:
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(path)
        if len(opener) == 1:
            page.keyboard.press(opener)
        else:
            page.evaluate(
                "document.querySelectorAll('form').forEach(form => form.noValidate = true)"
            )  # the server answers
            page.locator(opener).first.dispatch_event("click")
        page.locator(opened).first.wait_for()
        found += [f"{path} {opened}: {fault}" for fault in [*violations(page), *said]]
        said.clear()
    page.context.close()
    assert not found, "\n".join(found)


def look(page: Page, path: str, endpoint: str, said: list[str]) -> list[str]:
    """What is wrong with the page, its console included; nothing can be with a fragment, which another page shows."""
    said.clear()
    page.set_viewport_size({"width": 1280, "height": 900})
    try:
        answer = page.goto(path)
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        return []  # a file: nothing to see
    assert answer is not None
    if answer.status != 200:
        return [f"answers {answer.status}"]
    if "text/html" not in answer.headers.get("content-type", ""):
        return []
    return faults_of(page, endpoint) + said if whole(answer) else []


def whole(answer: Response) -> bool:
    return answer.text()[:40].lower().lstrip().startswith("<!doctype")


def faults_of(page: Page, endpoint: str = "") -> list[str]:
    """What axe finds serious, and what overflows a small phone."""
    faults = violations(page)
    page.set_viewport_size({"width": 320, "height": 700})
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if wide > 0 and not endpoint.startswith(WIDE):
        faults.append(f"{wide} px too wide at 320 px: {page.evaluate(WIDEST)}")
    return faults


WIDEST = """() => [...document.querySelectorAll("main *, header *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map(e => e.tagName + "." + e.className).join(" ")"""
