"""Lodgings in figures, against sums worked out by hand: occupancy, price, income, commission, delays, what the law asks."""

import re
import time
from datetime import date, timedelta

import pytest

from app.assets.models import Asset
from app.concierge.models import Lodging, MandateOwner, RentalMandate, Stay
from app.concierge.queries.months import usual_month
from app.concierge.queries.nights import nights_of, part_of
from app.concierge.states import StatementState, StayState
from app.core import clock
from app.core.db import db, transaction
from app.insights.queries.filters import Filters
from app.insights.queries.rentals import Rentals, total
from app.insights.states import Span
from app.insights.views.rental_sections import KINDS
from app.statements.models import Month
from app.statements.states import LineKind
from tests.cast import Cast
from tests.concierge.houses import a_stay
from tests.factories.concierge import a_concierge, a_lodging, a_mandate
from tests.factories.rentals import a_named_house, a_statement
from tests.signing import Browser

pytestmark = pytest.mark.row("E2")
K = LineKind
# January to March 2026: 31 + 28 + 31 nights.
QUARTER = Filters(Span.CHOSEN, date(2026, 1, 1), date(2026, 3, 31))
ASKED = "periode=dates&du=2026-01-01&au=2026-03-31"


def plain(text: str) -> str:
    return re.sub("[\u202f\xa0]", " ", text).replace("\u2019", "'").replace("&#39;", "'")


def table(browser: Browser, key: str, query: str = ASKED) -> list[list[str]]:
    """The rows of a section's export, after its columns."""
    answer = browser.get(f"/rapports/logements/{key}.csv?{query}")
    assert answer.status_code == 200
    return [line.split(";") for line in plain(answer.text).splitlines()[1:]]


@pytest.fixture
def villa(cast: Cast) -> RentalMandate:
    a_concierge()
    return a_named_house("Villa Garance", cast.karim)


def test_parts_of_a_stay_add_up_to_it() -> None:
    """1 000 cents over 3 nights, cut after one: 333 then 667."""
    arrival, departure, cut = date(2026, 1, 31), date(2026, 2, 3), date(2026, 2, 1)
    assert part_of(1_000, arrival, departure, date(2026, 1, 1), cut) == 333
    assert part_of(1_000, arrival, departure, cut, date(2026, 3, 1)) == 667
    assert part_of(1_000, arrival, departure, date(2026, 4, 1), date(2026, 5, 1)) == 0
    assert part_of(-1_000, arrival, departure, date(2026, 1, 1), date(2026, 3, 1)) == -1_000


def test_two_stays_of_one_night_are_one_night_sold() -> None:
    held, first, end = [(date(2026, 1, 10), None)], date(2026, 1, 1), date(2026, 2, 1)
    booked, owner = StayState.BOOKED, StayState.OWNER
    [found] = nights_of(
        held,
        [(booked, date(2026, 1, 8), date(2026, 1, 12)), (owner, date(2026, 1, 11), date(2026, 1, 14)), (booked, date(2026, 1, 20), date(2026, 1, 20))],
        first, end,
    )  # fmt: skip
    assert (found.under, found.sold, found.owner, found.blocked, found.available) == (22, 3, 2, 0, 20)


def test_a_stay_of_two_months_counts_in_each_for_its_nights(cast: Cast, villa: RentalMandate, browser: Browser) -> None:
    """29 January to 4 February, 600 €: 3 nights and 300 € each month. The owner keeps 3 nights of February, 5 are closed."""
    a_stay(villa, date(2026, 1, 29), date(2026, 2, 4), 60_000)
    a_stay(villa, date(2026, 2, 10), date(2026, 2, 13), 0, state=StayState.OWNER)
    a_stay(villa, date(2026, 2, 20), date(2026, 2, 25), 0, state=StayState.BLOCKED)
    found = Rentals(QUARTER)
    january, february, march = found.nights[villa.lodging_id]
    assert (january.sold, january.available) == (3, 31)
    assert (february.sold, february.owner, february.blocked, february.available) == (3, 3, 5, 20)
    assert (march.sold, march.available) == (0, 31)
    assert sorted(found.income.values()) == [30_000, 30_000]
    page = browser.as_("gerant")
    assert table(page, "occupation") == [["Villa Garance", "10 %", "15 %", "0 %", "7 %"]]
    assert table(page, "prix") == [
        ["janv. 2026", "3", "300,00 €", "100,00 €"], ["févr. 2026", "3", "300,00 €", "100,00 €"], ["mars 2026", "0", "0,00 €", "–"],
    ]  # fmt: skip
    assert table(page, "logements")[0][2:] == ["90", "6", "3", "5", "7,3 %", "600,00 €", "100,00 €"]


def test_a_period_that_cuts_a_month_counts_its_own_nights(cast: Cast, villa: RentalMandate) -> None:
    """From 30 January to 2 February: 4 nights of a stay of 6."""
    a_stay(villa, date(2026, 1, 29), date(2026, 2, 4), 60_000)
    found = Rentals(Filters(Span.CHOSEN, date(2026, 1, 30), date(2026, 2, 2)))
    whole = total(found.nights[villa.lodging_id])
    assert (whole.sold, whole.available) == (4, 4)
    assert sum(found.income.values()) == 40_000
    assert found.sold == {"Airbnb": (1, 4)}


def test_income_by_lodging_and_platform(cast: Cast, villa: RentalMandate, browser: Browser) -> None:
    """The refund is taken off; what a cancelled stay left counts, without its nights; a stay left out does not."""
    studio = a_named_house("Studio", cast.dan)
    a_stay(villa, date(2026, 1, 5), date(2026, 1, 10), 50_000)
    a_stay(villa, date(2026, 2, 5), date(2026, 2, 7), 30_000, channel="Booking.com", refund=5_000)
    a_stay(studio, date(2026, 2, 5), date(2026, 2, 9), 25_000, channel="")
    a_stay(studio, date(2026, 3, 5), date(2026, 3, 9), 8_000, state=StayState.CANCELLED)
    a_stay(studio, date(2026, 3, 15), date(2026, 3, 19), 99_900, excluded="Doublon")
    page = browser.as_("compta")
    sums = {row[0]: row[-1] for row in table(page, "recettes")}
    assert sums == {"Villa Garance": "750,00 €", "Studio": "330,00 €"}
    assert table(page, "recettes")[0] == ["Villa Garance", "500,00 €", "–", "250,00 €", "750,00 €"]
    assert table(page, "plateformes") == [
        ["Airbnb", "1", "5", "580,00 €", "53,7 %", "116,00 €"], ["En direct", "1", "4", "250,00 €", "23,1 %", "62,50 €"],
        ["Booking.com", "1", "2", "250,00 €", "23,1 %", "125,00 €"],
    ]  # fmt: skip


def test_commission_is_sure_once_all_the_month_is_approved(cast: Cast, villa: RentalMandate, browser: Browser) -> None:
    a_statement(
        cast.karim,
        2026,
        1,
        [(villa, K.COMMISSION, 10_000), (villa, K.MINIMUM, 500), (villa, K.CLEANING, 4_000), (None, K.VAT, 2_900)],
    )
    a_statement(cast.karim, 2026, 2, [(villa, K.COMMISSION, 20_000)])
    a_statement(cast.dan, 2026, 2, [(villa, K.COMMISSION, 3_000)], state=StatementState.PREVIEW)
    a_statement(cast.karim, 2026, 4, [(villa, K.COMMISSION, 77_700)])
    assert table(browser.as_("gerant"), "commission") == [
        ["janv. 2026", "Approuvée", "105,00 €", "40,00 €", "145,00 €"],
        ["févr. 2026", "Provisoire : tout n'est pas approuvé", "230,00 €", "0,00 €", "230,00 €"],
    ]


@pytest.mark.row("E5")
def test_the_delay_goes_from_the_end_of_the_month_to_the_sending(
    cast: Cast, villa: RentalMandate, browser: Browser
) -> None:
    a_statement(cast.karim, 2026, 1, [(villa, K.COMMISSION, 1)], sent_after=2)
    a_statement(cast.dan, 2026, 1, [(villa, K.COMMISSION, 1)], sent_after=7)
    a_statement(cast.karim, 2026, 2, [(villa, K.COMMISSION, 1)], state=StatementState.MADE)
    assert table(browser.as_("gerant"), "delai") == [
        ["janv. 2026", "2", "2", "4,5", "7"],
        ["févr. 2026", "1", "0", "–", "–"],
    ]


@pytest.mark.row("E1")
def test_what_the_law_asks_is_named(cast: Cast, browser: Browser) -> None:
    """A main residence let 121 nights of 120, another 10; a lodging without a number."""
    a_concierge()
    full, half, bare = (
        a_lodging(label=name, main_residence=main, registration=number)
        for name, main, number in (
            ("Maison", True, "1302200000001"),
            ("Loft", True, "1302200000002"),
            ("Gîte", False, ""),
        )
    )
    houses = [a_mandate(lodging, cast.karim) for lodging in (full, half, bare)]
    a_stay(houses[0], date(2026, 5, 1), date(2026, 8, 30), 1)
    a_stay(houses[1], date(2026, 5, 1), date(2026, 5, 11), 1)
    page = browser.as_("gerant")
    assert [row[0] for row in table(page, "enregistrement")] == ["Gîte"]
    assert [[row[0], *row[2:]] for row in table(page, "residences")] == [
        ["Maison", "121", "120", "0"],
        ["Loft", "10", "120", "110"],
    ]


def test_a_mandate_that_ended_before_is_not_counted(cast: Cast, villa: RentalMandate) -> None:
    old = a_named_house("Ancien", cast.dan, first=date(2025, 1, 1), last=date(2025, 12, 31))
    late = a_named_house("Nouveau", cast.dan, first=date(2026, 3, 22))
    a_stay(late, date(2026, 3, 1), date(2026, 3, 5), 40_000)
    found = Rentals(QUARTER)
    assert old.lodging_id not in found.places
    assert total(found.nights[late.lodging_id]).under == 10
    assert found.income == {}


def test_the_page_is_for_who_sees_the_concierge(cast: Cast, villa: RentalMandate, browser: Browser) -> None:
    for who, status in (("gerant", 200), ("accueil", 200), ("compta", 200), ("technicien", 403), ("commercial", 403)):
        assert browser.as_(who).get("/rapports/logements").status_code == status, who
    shown = plain(browser.as_("gerant").get("/rapports").text)
    assert "/rapports/logements" in shown


def test_where_nothing_is_let_the_page_says_so(cast: Cast, browser: Browser) -> None:
    shown = plain(browser.as_("gerant").get("/rapports/logements").text)
    assert "Aucun logement sous mandat dans cette période" in shown
    assert 'href="/rapports/logements"' not in browser.as_("gerant").get("/rapports").text


def test_the_dashboard_tells_who_arrives_what_to_look_at_and_to_check(
    cast: Cast, browser: Browser, queries: list[str]
) -> None:
    page = browser.as_("gerant")
    assert "Séjours à regarder" not in page.get("/tableau-de-bord").text
    a_concierge()
    house, today = a_named_house("Villa Garance", cast.karim), clock.today()
    a_stay(house, today, today + timedelta(days=2), 20_000)
    a_stay(None, today + timedelta(days=9), today + timedelta(days=12), 30_000)
    month = usual_month()
    a_statement(cast.karim, month.year, month.month, [(house, K.COMMISSION, 1)], state=StatementState.PREVIEW)
    page.get("/tableau-de-bord")
    queries.clear()
    shown = re.sub(r"<[^>]+>|\s+", " ", plain(page.get("/tableau-de-bord").text))
    assert len(queries) <= 12, "\n".join(queries)
    assert re.search(r"\b1 +Relevés à vérifier +\w+ \d{4} est à lancer", shown)
    assert re.search(r"\b1 +Séjours à regarder +1 arrivée aujourd'hui", shown), shown[shown.index("Séjours à") - 40 :][
        :200
    ]


@pytest.fixture
def crowd(cast: Cast) -> None:
    """300 lodgings, 6 000 stays of a year."""
    a_concierge()
    family = a_named_house("Premier", cast.karim)
    with transaction():
        first = db.session.get_one(Lodging, family.lodging_id)
        houses = [a_lodging_row(first, rank, cast.karim.id) for rank in range(299)]
        days = [date(2026, 1, 1) + timedelta(days=18 * rank) for rank in range(20)]
        db.session.add_all([
            Stay(lodging_id=id_, arrival=day, departure=day + timedelta(days=4), rent=40_000, channel=("Airbnb", "Booking.com")[day.day % 2], state=StayState.BOOKED)
            for id_ in [*houses, first.id] for day in days
        ])  # fmt: skip
        db.session.flush()


def a_lodging_row(first: Lodging, rank: int, owner_id: int) -> int:
    asset = Asset(
        family_id=db.session.get_one(Asset, first.asset_id).family_id, label=f"Logement {rank:03d}", ours=True
    )
    db.session.add(asset)
    db.session.flush()
    lodging = Lodging(asset_id=asset.id, tax={})
    db.session.add(lodging)
    db.session.flush()
    mandate = RentalMandate(number=f"X-{rank}", lodging_id=lodging.id, starts_on=date(2026, 1, 1))
    db.session.add(mandate)
    db.session.flush()
    db.session.add(MandateOwner(mandate_id=mandate.id, contact_id=owner_id))
    return lodging.id


def test_three_hundred_lodgings_and_six_thousand_stays_are_counted_within_a_second(
    crowd: None, queries: list[str]
) -> None:
    db.session.expunge_all()
    queries.clear()
    begun = time.process_time()
    found = Rentals(Filters(Span.CHOSEN, date(2026, 1, 1), date(2026, 12, 31)))
    made = [kind.make(found, False) for kind in KINDS]
    spent = time.process_time() - begun
    assert sum(found.income.values()) == 6_000 * 40_000
    assert [len(section.rows) for section in made][:2] == [16, 15]
    assert found.months[-1] == Month(2026, 12)
    assert len(queries) <= 8
    assert spent < 1, spent
