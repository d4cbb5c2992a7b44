"""The owner's own pages: his lodgings and nobody else's, their calendar, stays, statements, year; dates he keeps; his messages."""

import re
from datetime import date, timedelta

import pytest

from app.concierge.models import Lodging, RentalMandate, Stay
from app.concierge.states import StatementState, StayState
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.core.subject import subject_of
from app.documents.services import store
from app.documents.states import FileKind
from app.messaging.models import Task, ThreadMessage
from app.messaging.services import post_to_client
from app.messaging.states import TaskState
from app.statements.states import LineKind
from tests.cast import Cast
from tests.concierge.houses import a_stay
from tests.factories.concierge import a_concierge
from tests.factories.files import a_pdf
from tests.factories.rentals import a_named_house, a_statement
from tests.signing import Browser

pytestmark = pytest.mark.row("E1")
K = LineKind


def plain(text: str) -> str:
    return re.sub("[\u202f\xa0]", " ", text).replace("\u2019", "'").replace("&#39;", "'")


def words(html: str) -> str:
    """What is read on a page, without its marks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", plain(html)))


@pytest.fixture
def villa(cast: Cast) -> RentalMandate:
    """Karim's villa, let by us."""
    a_concierge()
    return a_named_house("Villa Garance", cast.karim)


@pytest.fixture
def lane(cast: Cast) -> RentalMandate:
    """Dan's studio."""
    a_concierge()
    return a_named_house("Studio du Port", cast.dan)


def soon(days: int) -> date:
    return clock.today() + timedelta(days=days)


PAGES = ("/portail/logements", "/portail/sejours", "/portail/releves", "/portail/releves/annee", "/portail/messages")


def test_who_owns_nothing_sees_nothing_of_it(browser: Browser, cast: Cast, lane: RentalMandate) -> None:
    page = browser.as_("client")
    assert "Mes logements" not in page.get("/portail").text
    for address in PAGES:
        assert page.get(address, follow=False).headers["Location"] == "/portail"
    for address in (f"/portail/logements/{lane.lodging_id}", f"/portail/logements/{lane.lodging_id}/mes-dates"):
        assert page.get(address).status_code == 404


def test_he_reads_the_mandate_that_he_signed_and_nobody_else_s(
    browser: Browser, villa: RentalMandate, lane: RentalMandate
) -> None:
    page = browser.as_("client")
    assert "Mandat signé" not in page.get(f"/portail/logements/{villa.lodging_id}").text
    assert page.get(f"/portail/mandats/{villa.id}").status_code == 404
    with transaction():
        for mandate in (villa, lane):
            kept = store(a_pdf(), "mandat.pdf", FileKind.DOCUMENT, by="Gérant")
            db.session.get_one(RentalMandate, mandate.id).file_id = kept.id
    text = page.get(f"/portail/logements/{villa.lodging_id}").text
    assert f'href="/portail/mandats/{villa.id}"' in text
    assert villa.number in text
    assert page.get(f"/portail/mandats/{villa.id}").data == a_pdf()
    assert page.get(f"/portail/mandats/{lane.id}").status_code == 404


def test_where_nothing_is_let_an_old_owner_has_no_such_pages(browser: Browser, cast: Cast) -> None:
    a_named_house("Villa Garance", cast.karim)
    page = browser.as_("client")
    assert "Mes logements" not in page.get("/portail").text
    assert page.get("/portail/logements", follow=False).status_code == 303


def test_an_owner_sees_his_lodgings_and_no_other(
    browser: Browser, cast: Cast, villa: RentalMandate, lane: RentalMandate
) -> None:
    stay = a_stay(lane, soon(3), soon(6), 30_000)
    theirs = a_statement(cast.dan, 2026, 3, [(lane, K.RENT, 90_000)])
    page = browser.as_("client")
    assert "Villa Garance" in page.get("/portail").text
    for address in PAGES:
        assert "Studio du Port" not in page.get(address).text
    assert page.get(f"/portail/logements/{villa.lodging_id}").status_code == 200
    for address in (
        f"/portail/logements/{lane.lodging_id}",
        f"/portail/logements/{lane.lodging_id}/mes-dates",
        f"/portail/sejours?logement={lane.lodging_id}",
        f"/portail/releves/{theirs.id}/releve.pdf",
        f"/portail/releves/{theirs.id}/facture.pdf",
    ):
        assert page.get(address).status_code == 404, address
    for lodging_id in (villa.lodging_id, lane.lodging_id):
        assert page.post(f"/portail/logements/{lodging_id}/mes-dates/{stay.id}/rendre").status_code == 404


def test_the_card_tells_the_next_arrival_and_how_full_the_month_is(
    browser: Browser, cast: Cast, villa: RentalMandate
) -> None:
    first = clock.today().replace(day=1)
    a_stay(villa, first - timedelta(days=2), first + timedelta(days=3), 50_000, guest="Awa Diallo")
    a_stay(villa, soon(40), soon(42), 20_000, guest="Awa Diallo")
    shown = words(browser.as_("client").get("/portail/logements").text)
    assert "3 nuits louées sur" in shown
    assert "Awa D., 2 nuits, Airbnb" in shown
    assert "Diallo" not in shown


def test_of_a_guest_no_more_than_a_first_name_and_an_initial_is_told(
    browser: Browser, cast: Cast, villa: RentalMandate
) -> None:
    stay = a_stay(
        villa,
        soon(1),
        soon(4),
        40_000,
        platform=6_000,
        guest="Marie-Laure de Villeneuve",
        email="ml@voyage.example",
        phone="06 11 22 33 44",
    )
    page = browser.as_("client")
    for address in (
        f"/portail/sejours?annee={stay.arrival.year}",
        f"/portail/logements/{villa.lodging_id}?mois={stay.arrival:%Y-%m}",
    ):
        shown = words(page.get(address).text)
        assert "Marie-Laure V." in shown
        assert "400,00 €" in shown
        assert "plateforme : 60,00 €" in shown
        for secret in ("Villeneuve", "voyage.example", "06 11 22 33 44"):
            assert secret not in shown


def test_the_calendar_says_each_night_in_words(browser: Browser, cast: Cast, villa: RentalMandate) -> None:
    a_stay(villa, date(2026, 4, 29), date(2026, 5, 3), 40_000)
    a_stay(villa, date(2026, 5, 10), date(2026, 5, 12), 0, state=StayState.OWNER)
    a_stay(villa, date(2026, 5, 20), date(2026, 5, 21), 0, state=StayState.BLOCKED)
    a_stay(villa, date(2026, 5, 25), date(2026, 5, 28), 0, state=StayState.CANCELLED)
    page = browser.as_("client")
    shown = words(page.get(f"/portail/logements/{villa.lodging_id}?mois=2026-05").text)
    assert "Mai 2026" in shown
    nights = list(re.findall(r"\b\d{1,2} (loué|arrivée|gardé|fermé|libre)\b", shown))
    assert len(nights) == 31
    assert [nights.count(word) for word in ("loué", "arrivée", "gardé", "fermé")] == [2, 0, 2, 1]
    assert "2 nuits louées sur 28, 2 gardées par vous, 1 fermée" in shown
    assert "29 arrivée" in words(page.get(f"/portail/logements/{villa.lodging_id}?mois=2026-04").text)


def test_a_new_owner_does_not_read_what_the_lodging_brought_before_him(browser: Browser, cast: Cast) -> None:
    a_concierge()
    before = a_named_house("Villa Garance", cast.dan, last=date(2026, 6, 30))
    lodging = db.session.get_one(Lodging, before.lodging_id)
    a_named_house("", cast.karim, first=date(2026, 7, 1), lodging=lodging)
    a_stay(before, date(2026, 6, 10), date(2026, 6, 20), 111_100)
    a_stay(before, date(2026, 7, 10), date(2026, 7, 20), 222_200)
    shown = words(browser.as_("client").get("/portail/sejours?annee=2026").text)
    assert "2 222,00 €" in shown
    assert "1 111,00 €" not in shown
    theirs = words(browser.as_("dan").get("/portail/sejours?annee=2026").text)
    assert "1 111,00 €" in theirs
    assert "2 222,00 €" not in theirs


def test_two_owners_of_a_lodging_each_read_their_own_statement(browser: Browser, cast: Cast) -> None:
    a_concierge()
    mandate = a_named_house("Villa Garance", cast.karim, cast.dan)
    his, theirs = (
        a_statement(who, 2026, 3, [(mandate, K.RENT, cents)])
        for who, cents in ((cast.karim, 70_000), (cast.dan, 30_000))
    )
    for who, own, other, amount in (("client", his, theirs, "700,00 €"), ("dan", theirs, his, "300,00 €")):
        page = browser.as_(who)
        shown = words(page.get("/portail/releves").text)
        assert own.number in shown
        assert other.number not in shown
        assert amount in shown
        assert page.get(f"/portail/logements/{mandate.lodging_id}").status_code == 200
        assert page.get(f"/portail/releves/{own.id}/releve.pdf").status_code == 200
        assert page.get(f"/portail/releves/{other.id}/releve.pdf").status_code == 404


@pytest.mark.row("E6")
@pytest.mark.parametrize("state", [StatementState.PREVIEW, StatementState.APPROVED])
def test_what_is_not_made_yet_is_never_shown(
    browser: Browser, cast: Cast, villa: RentalMandate, state: StatementState
) -> None:
    row = a_statement(cast.karim, 2026, 3, [(villa, K.RENT, 70_000)], state=state)
    page = browser.as_("client")
    for address in (
        "/portail/logements",
        "/portail/releves",
        "/portail/releves/annee?annee=2026",
        "/portail/releves/annee.csv",
    ):
        assert "700,00" not in plain(page.get(address).text)
    assert page.get(f"/portail/releves/{row.id}/releve.pdf").status_code == 404


def test_the_year_adds_up_by_lodging_and_month(browser: Browser, cast: Cast, villa: RentalMandate) -> None:
    cabin = a_named_house("Cabanon", cast.karim)
    a_statement(cast.karim, 2026, 3, [
        (villa, K.RENT, 100_000), (villa, K.PLATFORM, 15_000), (villa, K.COMMISSION, 17_000), (None, K.VAT, 3_400), (None, K.PAYOUT, 60_000),
    ])  # fmt: skip
    a_statement(
        cast.karim,
        2026,
        4,
        [(villa, K.RENT, 20_000), (cabin, K.RENT, 5_000), (cabin, K.DISBURSED, 1_250), (cabin, K.TAX_DUE, 400)],
        opening=4_600,
    )
    a_statement(cast.karim, 2025, 12, [(villa, K.RENT, 99_900)])
    page = browser.as_("client")
    shown = words(page.get("/portail/releves/annee?annee=2026").text)
    assert "Villa Garance Encaissements 1 200,00 € Commissions des plateformes 150,00 € Honoraires HT 170,00 €" in shown
    assert "Cabanon Encaissements 50,00 € Taxe de séjour reversée 4,00 € Débours 12,50 €" in shown
    assert "Total 1 250,00 € 150,00 € 4,00 € 12,50 € 170,00 € 34,00 € 600,00 €" in shown
    assert "999,00" not in shown
    table = page.get("/portail/releves/annee.csv?annee=2026").text.splitlines()
    assert table[0].lstrip("\ufeff").startswith("Mois;Logement;Encaissements")
    assert table[1] == "2026-03;Villa Garance;1000,00;150,00;0,00;0,00;170,00;0,00;0,00"
    assert len(table) == 5
    assert "999,00 €" in words(page.get("/portail/releves/annee?annee=2025").text)


def test_a_stay_over_new_year_counts_in_each_year_for_its_nights(
    browser: Browser, cast: Cast, villa: RentalMandate
) -> None:
    """31 December and 1, 2 January: 300 € are 100 € then 200 €."""
    a_stay(villa, date(2026, 12, 31), date(2027, 1, 3), 30_000)
    a_statement(cast.karim, 2026, 12, [(villa, K.RENT, 1)])
    a_statement(cast.karim, 2027, 1, [(villa, K.RENT, 1)])
    page = browser.as_("client")
    assert "Nuits 1 Prix des nuits payé par les voyageurs 100,00 €" in words(
        page.get("/portail/releves/annee?annee=2026").text
    )
    assert "Nuits 2 Prix des nuits payé par les voyageurs 200,00 €" in words(
        page.get("/portail/releves/annee?annee=2027").text
    )


def keep(page: Browser, mandate: RentalMandate, first: date, last: date, **fields: str) -> tuple[int, str]:
    answer = page.post(
        f"/portail/logements/{mandate.lodging_id}/mes-dates",
        arrival=first.isoformat(),
        departure=last.isoformat(),
        **fields,
    )
    return answer.status_code, plain(answer.text)


def kept() -> list[Stay]:
    db.session.rollback()
    return db.session.query(Stay).filter_by(state=StayState.OWNER).all()


@pytest.mark.row("E2")
def test_an_owner_keeps_dates_and_the_concierge_has_to_close_them(
    browser: Browser, cast: Cast, villa: RentalMandate
) -> None:
    page = browser.as_("client")
    status, _text = keep(page, villa, soon(10), soon(14), note="Nous serons six")
    assert status == 303
    [stay] = kept()
    assert (stay.lodging_id, stay.arrival, stay.departure) == (villa.lodging_id, soon(10), soon(14))
    task = db.session.query(Task).one()
    assert "Karim Benyahia garde Villa Garance" in task.label
    assert "Nous serons six" in task.notes
    assert "gardé" in page.get(f"/portail/logements/{villa.lodging_id}?mois={soon(10):%Y-%m}").text


@pytest.mark.row("E2")
def test_dates_where_guests_are_are_refused_with_the_nearest_free_ones(
    browser: Browser, cast: Cast, villa: RentalMandate
) -> None:
    a_stay(villa, soon(10), soon(14), 40_000)
    page = browser.as_("client")
    status, text = keep(page, villa, soon(12), soon(15), note="Avec le chat")
    assert status == 409
    assert "Des voyageurs y sont" in text
    assert f"Le plus proche : du {plain(clock.long_date(soon(14)))} au {plain(clock.long_date(soon(17)))}" in text
    assert "Avec le chat" in text
    assert kept() == []
    assert keep(page, villa, soon(14), soon(17))[0] == 303  # the day they leave is free


@pytest.mark.row("E2")
@pytest.mark.parametrize(("first", "last", "said"), [
    (-1, 2, "Cette arrivée est passée"), (5, 5, "une nuit au moins"), (6, 5, "une nuit au moins"), (5, 300, "180 nuits au plus"),
    (900, 902, "trop loin"),
])  # fmt: skip
def test_days_that_cannot_be_are_refused(
    browser: Browser, cast: Cast, villa: RentalMandate, first: int, last: int, said: str
) -> None:
    status, text = keep(browser.as_("client"), villa, soon(first), soon(last))
    assert status == 422
    assert said in text
    assert kept() == []


@pytest.mark.row("E2")
def test_dates_beyond_the_mandate_are_refused(browser: Browser, cast: Cast) -> None:
    a_concierge()
    mandate = a_named_house("Villa Garance", cast.karim, last=soon(20))
    status, text = keep(browser.as_("client"), mandate, soon(18), soon(25))
    assert status == 422
    assert "dépassent votre mandat" in text


@pytest.mark.row("E2")
def test_kept_dates_are_given_back_by_who_kept_them_while_to_come(browser: Browser, cast: Cast) -> None:
    a_concierge()
    mandate = a_named_house("Villa Garance", cast.karim, cast.dan)
    page = browser.as_("client")
    keep(page, mandate, soon(10), soon(14))
    [stay] = kept()
    address = f"/portail/logements/{mandate.lodging_id}/mes-dates/{stay.id}/rendre"
    other = browser.as_("dan")
    assert "Rendre ces dates" not in other.get(f"/portail/logements/{mandate.lodging_id}?mois={soon(10):%Y-%m}").text
    assert other.post(address).status_code == 409
    assert len(kept()) == 1
    page = browser.as_("client")
    assert "Rendre ces dates" in page.get(f"/portail/logements/{mandate.lodging_id}?mois={soon(10):%Y-%m}").text
    assert page.post(address).status_code == 303
    assert kept() == []
    first, second = db.session.query(Task).order_by(Task.id)
    assert (first.state, second.state) == (TaskState.DONE, TaskState.OPEN)
    assert "rouvrez" in second.label
    with transaction():
        row = db.session.get_one(Stay, stay.id)
        row.state, row.arrival = StayState.OWNER, clock.today()
    assert page.post(address).status_code == 409  # he is there


def test_the_owner_and_the_concierge_write_to_each_other(browser: Browser, cast: Cast, villa: RentalMandate) -> None:
    page = browser.as_("client")
    assert page.post("/portail/messages", body="  ").status_code == 422
    page.post("/portail/messages", body="La chaudière est-elle réparée ?")
    sent = db.session.query(ThreadMessage).one()
    assert (sent.subject_kind, sent.subject_id) == tuple(subject_of(cast.karim))
    with transaction():
        post_to_client(subject_of(cast.karim), db.session.get_one(Contact, cast.karim.id), "Oui, ce matin.", "Camille")
    shown = page.get("/portail/messages").text
    assert "La chaudière" in shown
    assert "Oui, ce matin." in shown
    assert "1 nouveau message" in plain(shown)
    page.post("/portail/messages/lus")
    assert "nouveau message" not in page.get("/portail/messages").text


@pytest.mark.parametrize("address", [*PAGES, "/portail", "calendar"])
def test_a_page_of_an_owner_of_thirty_lodgings_reads_the_database_at_most_twelve_times(
    browser: Browser, cast: Cast, queries: list[str], address: str
) -> None:
    a_concierge()
    houses = [a_named_house(f"Logement {rank}", cast.karim) for rank in range(30)]
    for house in houses:
        a_stay(house, soon(1), soon(4), 30_000)
    for month in range(1, 7):
        a_statement(cast.karim, 2026, month, [(houses[0], K.RENT, 1_000)])
    page = browser.as_("client")
    found = f"/portail/logements/{houses[0].lodging_id}" if address == "calendar" else address
    page.get(found)
    queries.clear()
    page.get(found)
    assert 0 < len(queries) <= 12, "\n".join(queries)
