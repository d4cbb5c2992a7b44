"""What things bring in and cost, by unit and season, debts and outside repairers; the page, its tables, its rights."""

import csv
import io
import random
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from app.assets.models import Asset, Family
from app.catalog.services import load_vat_rates
from app.core import clock
from app.core.db import db, transaction
from app.insights.queries.filters import Filters
from app.insights.queries.fleet import units as fleet_units
from app.insights.queries.profits import OUTSIDE, Sums, profits, spans_of, unpaid
from app.insights.queries.repairers import sent_out
from app.insights.states import Span
from app.insights.views.lending_money import KINDS
from app.lending.models import Incident, LoanItem, LoanRequest
from app.lending.states import ChargeKind, IncidentState, RequestState
from app.repairers.models import Repairer, RepairJob
from app.sales.models import SalesDocument
from app.sales.services.documents.lines import LineData
from app.sales.states import DocumentKind
from app.tickets.models import Ticket
from app.tickets.states import Cover, TicketState
from tests.cast import Cast
from tests.factories.assets import a_family, an_asset
from tests.factories.members import a_season
from tests.factories.past_loans import a_charge, a_stay
from tests.factories.repairers import a_broken_unit, a_repairer, accepted, repairs_sent_out
from tests.factories.sales_documents import a_sealed_document
from tests.signing import Browser

pytestmark = pytest.mark.row("A12")
TODAY = clock.today()
YEAR = Filters(Span.YEAR, TODAY - timedelta(days=364), TODAY)


@pytest.fixture(autouse=True)
def _rates(app: Flask) -> None:
    with transaction():
        load_vat_rates()


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2019", "'").replace("\u2212", "-")


def an_invoice(gross: int, day: date, **values: object) -> SalesDocument:
    return a_sealed_document(
        DocumentKind.INVOICE, [LineData("Location", 1000, gross * 5 // 6)], issued_on=day, **values
    )


def lent(unit: Asset, cast: Cast, day: date) -> LoanItem:
    out = clock.at(day, 10)
    return a_stay(unit, out, out + timedelta(days=3), out + timedelta(days=5), cast.karim)


@pytest.mark.parametrize("seed", [1, 2])
def test_sums_are_those_of_each_document_one_by_one(seed: int, cast: Cast) -> None:
    chance = random.Random(seed)
    this = a_season("2026-2027", date(2026, 9, 1), date(2027, 6, 30))
    last = a_season("2025-2026", date(2025, 9, 1), date(2026, 6, 30))
    period = Filters(Span.CHOSEN, date(2025, 11, 1), date(2026, 10, 31))
    violin, alto = a_family(name="Violon"), a_family(name="Alto")
    bought = [date(2020, 1, 2), date(2026, 1, 15), date(2026, 8, 1), None]
    units = [
        an_asset((violin, alto)[rank % 2], ours=True, value=(rank + 1) * 10_000, bought_on=bought[rank]) for rank in range(4)
    ]  # fmt: skip
    expected: dict[tuple[int, int], Sums] = {}

    def rank_of(day: date | None) -> int:
        if day is None or not period.start <= day <= period.end:
            return OUTSIDE
        seasons = [(last.first_day, last.last_day), (this.first_day, this.last_day)]
        return next((rank for rank, (first, end) in enumerate(seasons) if first <= day <= end), 2)

    def note(unit: Asset, day: date | None, sums: Sums) -> None:
        key = unit.id, rank_of(day)
        expected[key] = expected.get(key, Sums()).plus(sums)

    for unit in units:
        note(unit, unit.bought_on, Sums(bought=unit.value or 0))
    for step in range(24):
        unit, day = chance.choice(units), date(2025, 9, 15) + timedelta(days=18 * step)
        item, gross = lent(unit, cast, day), 600 * chance.randrange(1, 20)
        document = an_invoice(gross, day)
        kind, amount = chance.choice(list(ChargeKind)), document.gross
        given = chance.choice((0, 0, 1, 2))
        if given:
            credit = [LineData("Avoir", 1000, gross * 5 // 6 // (3 - given))]
            refund = a_sealed_document(DocumentKind.CREDIT, credit, issued_on=day, origin=document)
            amount = amount * (document.gross - abs(refund.gross)) // document.gross
        a_charge(item, kind, document.gross, document)
        note(unit, day, Sums(rents=amount) if kind == ChargeKind.RENT else Sums(fees=amount))
    found = profits(period, fleet_units(period))
    assert [span.name for span in found.spans] == ["2025-2026", "2026-2027", ""]
    assert {key: sums for key, sums in found.cells.items() if any(sums)} == {
        key: sums for key, sums in expected.items() if any(sums)
    }
    whole = found.of_units()
    for unit in units:
        assert whole[unit.id].result == sum(sums.result for (one, _rank), sums in expected.items() if one == unit.id)


def test_without_a_season_years_are_told(cast: Cast) -> None:
    period = Filters(Span.CHOSEN, date(2025, 11, 1), date(2026, 2, 1))
    assert [span.name for span in spans_of(period)] == ["2025", "2026", ""]


def test_what_is_owed_is_shared_between_kinds_to_the_cent(cast: Cast) -> None:
    unit = an_asset(a_family(name="Violon"), ours=True)
    item = lent(unit, cast, TODAY - timedelta(days=60))
    late = an_invoice(12_000, TODAY - timedelta(days=50), due_on=TODAY - timedelta(days=20))
    a_charge(item, ChargeKind.RENT, 8_000, late)
    a_charge(item, ChargeKind.DAMAGE, 4_000, late)
    other = lent(unit, cast, TODAY - timedelta(days=40))
    a_charge(other, ChargeKind.RENT, 3_000, an_invoice(6_000, TODAY, due_on=TODAY + timedelta(days=9)))
    with transaction():
        db.session.get_one(SalesDocument, late.id).paid = 6_000
    found = unpaid(YEAR, TODAY)
    assert (found[ChargeKind.RENT].left, found[ChargeKind.RENT].late) == (4_000 + 3_000, 4_000)
    assert (found[ChargeKind.DAMAGE].left, found[ChargeKind.DAMAGE].late) == (2_000, 2_000)
    assert len(found[ChargeKind.RENT].documents) == 2
    elsewhere = Filters(Span.YEAR, YEAR.start, YEAR.end, family=a_family(name="Alto").id)
    assert unpaid(elsewhere, TODAY) == {}


def a_repair(repairer: Repairer, family: Family, *, days: int, late: int, cost: int, back: bool = False) -> None:
    """Ready ten days ago, so many days after he said yes, so many after the day promised."""
    ready = clock.at(TODAY - timedelta(days=10), 12)
    _unit, ticket = a_broken_unit(family)
    job = accepted(ticket, repairer)
    with transaction():
        db.session.execute(
            update(Ticket).where(Ticket.id == ticket.id).values(state=TicketState.READY, ready_at=ready)
        )  # fmt: skip
        db.session.execute(
            update(RepairJob).where(RepairJob.id == job.id).values(
                answered_at=ready - timedelta(days=days), agreed_on=TODAY - timedelta(days=10 + late), cost=cost
            )
        )  # fmt: skip
    if back:
        _other, again = a_broken_unit(family)
        with transaction():
            db.session.execute(
                update(Ticket).where(Ticket.id == again.id).values(parent_id=ticket.id, cover=Cover.REPAIR)
            )


def test_repairers_are_told_by_delay_lateness_returns_and_cost(cast: Cast) -> None:
    repairs_sent_out()
    violin = a_family(name="Violon")
    hugo, lea = a_repairer(violin), a_repairer(violin)
    a_repair(hugo, violin, days=4, late=-1, cost=3_000)
    a_repair(hugo, violin, days=8, late=3, cost=5_000, back=True)
    a_repair(hugo, violin, days=9, late=0, cost=1_000)
    accepted(a_broken_unit(violin)[1], lea)
    first, second = sent_out(YEAR)
    assert (first.finished, first.in_hand, first.late, first.late_days, first.returned, first.cost) == (
        3,
        0,
        1,
        3,
        1,
        9_000,
    )
    assert first.days == 7
    assert (second.finished, second.in_hand, second.cost) == (0, 1, 0)
    assert sent_out(Filters(Span.YEAR, YEAR.start, YEAR.end, family=a_family(name="Alto").id)) == []


def test_repairs_count_in_the_cost_of_the_thing(cast: Cast) -> None:
    repairs_sent_out()
    violin = a_family(name="Violon")
    a_repair(a_repairer(violin), violin, days=4, late=0, cost=3_000)
    found = profits(YEAR, fleet_units(YEAR))
    assert [sums for sums in found.of_units().values() if any(sums)] == [Sums(repairs=3_000)]
    assert {rank for (_unit, rank), sums in found.cells.items() if sums.repairs} <= {0, 1}


# --- the page ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def school(cast: Cast) -> Family:
    """A violin that is out half of the time, late, damaged and not paid; an unused one; a request refused; a repairer."""
    repairs_sent_out()
    family = a_family(name="Violon")
    bought = TODAY - timedelta(days=100)
    violin = an_asset(family, ours=True, label="Violon A", value=60_000, bought_on=bought)
    an_asset(family, ours=True, label="Violon B", value=50_000, bought_on=bought)
    out = clock.at(bought, 10)
    item = a_stay(violin, out, out + timedelta(days=50), out + timedelta(days=40), cast.karim)
    a_charge(
        item, ChargeKind.RENT, 12_000, an_invoice(12_000, TODAY - timedelta(days=50), due_on=TODAY - timedelta(days=9))
    )
    with transaction():
        db.session.add(Incident(asset_id=violin.id, words="Cheville cassée", state=IncidentState.REPAIR))
        db.session.add(
            LoanRequest(family_id=family.id, starts_at=out, due_at=out + timedelta(days=5), state=RequestState.REFUSED)
        )
    a_repair(a_repairer(family), family, days=4, late=2, cost=3_000)
    return family


def test_the_page_shows_each_figure_with_its_table_and_its_csv(
    browser: Browser, school: Family, queries: list[str]
) -> None:
    manager = browser.as_("gerant")
    manager.get("/rapports/prets")
    queries.clear()
    page = plain(manager.get("/rapports/prets").text)
    assert len(queries) <= 12, len(queries)
    for title in (
        "Utilisation par famille", "Utilisation par unité", "Utilisation par mois", "en acheter un de plus ?", "Rentabilité de chaque unité",
        "par saison et famille", "Âge du matériel", "Pertes et dégâts", "Retours en retard", "Impayés des prêts", "par réparateur extérieur",
    ):  # fmt: skip
        assert title in page, title
    assert sheet(manager, "retards")[1] == ["Violon", "1", "1", "0", "100,0 %", "10,0", "10"]
    assert sheet(manager, "demandes")[1] == [
        "Violon", "Attendre", "une unité de plus aurait servi 1 demande sur 1", "1", "1", "0", "0", "0", "0", "1",
    ]  # fmt: skip
    assert sheet(manager, "pertes") == [
        ["Famille", "En réparation", "Total", "Prêts", "Pour 100 prêts"], ["Violon", "1", "1", "1", "100,0"],
    ]  # fmt: skip
    assert sheet(manager, "impayes-prets")[1] == ["Loyer", "1", "120,00 €", "120,00 €"]
    profit = {row[0]: row[1:] for row in sheet(manager, "rentabilite")}
    assert profit["Violon A"] == [
        "Garder", "encore 480,00 € à couvrir", "Violon", "0", "-480,00 €", "120,00 €", "0,00 €", "0,00 €", "600,00 €",
    ]  # fmt: skip
    assert profit["Violon B"][:2] == ["Céder", "sorti 0 % des jours ouverts"]
    assert sheet(manager, "reparateurs")[1][1:] == ["0", "1", "4,0 j", "1", "100,0 %", "2,0 j", "0", "0,0 %", "30,00 €"]


def test_more_loans_ask_no_more_of_the_database(
    browser: Browser, cast: Cast, school: Family, queries: list[str]
) -> None:
    manager = browser.as_("gerant")
    manager.get("/rapports/prets")
    queries.clear()
    manager.get("/rapports/prets")
    few = len(queries)
    for rank in range(4):
        unit = an_asset(a_family(name=f"Famille {rank}"), ours=True, bought_on=TODAY - timedelta(days=90), value=1)
        a_charge(lent(unit, cast, TODAY - timedelta(days=30)), ChargeKind.LATE, 1_200, an_invoice(1_200, TODAY))
    manager.get("/rapports/prets")
    queries.clear()
    assert "Famille 3" in manager.get("/rapports/prets").text
    assert len(queries) == few


def test_the_address_keeps_period_and_family(browser: Browser, school: Family) -> None:
    manager = browser.as_("gerant")
    other = a_family(name="Alto")
    page = manager.get(f"/rapports/prets?famille={other.id}&periode=90j").text
    assert f"utilisation.csv?periode=90j&amp;famille={other.id}" not in page, "nothing to export"
    assert "Aucun prêt à compter dans cette période" in page
    page = manager.get(f"/rapports/prets?famille={school.id}&periode=90j").text
    assert f"utilisation.csv?periode=90j&amp;famille={school.id}" in page
    assert manager.get("/rapports/prets?periode=dates&du=2000-01-01&au=2199-12-31").status_code == 200
    assert manager.get("/rapports/prets?famille=x&site=9999999&periode=rien").status_code == 200


def sheet(browser: Browser, key: str) -> list[list[str]]:
    answer = browser.get(f"/rapports/prets/{key}.csv")
    assert answer.status_code == 200, key
    return [
        [plain(cell) for cell in row]
        for row in csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";")
    ]


def test_what_has_nothing_to_count_says_so(browser: Browser, cast: Cast) -> None:
    manager = browser.as_("gerant")
    page = plain(manager.get("/rapports/prets").text)
    assert page.count('class="vide"') == page.count("Aucun prêt à compter dans cette période") == 1
    an_asset(a_family(name="Alto"), ours=True)
    page = plain(manager.get("/rapports/prets").text)
    assert "Aucun prêt à compter" not in page
    for words in (
        "Aucune demande refusée", "Ni loyer, ni réparation, ni achat", "Aucun incident", "Aucun retour attendu",
        "Toutes les factures de prêts de cette période sont payées",
    ):  # fmt: skip
        assert words in page, words
    assert "réparateur extérieur" not in page, "this house sends nothing out"


def test_each_section_has_its_right(browser: Browser, school: Family) -> None:
    desk = browser.as_("accueil")
    page = desk.get("/rapports/prets").text
    assert "Rentabilité" not in page
    assert desk.get("/rapports/prets/rentabilite.csv").status_code == 404
    assert desk.get("/rapports/prets/utilisation.csv").status_code == 200
    assert desk.get("/rapports/prets/autre.csv").status_code == 404
    assert "Impayés des prêts" in page
    assert "Impayés des prêts" not in browser.as_("technicien").get("/rapports/prets").text
    books = browser.as_("compta")
    page = books.get("/rapports/prets").text
    assert "Rentabilité de chaque unité" in page
    assert "Impayés des prêts" in page
    assert "Utilisation par famille" not in page, "who is out is told to those who lend"
    assert books.get("/rapports/prets/utilisation.csv").status_code == 404
    assert 'href="/rapports/prets"' in books.get("/rapports").text
    assert browser.as_("luthier").get("/rapports/prets").status_code == 403
    assert len({kind.key for kind in KINDS}) == len(KINDS)


def test_the_dashboard_counts_what_is_out_and_stays_silent_where_nothing_is_lent(browser: Browser, cast: Cast) -> None:
    manager = browser.as_("gerant")
    assert "Prêts sortis" not in plain(manager.get("/tableau-de-bord").text)
    now, unit = clock.now(), an_asset(a_family(name="Alto"), ours=True)
    a_stay(unit, now - timedelta(days=9), None, now - timedelta(days=4), cast.karim)
    page = plain(manager.get("/tableau-de-bord").text)
    assert "Prêts sortis" in page
    assert "1 en retard" in page
