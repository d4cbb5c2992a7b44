"""A concierge's month in a real browser: Smoobu connected, twelve lodgings mapped, a month of 180 stays counted, three oddities
mended, approved, delivered; then a cancellation at the platform, told in the next month."""

import re
import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from app.assets.services import add_family
from app.concierge import services
from app.concierge.queries.months import month_key, usual_month
from app.concierge.services import MandateInput, OwnerInput
from app.contacts.services import add_contact
from app.core.db import db, transaction
from app.core.settings import change_setting
from app.sandbox import credentials
from app.statements.models import Base, Month, Terms
from app.statements.states import Mode
from tests.journeys.demonstration import PASSWORD, Demonstration, running
from tests.journeys.waiting import reload_until

pytestmark = [pytest.mark.row("E1"), pytest.mark.row("E2"), pytest.mark.row("E5"), pytest.mark.row("E6")]
CHANNELS = ("Airbnb", "Booking.com", "Abritel", "Vrbo", "Direct")
NAMES = (
    "Le Phare",
    "La Dune",
    "Ti Mor",
    "Le Ponton",
    "La Crique",
    "Les Goémons",
    "La Vigie",
    "Le Môle",
    "La Grève",
    "Le Cap",
    "La Passe",
    "L'Estran",
)
STAYS = 15


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    """One of its own, that lets nothing yet: what it is told is all there is."""
    yield from running(tmp_path_factory.mktemp("concierge"), "--trade", "workshop")


@pytest.fixture
def partner(demonstration: Demonstration) -> str:
    """Smoobu's simulator, with twelve lodgings and fifteen stays each in the last month."""
    base = f"{demonstration.house.catcher}/__sandbox__/smoobu"
    named = [{"id": 700 + rank, "name": name} for rank, name in enumerate(NAMES[:-1])] + [
        {"id": 711, "name": "Studio 12"}
    ]
    requests.post(f"{base}/apartments", json=named, timeout=10).raise_for_status()
    bookings = [booking(place["id"], place["name"], rank) for place in named for rank in range(STAYS)]
    bookings[0] |= {"price": 0, "priceElements": []}
    requests.post(f"{base}/bookings", json=bookings, timeout=30).raise_for_status()
    return base


def booking(place: int, name: str, rank: int) -> dict[str, Any]:
    """A night of the last month, 100 € of rent and 30 € of cleaning, as Smoobu tells it."""
    arrival = month().first + timedelta(days=rank)
    return {
        "id": place * 100 + rank, "reference-id": f"R{place}{rank:02d}", "type": "reservation", "arrival": arrival.isoformat(),
        "departure": (arrival + timedelta(days=1)).isoformat(), "created-at": "2026-01-05 10:00", "modifiedAt": "2026-01-05 10:00:00",
        "apartment": {"id": place, "name": name}, "channel": {"id": rank % 5 + 1, "name": CHANNELS[rank % 5]},
        "guest-name": "Louise Martin", "email": "", "phone": "", "adults": 2, "children": 0, "price": 130.0, "price-paid": "Yes",
        "commission-included": 15.0, "city-tax": None, "is-blocked-booking": False, "language": "fr",
        "priceElements": [
            {"id": 1, "type": "basePrice", "name": "Prix de base", "amount": 100.0, "quantity": 1, "currencyCode": "EUR", "priceIncludedInId": None},
            {"id": 2, "type": "cleaningFee", "name": "Ménage", "amount": 30.0, "quantity": 1, "currencyCode": "EUR", "priceIncludedInId": None},
        ],
    }  # fmt: skip


def month() -> Month:
    """The last one that is over."""
    return usual_month()


@pytest.fixture
def lodgings(demonstration: Demonstration) -> None:
    """Twelve lodgings of twelve owners; the last has no e-mail yet."""
    since = date(month().year - 1, 1, 1)
    terms = Terms(since, Mode.MANDATE, 2000, Base(after_platform=True))
    with demonstration.inside(), transaction():
        change_setting("concierge.active", True)
        family = add_family(name="Gîtes du rivage")
        for rank, name in enumerate(NAMES):
            email = f"rivage{rank}@proprietaire.example" if rank else ""
            owner = add_contact(
                name=f"Rivage {rank:02d}", email=email, address="1 quai du Port", postcode="56000", town="Vannes"
            )
            db.session.flush()
            lodging = services.add_lodging(
                label=name, family_id=family.id, town="Vannes", postcode="56000", address="1 quai du Port",
                registration=f"56260{rank:08d}", sleeps=4,
            )  # fmt: skip
            services.add_mandate(lodging, MandateInput(since, [OwnerInput(owner.id)], terms, signed_on=since))


@pytest.fixture
def manager(demonstration: Demonstration, page: Page) -> Page:
    page.emulate_media(reduced_motion="reduce")
    page.goto(demonstration.house.url + "/connexion")
    page.fill("[name=email]", "gerant@demo.example")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "/connexion" not in url)
    return page


@pytest.mark.usefixtures("lodgings")
def test_a_month_of_180_stays_is_counted_mended_approved_delivered_and_corrected_the_month_after(
    demonstration: Demonstration, partner: str, manager: Page
) -> None:
    url, name = demonstration.house.url, month_key(month())
    connect(manager, url, demonstration.house.catcher)
    map_lodgings(manager, url)
    launch(manager, url, name)
    expect(manager.locator("body")).to_contain_text("Prix manquant")
    expect(manager.locator("body")).to_contain_text("Propriétaire sans adresse de courriel")
    mend(manager, demonstration, url, name)
    launch(manager, url, name)
    manager.get_by_role("button", name="Tout approuver").click()
    manager.locator("dialog[open]").get_by_role("button", name="Tout approuver").click()
    expect(manager.locator("#avancement")).to_contain_text("12 envoyés sur 12", timeout=180_000)
    delivered(demonstration)
    cancelled(partner)
    follow(manager, url, demonstration)


def connect(page: Page, url: str, catcher: str) -> None:
    """The account is entered and tried."""
    page.goto(f"{url}/reglages/connexions/nouvelle/smoobu")
    page.fill("[name=key]", credentials.SMOOBU_KEY)
    page.fill("[name=secret]", credentials.SMOOBU_SECRET)
    page.fill("[name=base_url]", f"{catcher}/smoobu")
    page.get_by_role("button", name="Enregistrer la connexion").click()
    page.get_by_role("button", name="Essayer").click()
    expect(page.locator("#essai")).to_contain_text("12 logements")


def map_lodgings(page: Page, url: str) -> None:
    """Eleven have our names; the twelfth is chosen."""
    studio = page.locator("th", has_text="Studio 12")
    reload_until(page, studio, f"{url}/conciergerie/relier", 180)  # a connection is first read within the minute
    page.get_by_role("button", name="Relier les 11 noms identiques").click()
    row = page.locator("tr", has=page.locator("th", has_text="Studio 12"))
    row.locator("select").select_option(label="L'Estran")
    row.get_by_role("button", name="Relier").click()
    expect(page.locator("tr", has=page.locator("th", has_text="Studio 12"))).to_contain_text("Relié")


def launch(page: Page, url: str, name: str) -> None:
    """« Lancer », then wait for the count, which reads Smoobu first."""
    page.goto(f"{url}/conciergerie/mois/{name}")
    when = page.locator("[data-compte-le]")
    before = when.get_attribute("data-compte-le") or ""
    page.get_by_role("button", name=re.compile("^(Lancer|Recompter)")).click()
    counted = (
        re.compile(rf"^(?!{re.escape(before)}$).+") if before else re.compile(".+")
    )  # empty while it is being counted
    expect(when).to_have_attribute("data-compte-le", counted, timeout=120_000)


def mend(page: Page, demonstration: Demonstration, url: str, name: str) -> None:
    """The missing price is typed, the missing address too."""
    page.goto(f"{url}/conciergerie/mois/{name}")
    page.locator("details.odd", has_text="Prix manquant").locator("a").first.click()
    page.get_by_role("link", name="Corriger").first.click()
    page.fill("[name=rent]", "100")
    if page.locator("[name=reason]").count():
        page.fill("[name=reason]", "Prix confirmé par le voyageur")
    page.get_by_role("button", name="Corriger le séjour").click()
    expect(page.locator("body")).to_contain_text("100,00")
    page.goto(f"{url}/conciergerie/mois/{name}")
    odd = page.locator("details.odd", has_text="Propriétaire sans adresse de courriel")
    odd.locator("summary").click()
    odd.locator("a", has_text="Rivage 00").click()
    page.get_by_role("link", name="Modifier").first.click()
    page.fill("[name=email]", "rivage0@proprietaire.example")
    page.keyboard.press("Control+s")
    expect(page.locator("body")).to_contain_text("rivage0@proprietaire.example")


def delivered(demonstration: Demonstration) -> None:
    """Each owner has one message, with his statement and his invoice."""
    until, found = time.monotonic() + 60, letters(demonstration)
    while len(found) < len(NAMES) and time.monotonic() < until:
        time.sleep(0.5)
        found = letters(demonstration)
    assert sorted(letter["envelope_to"] for letter in found) == sorted(
        f"rivage{n}@proprietaire.example" for n in range(12)
    )
    pages = [
        requests.get(f"{demonstration.house.catcher}/courrier/{letter['id']}", timeout=10).text for letter in found
    ]
    assert {page.count(".pdf</a>") for page in pages} == {2}


def letters(demonstration: Demonstration) -> list[dict[str, Any]]:
    """What the owners were sent."""
    sent: list[dict[str, Any]] = requests.get(f"{demonstration.house.catcher}/__sandbox__/mail", timeout=10).json()
    return [letter for letter in sent if "@proprietaire.example" in letter["envelope_to"]]


def cancelled(partner: str) -> None:
    """At the platform, after the month was sent."""
    change = {"id": 70101, "type": "cancellation", "price": 0, "commission-included": 0, "priceElements": []}
    requests.post(f"{partner}/bookings", json=[change], timeout=10).raise_for_status()


def follow(page: Page, url: str, demonstration: Demonstration) -> None:
    """The next month carries the difference."""
    after = month_key(month().next)
    launch(page, url, after)
    page.get_by_role("link", name="Rivage 01").click()
    expect(page.locator("body")).to_contain_text("Corrections de mois clos")
    expect(page.locator("body")).to_contain_text("au lieu de 100,00")
