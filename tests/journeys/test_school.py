"""A violin's story with five people, in a real browser on the real processes: a parent joins, pays and books from his phone, the
desk hands over by scan, the violin breaks, a luthier is late, the next pupil's parent takes another one in one tap."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
import requests
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.assets.models import Asset
from app.assets.services import add_asset
from app.contacts.models import Contact
from app.contacts.services import add_contact
from app.contacts.states import Purpose
from app.core import clock
from app.core.db import db, transaction
from app.core.outbox import OutboxMessage
from app.lending import services as lending
from app.lending.models import Incident
from app.members import services as members
from app.members.models import HouseholdMember
from app.members.queries.people import household_by_id
from app.members.states import Role
from app.repairers.models import RepairJob
from app.tickets.models import Ticket
from tests.journeys.conftest import watch
from tests.journeys.demonstration import PASSWORD, Demonstration

VIOLIN, OTHER = "Violon 3/4 n° 0000", "Violon 3/4 n° 0001"
SET = {"J003": "Étui de violon 3/4 n° E0000", "J002": "Archet de violon 3/4 n° A0000", "J001": VIOLIN}
CHILD, WORDS, DELAY = "Noé Delcourt", "La cheville est cassée", "Colle ou vernis à sécher"
Opened = Callable[[str, bool], Page]


@dataclass(frozen=True)
class Story:
    """The child, and the number of his loan once it is booked."""

    child: int
    number: str = ""


@pytest.fixture
def opened(chromium: Browser, demonstration: Demonstration) -> Iterator[Opened]:
    """Somebody signed in, at a desk or on a phone; every console must stay silent."""
    contexts, faults = [], list[list[str]]()

    def open_as(who: str, phone: bool) -> Page:
        size = {"width": 390, "height": 844} if phone else {"width": 1440, "height": 900}
        contexts.append(
            chromium.new_context(locale="fr-FR", timezone_id="Europe/Paris", viewport=size, has_touch=phone)
        )
        page = contexts[-1].new_page()
        faults.append(watch(page))
        page.goto(demonstration.house.url + "/connexion")
        page.fill("[name=email]", f"{who}@demo.example")
        page.fill("[name=password]", PASSWORD)
        page.locator("form button.p").first.click()
        page.wait_for_load_state()
        return page

    yield open_as
    assert faults == [[]] * len(faults)
    for context in contexts:
        context.close()


@pytest.mark.row("A1")
@pytest.mark.row("A2")
@pytest.mark.row("A4")
@pytest.mark.row("A5")
@pytest.mark.row("A6")
@pytest.mark.row("A7")
@pytest.mark.row("A8")
@pytest.mark.row("A9")
@pytest.mark.row("A10")
@pytest.mark.row("A11")
def test_a_violin_is_booked_breaks_is_late_and_the_next_pupil_has_another_one(
    demonstration: Demonstration, opened: Opened, tmp_path: Path
) -> None:
    url = demonstration.house.url
    new_things(demonstration)
    story = Story(a_child(demonstration))
    parent, desk = opened("parent", True), opened("gerant", False)
    join_and_pay(parent, demonstration, story)
    story = book(parent, url, story)
    hand_over(desk, url, story)
    declare(parent, url, story)
    number = triage(desk, demonstration, story)
    bring_back(desk, url, story)
    luthier = opened("luthier", True)
    entrust(desk, url, number)
    accept(luthier, url, number)
    next_pupil(demonstration)
    announce_a_delay(luthier, url, number)
    switch(opened("client", True), demonstration)
    finish(luthier, url, number)
    send_the_bill(luthier, url, number, tmp_path)
    bill_the_damage(desk, url, story)


# --- before the story -------------------------------------------------------------------------------------------------


def new_things(demonstration: Demonstration) -> None:
    """A violin, its bow, its case and another violin, in use since today: like those of the house, free for all the story."""
    with demonstration.inside(), transaction():
        for code, label in {**SET, "J004": OTHER}.items():
            like = db.session.scalars(
                select(Asset).where(Asset.ours, Asset.label.startswith(label.partition("n°")[0])).limit(1)
            ).one()
            add_asset(
                label=label, family_id=like.family_id, model_id=like.model_id, custom=like.custom, ours=True, inventory_number=code,
            )  # fmt: skip


def a_child(demonstration: Demonstration) -> int:
    """Margaux's second child, who has not joined yet."""
    with demonstration.inside(), transaction():
        parent = db.session.scalars(select(Contact).where(Contact.email == "parent@demo.example")).one()
        homes = select(HouseholdMember.household_id).where(HouseholdMember.contact_id == parent.id)
        home = household_by_id(db.session.scalars(homes.order_by(HouseholdMember.household_id)).first() or 0)
        assert home is not None
        child = add_contact(name=CHILD, first_name="Noé", last_name="Delcourt")
        members.put_profile(child, category="Élève", born_on=clock.today() - timedelta(days=3300))
        members.join(home, child, Role.CHILD)
        members.authorise(
            child, parent, {Purpose.TOLD: True, Purpose.SIGN: True, Purpose.FETCH: True}, source="accueil"
        )
        return child.id


# --- the parent, on his phone -----------------------------------------------------------------------------------------


def join_and_pay(phone: Page, demonstration: Demonstration, story: Story) -> None:
    """Nothing can be booked before; the season is paid by card at the simulator of the partner."""
    url = demonstration.house.url
    phone.goto(f"{url}/portail/reserver?pour={story.child}")
    expect(phone.locator("main")).to_contain_text("adhésion")
    phone.goto(f"{url}/portail/adhesion/{story.child}")
    phone.get_by_text("Pourquoi ce prix ?").first.click()
    expect(phone.locator("main")).to_contain_text("Adresse qui compte")
    phone.locator("input[name=offer]").first.check()
    phone.get_by_role("button", name="Adhérer et régler").click()
    pay(phone, demonstration.house.catcher)
    phone.goto(f"{url}/portail/adhesion")
    expect(phone.locator("section.cd", has_text=CHILD)).to_contain_text("À jour")


def pay(phone: Page, sandbox: str) -> None:
    card = phone.get_by_role("button", name="Par carte bancaire")
    ready = phone.get_by_role("link", name=re.compile("Payer"))
    expect(card.or_(ready).first).to_be_visible()
    if card.count():
        card.first.click()
    reference = (ready.get_attribute("href") or "").rpartition("/")[2]
    done = requests.post(f"{sandbox}/__sandbox__/checkouts/{reference}", json={"state": "paid"}, timeout=10)
    assert done.status_code == 200
    phone.get_by_role("button", name=re.compile("J’ai payé")).click()
    expect(phone.locator("body")).to_contain_text("Cette facture est réglée")


def book(phone: Page, url: str, story: Story) -> Story:
    """A violin with its bow, and the case that always comes along."""
    phone.goto(f"{url}/portail/reserver?pour={story.child}")
    phone.get_by_role("link", name="Violon", exact=True).click()
    phone.locator("button.mat", has_text=VIOLIN).click()
    expect(phone.locator("main")).to_contain_text("vient avec")
    phone.locator("label.ck", has_text="Archet").locator("input").check()
    phone.get_by_role("button", name="Réserver").click()
    expect(phone).to_have_url(re.compile(r"/portail/prets/P-\d{4}-\d{4}"))
    number = phone.url.rpartition("/")[2]
    for label in SET.values():
        expect(phone.locator("main")).to_contain_text(label)
    return Story(story.child, number)


def declare(phone: Page, url: str, story: Story) -> None:
    """It broke: a photograph and a few words."""
    picture = BytesIO()
    Image.new("RGB", (640, 480), "#5a4632").save(picture, "JPEG")
    phone.goto(f"{url}/portail/prets/{story.number}/probleme")
    phone.get_by_label(re.compile("^Violon")).check()
    phone.locator("textarea").fill(WORDS)
    phone.locator("input[type=file]").first.set_input_files(
        {"name": "casse.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}
    )
    phone.get_by_role("button", name="Envoyer").click()
    expect(phone).not_to_have_url(re.compile("probleme"))


# --- the desk ---------------------------------------------------------------------------------------------------------


def hand_over(desk: Page, url: str, story: Story) -> None:
    """Three scans."""
    for code in SET:
        desk.goto(f"{url}/prets/{story.number}")
        desk.locator("#code").fill(code)
        desk.locator("#code").press("Enter")
        desk.wait_for_load_state()
    expect(desk.locator("#code")).to_have_count(0)
    expect(desk.get_by_role("link", name="Rendre", exact=True)).to_be_visible()


def triage(desk: Page, demonstration: Demonstration, story: Story) -> str:
    """What the borrower said, with his photograph, becomes a repair; its number."""
    with demonstration.inside():
        incident = db.session.scalars(select(Incident).where(Incident.words == WORDS)).one()
        key = incident.id
    desk.goto(f"{demonstration.house.url}/incidents/{key}")
    expect(desk.locator("main img.photo")).to_have_count(1)
    desk.get_by_label(re.compile("^Réparer")).check()
    desk.get_by_role("button", name="Enregistrer la décision").click()
    expect(desk.get_by_role("link", name=re.compile("Dossier R-"))).to_be_visible()
    with demonstration.inside():
        return db.session.scalars(
            select(Ticket.number).join(Incident, Incident.ticket_id == Ticket.id).where(Incident.id == key)
        ).one()


def bring_back(desk: Page, url: str, story: Story) -> None:
    """All of the set, by one key."""
    desk.goto(f"{url}/prets/{story.number}")
    desk.get_by_role("link", name="Rendre", exact=True).click()
    expect(desk.locator("#retours")).to_contain_text(VIOLIN)
    desk.keyboard.press("F9")
    expect(desk.locator("body")).to_contain_text("3 matériels rendus")
    desk.goto(f"{url}/prets/{story.number}")
    expect(desk.locator("main .st", has_text="Rendu").first).to_be_visible()


def entrust(desk: Page, url: str, number: str) -> None:
    """The sharing says to whom and why; the desk asks Lemoine, whoever was proposed."""
    desk.goto(f"{url}/dossiers/{number}")
    expect(desk.locator("#partage")).to_contain_text("Pourquoi lui ?")
    desk.locator("#partage").get_by_role("link", name=re.compile("Choisir")).click()
    dialog = desk.locator("#dlg-reparation")
    dialog.locator("select").select_option(label="Lutherie Lemoine")
    dialog.locator("[name=reason]").fill("La famille habite à côté")
    dialog.get_by_role("button", name="Lui proposer").click()
    expect(dialog).to_have_count(0)
    expect(desk.locator("#partage")).to_contain_text("Lutherie Lemoine")


def bill_the_damage(desk: Page, url: str, story: Story) -> None:
    """Rent and damage, on one invoice with its number."""
    desk.goto(f"{url}/prets/{story.number}/facturation")
    line = desk.locator("li.li", has_text=WORDS).or_(desk.locator("li.li", has_text="Dégât")).first
    line.locator("input[type=checkbox]").check()
    line.locator("input.nb").fill("48,00")
    desk.get_by_role("button", name="Préparer la facture").click()
    expect(desk.locator("main")).to_contain_text("48,00")
    desk.get_by_role("button", name=re.compile("Émettre,")).click()
    desk.locator("#emettre").get_by_role("button", name="Émettre").click()
    expect(desk.locator("h1")).to_contain_text(re.compile(r"F-\d{4}-\d{4}"))


# --- the luthier, on his phone ----------------------------------------------------------------------------------------


def accept(phone: Page, url: str, number: str) -> None:
    phone.goto(f"{url}/mes-reparations?vue=proposees")
    phone.goto(f"{url}/dossiers/{number}")
    phone.get_by_role("button", name="Accepter").click()
    expect(phone.locator("#ma-reparation")).to_contain_text("Cette réparation est à vous")


def next_pupil(demonstration: Demonstration) -> None:
    """The same violin is promised to Inaya from two days after its repair on."""
    with demonstration.inside(), transaction():
        unit = db.session.scalars(select(Asset).where(Asset.label == VIOLIN)).one()
        inaya = db.session.scalars(select(Contact).where(Contact.name == "Inaya Benyahia")).one()
        job = db.session.scalars(
            select(RepairJob).join(Ticket).where(Ticket.asset_id == unit.id).order_by(RepairJob.id.desc())
        ).first()
        assert job is not None
        assert job.expected_on is not None
        first = job.expected_on + timedelta(days=2)
        lending.reserve(inaya, [unit], clock.at(first, 14), clock.at(first + timedelta(days=14), 17), despite="Convenu")


def announce_a_delay(phone: Page, url: str, number: str) -> None:
    """He sees whom it touches before he confirms."""
    phone.goto(f"{url}/dossiers/{number}")
    phone.get_by_role("link", name="Annoncer un retard").click()
    dialog = phone.locator("#dlg-reparation")
    day = dialog.locator("input[type=date]")
    day.fill((clock.today() + timedelta(days=60)).isoformat())
    expect(dialog.locator("#touches")).to_contain_text("touche")
    dialog.get_by_role("button", name=DELAY).click()
    dialog.get_by_role("button", name="Annoncer le retard").click()
    expect(phone.locator("#dlg-reparation")).to_have_count(0)


def switch(phone: Page, demonstration: Demonstration) -> None:
    """Inaya's father opens the link of the message: one tap."""
    with demonstration.inside():
        query = select(OutboxMessage.text).where(
            OutboxMessage.template == "loan.displaced", OutboxMessage.recipient == "client@demo.example"
        )
        text = db.session.scalars(query.order_by(OutboxMessage.id.desc())).first() or ""
    link = re.search(re.escape(demonstration.house.url) + r"/\S+", text)
    assert link
    phone.goto(link[0].rstrip(".,"))
    phone.get_by_role("button", name=f"Prendre {OTHER}").click()
    expect(phone.locator("body")).to_contain_text("C’est noté")


def finish(phone: Page, url: str, number: str) -> None:
    phone.goto(f"{url}/dossiers/{number}")
    phone.get_by_role("button", name="Commencer le diagnostic").click()
    expect(phone.locator("#etat .st.lg")).to_contain_text("Diagnostic")
    phone.get_by_role("button", name=re.compile("Réparer|Commencer la réparation")).first.click()
    expect(phone.locator("#etat .st.lg")).to_contain_text("En réparation")


def send_the_bill(phone: Page, url: str, number: str, folder: Path) -> None:
    """Read from its PDF or typed, and matched with the repair."""
    paper = folder / "facture.pdf"
    Image.new("RGB", (400, 560), "white").save(paper, "PDF")
    phone.goto(f"{url}/mes-reparations/factures/nouvelle?reparation={number}")
    phone.locator("#file").set_input_files(paper)
    phone.get_by_role("button", name="Lire le fichier").click()
    phone.locator("[name=number]").fill("L-2026-118")
    phone.locator("[name=issued_on]").fill(clock.today().isoformat())
    for name, amount in (("net", "40,00"), ("vat", "8,00"), ("gross", "48,00")):
        phone.locator(f"[name={name}]").fill(amount)
    phone.locator(f"input[name=repairs][value='{number}']").check()
    phone.get_by_role("button", name="Envoyer la facture").click()
    expect(phone.locator("main")).to_contain_text("L-2026-118")
