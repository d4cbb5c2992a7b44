"""Every page of the demonstration, in a real browser: axe in light and dark, 320 px wide, a silent console.

The pages are those of the URL map; their parameters are records of the demonstration, as `tests/world.py` is for tests.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from werkzeug.routing import Rule

from app.accounts.models import User
from app.assets.models import Asset, AssetModel, FieldDefinition
from app.contacts.models import Contact
from app.core import links
from app.core.config import load_settings
from app.core.db import Base, db
from app.core.outbox import OutboxMessage
from app.core.partners import PartnerAccount
from app.core.subject import subject_of
from app.factory import create_app
from app.messaging.models import Task
from app.questionnaires.models import Questionnaire
from app.sales.models import Quote
from app.sales.states import QuoteState
from app.tickets.models import Ticket, TicketLine
from app.tickets.states import TicketState
from tests.house import House, environment, flask, free_ports, start, stop
from tests.journeys.conftest import watch
from tests.world import World

PASSWORD = "etabli-demo"
SERIOUS = ("serious", "critical")
# Not pages: files, machine addresses, what a page asks for by itself.
FILES = (".pdf", ".csv", ".xlsx", ".png", ".css", ".ics", "<name>", "<filename>", "/ajax/", "/export", "/sante", "<extension>", "/apercu")
# The administration is generated: three of its entities speak for all.
ADMIN = ("admin_ticket.", "admin_contact.", "admin_asset.")
# What the browser measures again when the colours change.
COLOURS = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
# One column per day, or a table as wide as its sheet: they scroll inside themselves or sideways.
WIDE = ("planning.",)


@dataclass
class Demonstration:
    """A running demonstration, its pages, and who opens each of them."""

    house: House
    rules: list[Rule]
    world: World


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    data, port = tmp_path_factory.mktemp("demonstration"), free_ports()
    flask(data, port, "db", "upgrade", DEMO="1")
    flask(data, port, "demo", "load", "--scale", "0.2", DEMO="1")
    process = start(data, port, DEMO="1")
    app = create_app(load_settings(environment(data, port, DEMO="1")))
    with app.app_context():
        world = records()
        db.session.remove()
        db.engine.dispose()
    yield Demonstration(House(f"http://127.0.0.1:{port}", data, port), pages(app), world)
    stop(process)


def pages(app: Flask) -> list[Rule]:
    """The rules that a person opens."""
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not any(part in rule.rule for part in FILES)
        and rule.endpoint != "static" and (not rule.endpoint.startswith("admin_") or rule.endpoint.startswith(ADMIN))
    ]  # fmt: skip


def first(model: type[Base], *conditions: object) -> Base:
    """A record of the demonstration."""
    return db.session.scalars(select(model).where(*conditions).order_by(model.id.desc()).limit(1)).one()  # type: ignore[attr-defined]


def records() -> World:
    """Values of the parameters, from the demonstration."""
    karim = first(Contact, Contact.user_id == first(User, User.email == "client@demo.example").id)
    line, asset = first(TicketLine, TicketLine.ticket_id.in_(_open(karim))), first(Asset)
    mine, quote = db.session.get_one(Ticket, line.ticket_id), first(Quote, Quote.state == QuoteState.SENT)
    out, priced = first(Ticket, Ticket.state == TicketState.OUT, Ticket.contact_id == karim.id), first(Ticket, Ticket.state == TicketState.DIAGNOSING)
    my_quote = first(Quote, Quote.contact_id == karim.id, Quote.state != QuoteState.DRAFT)
    status, answer = links.token_of("status", subject_of(mine)), links.token_of("quote", subject_of(quote))
    known = {
        "admin_id": 1, "contact_id": karim.id, "asset_id": asset.id, "family_id": asset.family_id, "field_id": first(FieldDefinition).id,
        "model_id": first(AssetModel).id, "questionnaire_id": first(Questionnaire).id, "number": mine.number, "use": "check_in", "line_id": line.id,
        "messaging.kind": "ticket", "subject_id": mine.id, "message_id": first(OutboxMessage).id, "task_id": first(Task).id,
        "account_id": first(PartnerAccount).id, "messaging.account_new.kind": "smtp", "code": "ticket.ready", "user_id": first(User, User.active).id,
        "session_id": 1, "token": status, "portal.my_survey.number": out.number, "run_id": 1, "mapping_id": 1, "exchange.kind": "contacts",
        "portal.survey.token": links.token_of("status", subject_of(out)), "sales.number": quote.number, "sales.prepare.number": priced.number,
        "accounts.accept_invitation.token": "inconnu", "accounts.reset_password.token": "inconnu", "digest": "x", "setup.key": "x", "insights.key": "x",
    }  # fmt: skip
    for name in ("quote", "ask", "refuse"):
        known |= {f"portal.{name}.token": answer, f"portal.my_{name}.number": my_quote.number}
    return World(known)


def _open(karim: Base) -> object:
    return select(Ticket.id).where(Ticket.contact_id == karim.id, Ticket.state == TicketState.REPAIRING)  # type: ignore[attr-defined]


def opened_by(rule: Rule) -> str:
    """Who opens that page: the client his own, a visitor what needs no account, the manager the rest."""
    if rule.endpoint.startswith(("portal.my_", "portal.home")):
        return "client"
    alone = ("/connexion", "/mot-de-passe", "/invitation", "/suivi")
    return "" if rule.rule.startswith(alone) else "gerant"


@pytest.mark.row("F4")
@pytest.mark.parametrize("who", ["gerant", "client", ""], ids=["manager", "client", "visitor"])
def test_every_page_is_accessible_light_and_dark_and_fits_a_small_phone(demonstration: Demonstration, chromium: Browser, who: str) -> None:
    context = chromium.new_context(base_url=demonstration.house.url, locale="fr-FR", viewport={"width": 1280, "height": 900})
    context.add_init_script("window.print = () => {}")  # headless Chromium would wait for its dialog
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())  # leaving a form that has been touched
    if who:
        sign_in(page, who)
    said = watch(page)
    found, seen = [], 0
    for rule in demonstration.rules:
        if opened_by(rule) == who:
            faults = look(page, demonstration.world.address(rule), rule.endpoint)
            seen += faults is not None
            found += [f"{rule.endpoint} {page.url}: {fault}" for fault in [*(faults or ()), *said]]
            said.clear()
    context.close()
    assert seen >= {"gerant": 50, "client": 5, "": 5}[who]
    assert not found, "\n".join(found)


def sign_in(page: Page, who: str) -> None:
    page.goto("/connexion")
    page.fill("[name=email]", f"{who}@demo.example")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/connexion" not in url)


def look(page: Page, path: str, endpoint: str) -> list[str] | None:
    """What is wrong with the page; None when there is none to see: a fragment, or nothing for this record."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    answer = page.request.get(path)
    if answer.status != 200 or not answer.text()[:40].lower().lstrip().startswith("<!doctype"):
        return None
    page.goto(path, wait_until="load")
    faults = [f"light: {fault}" for fault in violations(page, None)]
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    faults += [f"dark: {fault}" for fault in violations(page, COLOURS)]
    page.set_viewport_size({"width": 320, "height": 700})
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if wide > 0 and not endpoint.startswith(WIDE):
        faults.append(f"{wide} px too wide at 320 px: {page.evaluate(WIDEST)}")
    return faults


WIDEST = """() => [...document.querySelectorAll("main *, header *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
    .slice(0, 3).map(e => e.tagName + "." + e.className).join(" ")"""


def violations(page: Page, options: dict[str, object] | None) -> list[str]:
    """What axe finds serious, with the first place of each."""
    found = Axe().run(page, options=options or {"resultTypes": ["violations"]}).response["violations"]
    return [f"{rule['id']} {rule['nodes'][0]['html'][:160]} (×{len(rule['nodes'])})" for rule in found if rule["impact"] in SERIOUS]
