"""What a partner tells becomes a stay, once; what a person corrected is kept."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from flask import Flask

from app.concierge.models import Stay, StayNote, StaySourceLodging
from app.concierge.services import stays as services
from app.concierge.services.mapping import guesses, ignore, link
from app.concierge.services.receiving import vanish
from app.concierge.services.told import amounts, gap, news
from app.concierge.states import StayState
from app.connectors.stays import PriceElement, RemoteLodging
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.history import HistoryEntry
from app.planning.models import Booking
from app.planning.services import shift
from app.planning.states import BookingState
from tests.concierge.world_of_stays import LOFT, a_lodging, an_account, hear, mapped, stay_of, told

pytestmark = [pytest.mark.row("E2"), pytest.mark.usefixtures("app")]


def test_the_parts_of_a_price_are_summed_by_kind() -> None:
    parts = (
        PriceElement("rent", "Nuits", 40_000), PriceElement("discount", "Long séjour", 4000), PriceElement("discount", "Code", -1000),
        PriceElement("other", "Animal", 2000), PriceElement("cleaning", "Ménage", 5000), PriceElement("linen", "Draps", 1500),
        PriceElement("tourist_tax", "Taxe", 880),
    )  # fmt: skip
    said = amounts(told(elements=parts, total=44_380))
    assert said == {"rent": 37_000, "cleaning": 5000, "linen": 1500, "tourist_tax": 880, "platform": 7200}


def test_without_parts_the_rent_is_what_the_total_leaves() -> None:
    assert amounts(told(elements=(), total=48_000, tourist_tax=800))["rent"] == 47_200
    assert amounts(told(elements=(PriceElement("cleaning", "Ménage", 5000),), total=48_000))["rent"] == 43_000


def test_a_price_that_is_not_said_is_no_zero() -> None:
    account = an_account()
    hear(account, told(elements=(), total=None, commission=None, tourist_tax=None))
    stay = stay_of(account)
    assert (stay.rent, stay.platform, stay.tourist_tax) == (None, None, None)


def test_a_total_that_its_parts_do_not_make_is_to_be_looked_at() -> None:
    account = an_account()
    hear(account, told(total=50_000))
    assert gap(stay_of(account).told) == 2000
    assert stay_of(account).asked


def test_a_page_told_twice_changes_nothing(app: Flask) -> None:
    account, lodging = an_account(), a_lodging()
    mapped(account, lodging)
    first = hear(account, told("1"), told("2", arrival=date(2026, 12, 10), departure=date(2026, 12, 12)))
    events = db.session.query(HistoryEntry).count()
    again = hear(account, told("1"), told("2", arrival=date(2026, 12, 10), departure=date(2026, 12, 12)))
    assert (first.new, again.new, again.changed) == (2, 0, 0)
    assert db.session.query(HistoryEntry).count() == events
    assert db.session.query(Stay).count() == db.session.query(Booking).count() == 2


def test_an_older_word_that_arrives_late_is_left() -> None:
    account = an_account()
    hear(account, told(modified="2026-11-05 08:00:00", total=60_000, elements=()))
    hear(account, told(modified="2026-11-04 08:00:00", total=48_000, elements=()))
    assert stay_of(account).rent == 60_000


def test_a_correction_is_not_undone_and_what_is_said_next_is_shown() -> None:
    account = an_account()
    hear(account, told())
    with transaction():
        services.correct(stay_of(account), {"rent": 40_000}, "Remise au téléphone")
    hear(account, told(guest="Anne Dupont-Martin", modified="2026-11-02 08:00:00"))
    stay = stay_of(account)
    assert (stay.rent, stay.guest, news(stay.told, stay.kept), stay.asked) == (40_000, "Anne Dupont-Martin", [], False)
    dearer = (PriceElement("rent", "Prix de base", 45_000), PriceElement("cleaning", "Ménage", 5000))
    hear(account, told(elements=dearer, total=50_000, modified="2026-11-03 08:00:00"))
    stay = stay_of(account)
    assert (stay.rent, news(stay.told, stay.kept), stay.asked) == (40_000, ["rent"], True)
    with transaction():
        services.hold_to(stay_of(account), "rent")
    assert (stay_of(account).rent, stay_of(account).asked) == (40_000, False)
    with transaction():
        services.hear(stay_of(account), "rent")
    stay = stay_of(account)
    assert (stay.rent, stay.kept) == (45_000, [])
    hear(account, told(modified="2026-11-04 08:00:00"))
    assert stay_of(account).rent == 43_000


def test_a_correction_needs_its_reason() -> None:
    account = an_account()
    hear(account, told())
    with pytest.raises(DomainError, match="Dites pourquoi"), transaction():
        services.correct(stay_of(account), {"rent": 40_000}, " ")
    assert stay_of(account).rent == 43_000


def test_a_cancelled_stay_is_worth_what_was_kept_of_it() -> None:
    account = an_account()
    hear(account, told("1"), told("2"), told("3"))
    cancelled = {"state": "cancelled", "modified": "2026-11-02 08:00:00", "elements": ()}
    result = hear(
        account,
        told("1", **cancelled, total=0, commission=0),
        told("2", **cancelled, total=12_000, commission=1800),
        told("3", **cancelled, total=48_000),
    )
    assert result.cancelled == 3
    nothing, part, unsaid = (stay_of(account, key) for key in "123")
    assert (nothing.state, nothing.rent, nothing.cleaning, nothing.asked) == (StayState.CANCELLED, 0, 0, False)
    assert (part.rent, part.platform, part.asked) == (12_000, 1800, False)
    assert (unsaid.rent, unsaid.asked) == (0, True)
    hear(
        account,
        told("2", **cancelled | {"modified": "2026-11-03 08:00:00"}, total=12_000, commission=1800, guest="A. D."),
    )
    assert stay_of(account, "2").rent == 12_000


def test_another_currency_is_said_and_counts_nothing() -> None:
    account = an_account()
    hear(account, told(currency="CHF"))
    assert stay_of(account).rent is None
    note = db.session.query(StayNote).one()
    assert (note.remote_id, "CHF" in note.reason) == ("1", True)
    with transaction():
        services.correct(stay_of(account), {"rent": 45_000}, "Converti au cours du jour")
    assert db.session.query(StayNote).count() == 0


def test_what_cannot_be_read_is_noted_until_it_is() -> None:
    account = an_account()
    hear(account, unread=(("1", "ValueError departure"),))
    hear(account, unread=(("1", "ValueError departure"),))
    assert [note.remote_id for note in db.session.query(StayNote)] == ["1"]
    hear(account, told())
    assert db.session.query(StayNote).count() == 0


# --- the lodging, the planning ----------------------------------------------------------------------------------------


def test_a_stay_of_an_unknown_lodging_waits_and_follows_its_mapping() -> None:
    account, lodging = an_account(), a_lodging()
    hear(account, told())
    assert (stay_of(account).lodging_id, stay_of(account).booking_id) == (None, None)
    mapped(account, lodging)
    stay = stay_of(account)
    assert stay.booking is not None
    assert (stay.lodging_id, stay.booking.asset_id, stay.booking.label) == (
        lodging.id,
        lodging.asset_id,
        "Anne Dupont (Airbnb)",
    )
    assert clock.local(stay.booking.starts_at).hour == 16
    assert clock.local(stay.booking.ends_at).hour == 10


def test_a_lodging_that_is_none_of_ours_puts_its_stays_away() -> None:
    account, lodging = an_account(), a_lodging()
    mapped(account, lodging)
    hear(account, told())
    with transaction():
        ignore(db.session.query(StaySourceLodging).one())
    hear(account, told("2"))
    assert stay_of(account).archived_at is not None
    assert stay_of(account, "2").archived_at is not None
    assert {booking.state for booking in db.session.query(Booking)} == {BookingState.CANCELLED}
    with transaction():
        link(db.session.query(StaySourceLodging).one(), db.session.merge(lodging))
    assert stay_of(account).archived_at is None


def test_the_bar_follows_the_dates_and_goes_with_the_cancellation() -> None:
    account, lodging = an_account(), a_lodging()
    mapped(account, lodging)
    hear(account, told())
    hear(account, told(departure=date(2026, 12, 9), modified="2026-11-02 08:00:00"))
    stay = stay_of(account)
    assert stay.booking is not None
    assert clock.local(stay.booking.ends_at).date() == date(2026, 12, 9)
    hear(account, told(state="cancelled", total=0, modified="2026-11-03 08:00:00"))
    assert stay_of(account).booking_id is None
    assert db.session.query(Booking).one().state == BookingState.CANCELLED


def test_an_overlap_is_kept_and_takes_its_slot_when_the_other_goes() -> None:
    account, lodging = an_account(), a_lodging()
    mapped(account, lodging)
    hear(account, told("1"), told("2", guest="Luc Perrin", channel="Booking.com", departure=date(2026, 12, 5)))
    assert stay_of(account, "1").booking_id
    assert stay_of(account, "2").booking_id is None
    hear(account, told("1", state="cancelled", total=0, modified="2026-11-03 08:00:00"))
    booked = stay_of(account, "2").booking
    assert booked is not None
    assert booked.label == "Luc Perrin (Booking.com)"


def test_two_stays_that_exchange_their_dates_in_one_page_are_both_booked() -> None:
    account, lodging = an_account(), a_lodging()
    mapped(account, lodging)
    later = {"arrival": date(2026, 12, 10), "departure": date(2026, 12, 12)}
    hear(account, told("1"), told("2", **later))
    hear(account, told("1", **later, modified="2026-11-02 08:00:00"), told("2", modified="2026-11-02 08:00:00"))
    one, two = stay_of(account, "1").booking, stay_of(account, "2").booking
    assert one is not None
    assert two is not None
    assert (clock.local(one.starts_at).day, clock.local(two.starts_at).day) == (10, 3)


def test_one_leaves_in_the_morning_and_another_arrives_that_day() -> None:
    account, lodging = an_account(), a_lodging()
    mapped(account, lodging)
    hear(account, told("1"), told("2", arrival=date(2026, 12, 7), departure=date(2026, 12, 9)))
    assert stay_of(account, "1").booking_id
    assert stay_of(account, "2").booking_id


def test_the_planning_does_not_move_a_stay() -> None:
    account, lodging = an_account(), a_lodging()
    mapped(account, lodging)
    hear(account, told())
    booking = stay_of(account).booking
    assert booking is not None
    day = timedelta(days=1)
    with pytest.raises(DomainError, match="viennent de la plateforme"), transaction():
        shift(booking, booking.starts_at + day, booking.ends_at + day)
    assert clock.local(db.session.query(Booking).one().starts_at).day == 3


def test_blocked_dates_hold_the_lodging() -> None:
    account, lodging = an_account(), a_lodging()
    mapped(account, lodging)
    hear(account, told(state="blocked", guest="", total=None, elements=()))
    stay = stay_of(account)
    assert stay.booking is not None
    assert (stay.state, stay.booking.kind, stay.booking.label) == (StayState.BLOCKED, "stay_block", "Bloqué (Airbnb)")


def test_what_vanished_is_cancelled_once() -> None:
    account, lodging = an_account(), a_lodging()
    mapped(account, lodging)
    hear(account, told())
    with transaction():
        assert vanish([stay_of(account)]) == 1
    with transaction():
        assert vanish([stay_of(account)]) == 0
    assert (stay_of(account).state, stay_of(account).rent) == (StayState.CANCELLED, 0)
    hear(account, told(modified="2026-11-09 08:00:00"))
    assert (stay_of(account).state, stay_of(account).rent) == (StayState.BOOKED, 43_000)


def test_a_stay_moved_to_another_lodging_there_moves_here() -> None:
    account, loft, mas = an_account(), a_lodging(), a_lodging("Mas")
    mapped(account, loft)
    hear(account, told())
    moved = replace(told(modified="2026-11-02 08:00:00"), lodging=RemoteLodging("399", "Mas"))
    hear(account, moved)
    assert (stay_of(account).lodging_id, stay_of(account).booking_id) == (None, None)
    with transaction():
        link(db.session.query(StaySourceLodging).filter_by(remote_id="399").one(), db.session.merge(mas))
    assert stay_of(account).lodging_id == mas.id


def test_names_are_guessed_by_the_words_they_share() -> None:
    ours = [(1, "Loft du port"), (2, "Mas des Oliviers"), (3, "Studio Vauban"), (4, "Villa Oliviers")]
    found = guesses({10: "LOFT DU PORT", 11: "Le Mas aux Oliviers, Bormes", 12: "Vauban", 13: "Chalet"}, ours)
    assert (found[10].lodging_id, found[10].sure) == (1, True)
    assert (found[11].lodging_id, found[11].sure) == (2, False)
    assert found[12].lodging_id == 3
    assert 13 not in found
    assert LOFT.name == ours[0][1]
