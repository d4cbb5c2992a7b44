"""« Chaque mercredi »: what each date would be, all of them booked or none, then changed and given up together."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from app.accounts.models import User
from app.assets.models import Asset
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict
from app.core.outbox import OutboxMessage
from app.core.settings import change_setting
from app.lending import services
from app.lending.models import Loan, LoanItem, LoanRequest, LoanSeries
from app.lending.queries.repeating import LIMIT, Rule
from app.lending.queries.series import Slot, place_of, preview
from app.lending.services.series import Kept, cancel_dates, periods, reserve_series
from app.lending.states import Every, LoanState, RequestState, Scope
from app.planning.models import Booking
from app.planning.states import BookingState
from app.sales.models import SalesDocument
from tests.cast import Cast
from tests.factories.assets import a_family, a_fit
from tests.factories.lending import a_loan, a_unit
from tests.factories.members import a_membership, a_season, members_on
from tests.factories.payments import paid
from tests.factories.planning import a_closure, at
from tests.lending.test_desk import plain
from tests.signing import Browser

pytestmark = pytest.mark.row("A1")
WEEK = Every.WEEK


# --- what each date would be ----------------------------------------------------------------------------------------


def looked_at(*units: object, first: str = "2026-12-02", times: int = 4, **values: object) -> list[Slot]:
    found = periods(Rule(WEEK, times=times), at(f"{first} 14:00"), at(f"{first} 15:00"))
    return preview(units, found, **values)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def zone_b(app: Flask) -> None:
    with transaction():
        change_setting("planning.school_zone", "B")


def test_each_date_is_free_taken_or_closed_and_says_why(app: Flask, cast: Cast) -> None:
    family = a_family()
    violin, other = a_unit(family=family), a_unit(family=family)
    a_loan(cast.dan, [violin], "2026-12-09 10:00", "2026-12-09 18:00")
    a_closure("Inventaire", "2026-12-16", "2026-12-16")
    free, taken, closed, holiday = looked_at(violin)
    assert free.bookable
    assert not free.closed
    assert (taken.bookable, taken.who, [way.units for way in taken.ways]) == (False, "Dan Lestrange", [(other,)])
    assert (closed.bookable, closed.closed) == (True, "Inventaire")
    assert holiday.closed == "Vacances de Noël"


def test_a_model_asked_for_is_served_by_another_number_of_it(app: Flask, cast: Cast) -> None:
    family = a_family()
    violin, other = a_unit(family=family), a_unit(family=family)
    a_loan(cast.dan, [violin], "2026-12-09 10:00", "2026-12-09 18:00")
    second = looked_at(violin, any_unit=[violin.id])[1]
    assert (second.units, second.swapped) == ((other,), other.label)


def test_a_compulsory_accessory_comes_along_each_time_or_the_date_cannot_be_had(app: Flask, cast: Cast) -> None:
    violin, bow = a_unit(), a_unit("Archet")
    a_fit(violin, bow, compulsory=True)
    a_loan(cast.dan, [bow], "2026-12-09 10:00", "2026-12-09 18:00")
    first, second, *_ = looked_at(violin)
    assert first.whole is not None
    assert first.whole.units == [violin, bow]
    assert not second.bookable
    assert [missing.side.id for missing in second.missing] == [bow.id]


def test_a_preview_costs_the_same_whatever_the_number_of_dates(app: Flask, cast: Cast, queries: list[str]) -> None:
    violin, bow = a_unit(), a_unit("Archet")
    a_fit(violin, bow, compulsory=True)
    costs = []
    for times in (2, 2, LIMIT):
        violin = db.session.get_one(Asset, violin.id)
        queries.clear()
        looked_at(violin, times=times)
        costs.append(len([query for query in queries if "revision" not in query]))
    assert costs[1] == costs[2] <= 8


# --- booked, all or none --------------------------------------------------------------------------------------------


def asked(contact: Contact, *units: Asset, **values: object) -> dict[str, object]:
    """What the desk sends for « chaque mercredi, trois fois »."""
    known = {
        "contact_id": contact.id, "unit": [unit.id for unit in units], "start_day": "2099-12-02", "start_time": "14:00",
        "due_day": "2099-12-02", "due_time": "15:00", "repeat": "week", "times": 3, "notes": "Cours de Léa", "do": "preter",
    }  # fmt: skip
    return known | values


def seen(page: str) -> dict[str, object]:
    """What the page of the dates would send back as it is."""
    mark = re.search(r'name="apercu" value="(\w+)"', page)
    assert mark, page
    boxes = re.findall(r'name="garder" value="([\d-]+)" checked', page)
    choices = dict.fromkeys(re.findall(r'<select class="in auto" name="(pour-[\d-]+)"', page), "")
    return {"apercu": mark.group(1), "garder": boxes, "do": "serie", **choices}


def loans() -> list[Loan]:
    db.session.rollback()
    return db.session.query(Loan).order_by(Loan.starts_at).all()


def test_the_dates_are_shown_before_anything_is_booked_then_booked_together_and_told_once(
    browser: Browser, cast: Cast
) -> None:
    violin, bow, desk = a_unit(), a_unit("Archet"), browser.as_("accueil")
    a_fit(violin, bow, compulsory=True)
    page = desk.post("/prets/nouveau", data=asked(cast.karim, violin))
    assert page.status_code == 200
    assert "Rien n&#39;est encore réservé" in plain(page.text).replace("’", "&#39;")
    assert loans() == []
    assert db.session.query(Booking).filter_by(state=BookingState.HELD).count() == 6
    done = desk.post("/prets/nouveau", data=asked(cast.karim, violin) | seen(page.text))
    assert done.status_code == 303
    found = loans()
    assert [clock.local(loan.starts_at).strftime("%d/%m %H:%M") for loan in found] == [
        "02/12 14:00",
        "09/12 14:00",
        "16/12 14:00",
    ]
    assert {loan.state for loan in found} == {LoanState.RESERVED}
    assert len({loan.number for loan in found}) == 3
    assert {(row.state, row.kind) for row in db.session.query(Booking)} == {(BookingState.CONFIRMED, "loan")}
    assert db.session.query(Booking).count() == 6
    told = (
        db.session.query(OutboxMessage).filter(OutboxMessage.template == "loan.series", OutboxMessage.html != "").all()
    )
    assert len(told) == 1
    assert plain(told[0].text).count("Archet") == 3
    assert "1re de 3" in plain(desk.get(done.location).text)


def test_a_date_is_skipped_taken_with_another_thing_or_waited_for(browser: Browser, cast: Cast) -> None:
    family = a_family()
    violin, other, desk = a_unit(family=family), a_unit(family=family), browser.as_("accueil")
    a_loan(cast.dan, [violin], "2099-12-09 10:00", "2099-12-09 18:00")
    a_loan(cast.dan, [violin], "2099-12-16 10:00", "2099-12-16 18:00")
    a_loan(cast.dan, [violin], "2099-12-23 10:00", "2099-12-23 18:00")
    wish = asked(cast.karim, violin, times=4)
    page = desk.post("/prets/nouveau", data=wish)
    assert plain(page.text).count("pris par Dan Lestrange") == 3
    sent = seen(page.text)
    assert sent["garder"] == ["2099-12-02"]
    sent |= {"pour-2099-12-09": str(other.id), "pour-2099-12-16": "attendre"}
    assert desk.post("/prets/nouveau", data=wish | sent).status_code == 303
    mine = [loan for loan in loans() if loan.contact_id == cast.karim.id]
    assert [clock.local(loan.starts_at).day for loan in mine] == [2, 9]
    assert db.session.query(LoanItem.asset_id).filter_by(loan_id=mine[1].id).scalar() == other.id
    waiting = db.session.query(LoanRequest).one()
    assert (waiting.state, clock.local(waiting.starts_at).day) == (RequestState.WAITING, 16)


def test_closed_days_are_skipped_unless_ticked(browser: Browser, cast: Cast) -> None:
    violin, desk = a_unit(), browser.as_("accueil")
    a_closure("Inventaire", "2099-12-09", "2099-12-09")
    page = desk.post("/prets/nouveau", data=asked(cast.karim, violin))
    assert "Inventaire" in page.text
    sent = seen(page.text)
    assert sent["garder"] == ["2099-12-02", "2099-12-16"]
    sent["garder"] = ["2099-12-02", "2099-12-09"]
    assert desk.post("/prets/nouveau", data=asked(cast.karim, violin) | sent).status_code == 303
    assert [clock.local(loan.starts_at).day for loan in loans()] == [2, 9]


def test_a_date_taken_meanwhile_is_named_nothing_is_booked_and_nothing_typed_is_lost(
    browser: Browser, cast: Cast
) -> None:
    violin, desk = a_unit(), browser.as_("accueil")
    page = desk.post("/prets/nouveau", data=asked(cast.karim, violin))
    with transaction():
        db.session.query(Booking).delete()  # the five minutes are over
    a_loan(cast.dan, [violin], "2099-12-09 10:00", "2099-12-09 18:00")
    sent = seen(page.text) | {"garder": ["2099-12-02", "2099-12-09"]}
    refused = desk.post("/prets/nouveau", data=asked(cast.karim, violin) | sent)
    assert refused.status_code == 409
    words = plain(refused.text)
    assert "Mer. 9 déc. 2099" in words
    assert "vient d’être pris" in words.replace("'", "’").replace("&#39;", "’")
    assert "Cours de Léa" in words
    assert [loan.contact_id for loan in loans()] == [cast.dan.id]
    again = seen(refused.text)
    assert again["garder"] == ["2099-12-02"]  # the third one had been unticked
    assert desk.post("/prets/nouveau", data=asked(cast.karim, violin) | again).status_code == 303
    assert len(loans()) == 2


def test_rules_changed_after_the_dates_were_shown_are_shown_again(browser: Browser, cast: Cast) -> None:
    violin, desk = a_unit(), browser.as_("accueil")
    sent = seen(desk.post("/prets/nouveau", data=asked(cast.karim, violin)).text)
    again = desk.post("/prets/nouveau", data=asked(cast.karim, violin, start_time="13:00") | sent)
    assert (again.status_code, "Les dates ont changé" in plain(again.text)) == (409, True)
    assert loans() == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"times": ""}, "Dites quand la série"),
        ({"times": "", "until": "2199-12-01"}, "dates au plus"),
        ({"times": "99"}, "entre 1 et 60"),
        ({"start_day": ""}, "saisissez la première"),
        ({"due_day": "2099-12-30"}, "retour de la précédente"),
        ({"option": "y"}, "sans option"),
        ({"unit": ""}, "Ajoutez au moins un matériel"),
    ],
)
def test_what_is_missing_is_said_once_and_what_was_typed_stays(
    browser: Browser, cast: Cast, change: dict[str, str], words: str
) -> None:
    refused = browser.as_("accueil").post("/prets/nouveau", data=asked(cast.karim, a_unit()) | change)
    assert refused.status_code == 422
    assert plain(refused.text).count(words) == 1
    assert "Cours de Léa" in refused.text


def test_who_is_blocked_for_the_last_dates_books_the_others(browser: Browser, cast: Cast) -> None:
    ends = clock.today() + timedelta(days=10)
    first = clock.today() + timedelta(days=3)
    members_on(block_membership=True)
    season = a_season("", clock.today() - timedelta(days=30), ends)
    invoice = db.session.get_one(SalesDocument, a_membership(cast.karim, season).document_id)
    paid(cast.karim, 4000, invoice)
    days = {"start_day": first.isoformat(), "due_day": first.isoformat()}
    page = browser.as_("accueil").post("/prets/nouveau", data=asked(cast.karim, a_unit(), **days))
    assert "Aucune saison" in plain(page.text)
    assert len(re.findall('name="garder"', page.text)) == 2


# --- afterwards -----------------------------------------------------------------------------------------------------


def a_series(cast: Cast, *units: Asset, times: int = 4) -> list[Loan]:
    """« Chaque mercredi » from 2 December 2099 on, 14 h to 15 h."""
    rule = Rule(WEEK, times=times)
    slots = preview(units, periods(rule, at("2099-12-02 14:00"), at("2099-12-02 15:00"), units))
    user = db.session.query(User).filter_by(email="accueil@essai.example").first() or db.session.query(User).first()
    assert user
    with transaction():
        kept = Kept([(slot, slot.units) for slot in slots])
        wish = services.Wish(units, despite="Convenu par téléphone")
        return reserve_series(cast.karim, wish, kept, rule, user)


def test_one_date_that_cannot_be_had_stops_all_of_them(app: Flask, cast: Cast) -> None:
    violin = a_unit()
    user = db.session.query(User).first()
    assert user
    slots = preview([violin], periods(Rule(WEEK, times=3), at("2099-12-02 14:00"), at("2099-12-02 15:00")))
    a_loan(cast.dan, [violin], "2099-12-16 10:00", "2099-12-16 18:00")
    kept = Kept([(slot, slot.units) for slot in slots])
    with pytest.raises(Conflict) as refused, transaction():
        reserve_series(cast.karim, services.Wish([violin], despite="Oui"), kept, Rule(WEEK, times=3), user)
    assert plain(refused.value.message).startswith("Mer. 16 déc. 2099 : Déjà pris")
    assert [loan.contact_id for loan in loans()] == [cast.dan.id]
    assert db.session.query(LoanSeries).count() == 0


@pytest.mark.parametrize(("scope", "left"), [(Scope.ONE, [2, 16, 23]), (Scope.NEXT, [2]), (Scope.ALL, [])])
def test_this_date_those_from_it_on_or_all_are_given_up(
    browser: Browser, cast: Cast, scope: Scope, left: list[int]
) -> None:
    second = a_series(cast, a_unit())[1].number
    desk = browser.as_("accueil")
    assert desk.post(f"/prets/{second}/serie/annulation", data={"scope": scope.value}).status_code == 303
    assert [clock.local(loan.starts_at).day for loan in loans() if loan.state == LoanState.RESERVED] == left
    assert "date annulée" in desk.get(f"/prets/{second}").text
    again = desk.post(f"/prets/{second}/serie/annulation", data={"scope": scope.value})
    assert again.status_code == 409


def test_what_has_left_is_not_given_up_with_the_series(app: Flask, cast: Cast) -> None:
    first = a_series(cast, a_unit())[0]
    with transaction():
        services.hand_over(services.locked(first), services.locked(first).items)
    with transaction():
        assert cancel_dates(first, Scope.ALL) == 3
    assert [loan.state for loan in loans()] == [LoanState.OUT, *3 * [LoanState.CANCELLED]]


def test_other_hours_for_the_dates_to_come_all_of_them_or_none(browser: Browser, cast: Cast) -> None:
    violin, bow = a_unit(), a_unit("Archet")
    third = a_series(cast, violin, bow)[2].number
    a_loan(cast.dan, [bow], "2099-12-23 16:00", "2099-12-23 18:00")
    desk, sent = browser.as_("accueil"), {"scope": Scope.NEXT.value, "begins": "14:30", "ends": "16:30"}
    refused = desk.post(f"/prets/{third}/serie/heures", data=sent)
    assert refused.status_code == 409
    assert "Mer. 23 déc. 2099" in plain(refused.text)
    assert 'value="16:30"' in refused.text
    assert {clock.local(loan.starts_at).hour for loan in loans()} == {14, 16}
    assert desk.post(f"/prets/{third}/serie/heures", data={**sent, "ends": "15:45"}).status_code == 303
    mine = [loan for loan in loans() if loan.contact_id == cast.karim.id]
    assert [clock.local(loan.due_at).strftime("%H:%M") for loan in mine] == ["15:00", "15:00", "15:45", "15:45"]
    ends = [
        clock.local(row.ends_at).strftime("%H:%M")
        for row in db.session.query(Booking)
        .where(Booking.contact_id == cast.karim.id)
        .order_by(Booking.starts_at, Booking.id)
    ]
    assert ends == ["15:00"] * 4 + ["15:45"] * 4


def test_nobody_is_promised_hours_that_end_before_they_begin(browser: Browser, cast: Cast) -> None:
    first = a_series(cast, a_unit())[0].number
    desk = browser.as_("accueil")
    sent = {"scope": Scope.ALL.value, "begins": "16:00", "ends": "15:00"}
    assert "Le retour doit venir après" in plain(desk.post(f"/prets/{first}/serie/heures", data=sent).text)
    assert desk.post(f"/prets/{first}/serie/heures", data={**sent, "ends": ""}).status_code == 422
    assert desk.post(f"/prets/{first}/serie/heures", data={**sent, "scope": "autre"}).status_code == 422


def test_a_series_goes_on_from_its_last_date_with_the_same_things(browser: Browser, cast: Cast) -> None:
    violin = a_unit()
    first = a_series(cast, violin, times=2)[0]
    series = db.session.query(LoanSeries).one()
    desk, number = browser.as_("accueil"), first.number
    form = desk.get(f"/prets/nouveau?serie={series.id}").text
    assert 'value="2099-12-16"' in form
    assert f'name="unit" value="{violin.id}"' in form
    more = asked(cast.karim, violin, start_day="2099-12-16", due_day="2099-12-16", series=series.id, times=2)
    page = desk.post("/prets/nouveau", data=more)
    assert desk.post("/prets/nouveau", data=more | seen(page.text)).status_code == 303
    assert len(loans()) == 4
    place = place_of(first.id)
    assert place is not None
    assert [clock.local(row.starts_at).day for row in place[1]] == [2, 9, 16, 23]
    assert "1re de 4" in plain(desk.get(f"/prets/{number}").text)


def test_a_loan_of_a_series_is_handed_over_and_taken_back_as_any_other(browser: Browser, cast: Cast) -> None:
    violin = a_unit()
    first, second = a_series(cast, violin, times=2)
    with transaction():
        services.hand_over(services.locked(first), services.locked(first).items)
        services.take_back(services.locked(first), services.locked(first).items)
    assert [loan.state for loan in loans()] == [LoanState.RETURNED, LoanState.RESERVED]
    assert "2e de 2" in plain(browser.as_("accueil").get(f"/prets/{second.number}").text)
