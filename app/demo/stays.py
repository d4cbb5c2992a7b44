"""Stays of the demonstration's lodgings: four months past and two to come, five channels, and a few that must be looked at."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app

from app.assets.models import Asset
from app.concierge.models import Lodging, Stay
from app.concierge.services.mapping import link
from app.concierge.services.receiving import keep_lodgings, receive
from app.concierge.services.stays import add_stay, correct
from app.concierge.states import StayState
from app.connectors.stays import PriceElement, RemoteLodging, RemoteStay
from app.core import clock
from app.core.config import Settings
from app.core.db import db
from app.core.partners import PartnerAccount
from app.partners.services import add_account
from app.sandbox import credentials

#: (channel, what it keeps in basis points); what comes without a platform keeps nothing and is entered by hand.
PLATFORMS = (("Airbnb", 1550), ("Booking.com", 1500), ("Abritel", 800))
BY_HAND = ("Site direct", "Téléphone")
BEFORE, AHEAD = 125, 62
#: Nights of the stays in turn, and the days left free between them.
NIGHTS, FREE = (3, 7, 2, 5, 4, 10, 2, 6), (4, 9, 2, 13, 6, 11, 3)
GUESTS = (
    "Anouk Delmas", "Bastien Roche", "Chloé Garnier", "Dieter Vogel", "Emma Lindqvist", "Farid Mansour", "Gaëlle Lebrun",
    "Hendrik de Vries", "Irène Castel", "Jonas Meyer", "Katia Fournier", "Luca Bianchi", "Maëlle Texier", "Nils Hansen", "Olga Petit",
    "Paul Marchand", "Rosa Alvarez", "Sven Keller", "Théa Boucher", "Yann Le Goff",
)  # fmt: skip


def write(lodgings: Sequence[Lodging], now: datetime) -> None:
    """The stays of these lodgings, told by a Smoobu account or entered by hand. In a transaction."""
    if not lodgings:
        return
    account = _account()
    names = {lodging.id: db.session.get_one(Asset, lodging.asset_id).label for lodging in lodgings}
    places = {lodging.id: RemoteLodging(str(400 + rank), names[lodging.id]) for rank, lodging in enumerate(lodgings)}
    rows = keep_lodgings(account.id, places.values())
    for lodging in lodgings:
        link(rows[places[lodging.id].id], lodging)
    today = clock.local(now).date()
    for rank, lodging in enumerate(lodgings):
        for turn, arrival, nights in _dates(rank, today):
            _one(account, lodging, places[lodging.id], rank * 100 + turn, arrival, nights, now)
    _odd(account, lodgings, places, today, now)


def _account() -> PartnerAccount:
    """Smoobu, in the simulator of this very machine."""
    settings: Settings = current_app.extensions["etabli_settings"]
    secrets = {"key": credentials.SMOOBU_KEY, "secret": credentials.SMOOBU_SECRET}
    address = f"http://127.0.0.1:{settings.sandbox_port}/smoobu"
    return add_account("smoobu", "Smoobu", {"base_url": address}, secrets)


def _dates(rank: int, today: date) -> Iterator[tuple[int, date, int]]:
    """(rank, arrival, nights) of the stays of a lodging, never two at once."""
    day, turn = today - timedelta(days=BEFORE - rank % 5), rank
    while day < today + timedelta(days=AHEAD):
        nights = NIGHTS[turn % len(NIGHTS)]
        yield turn, day, nights
        day += timedelta(days=nights + FREE[(turn + rank) % len(FREE)])
        turn += 1


def _night(lodging: Lodging, day: date) -> int:
    """The price of a night, in cents."""
    price = 4200 + 1700 * lodging.sleeps
    return price * 14 // 10 if day.month in (7, 8) else price


def _one(
    account: PartnerAccount, lodging: Lodging, place: RemoteLodging, key: int, arrival: date, nights: int, now: datetime
) -> None:  # fmt: skip
    told_at = min(clock.at(arrival, 11) - timedelta(days=12 + key % 30), now - timedelta(hours=3 + key % 40))
    departure, rent = arrival + timedelta(days=nights), _night(lodging, arrival) * nights
    guest = GUESTS[key % len(GUESTS)]
    with clock.told_at(told_at):
        if key % 5 > 2:
            add_stay(lodging, {
                "arrival": arrival, "departure": departure, "guest": guest, "channel": BY_HAND[key % 5 - 3], "state": StayState.BOOKED,
                "adults": min(2, lodging.sleeps), "children": key % 2, "rent": rent, "cleaning": 6000, "linen": 0, "tourist_tax": None,
                "platform": 0, "reference": "", "email": "", "phone": "",
            })  # fmt: skip
        else:
            receive(account.id, [_told(key, lodging, place, PLATFORMS[key % 5], arrival, departure)])


def _told(
    key: int, lodging: Lodging, place: RemoteLodging, platform: tuple[str, int], arrival: date, departure: date
) -> RemoteStay:  # fmt: skip
    channel, rate = platform
    rent = _night(lodging, arrival) * (departure - arrival).days
    parts = (PriceElement("rent", "Prix de base", rent), PriceElement("cleaning", "Frais de ménage", 6000))
    total = rent + 6000
    return RemoteStay(
        id=str(70_000 + key), reference=f"HM{70_000 + key}", lodging=place, channel=channel, state="booked", arrival=arrival,
        departure=departure, guest=GUESTS[key % len(GUESTS)], email="", adults=min(2 + key % 3, lodging.sleeps), children=key % 2, total=total,
        commission=None if channel == "Abritel" else total * rate // 10_000, elements=parts, currency="EUR",
        modified=clock.now().strftime("%Y-%m-%d %H:%M:%S"),
    )  # fmt: skip


def _odd(
    account: PartnerAccount, lodgings: Sequence[Lodging], places: dict[int, RemoteLodging], today: date, now: datetime
) -> None:  # fmt: skip
    """Those that somebody must look at: an overlap, no price, a cancellation, a currency, a lodging to map, the owner."""

    def told(key: int, which: int, first: int, nights: int, **changes: Any) -> RemoteStay:
        lodging = lodgings[which % len(lodgings)]
        day = today + timedelta(days=first)
        stay = _told(key, lodging, places[lodging.id], PLATFORMS[0], day, day + timedelta(days=nights))
        return replace(stay, **changes)

    new = RemoteLodging("499", "Studio des Remparts")
    with clock.told_at(now - timedelta(days=2)):
        booked = [told(9001, 2, -18, 4), told(9002, 5, -30, 3), told(9003, 7, 12, 5)]
        receive(account.id, booked)
    with clock.told_at(now - timedelta(hours=2)):
        mark = clock.now().strftime("%Y-%m-%d %H:%M:%S")
        receive(account.id, [
            replace(booked[0], state="cancelled", total=12_000, commission=1860, elements=(), modified=mark),
            replace(booked[1], state="cancelled", modified=mark),
            told(9004, 3, 20, 3, total=None, elements=(), commission=None, channel="Booking.com"),
            told(9005, 4, 25, 4, currency="CHF"),
            told(9006, 0, 8, 3, lodging=new), told(9007, 0, 15, 2, lodging=new),
            told(9008, 6, 30, 6, state="blocked", guest="", total=None, commission=None, elements=()),
        ], [("79009", "Le jour de départ manque.")])  # fmt: skip
    _corrected(account, booked[2], now)
    first = today + timedelta(days=AHEAD + 14)
    add_stay(lodgings[0], {
        "arrival": first, "departure": first + timedelta(days=7), "state": StayState.OWNER, "guest": "", "channel": "", "adults": 2,
        "children": 0,
    })  # fmt: skip


def _corrected(account: PartnerAccount, told: RemoteStay, now: datetime) -> None:
    """One whose rent was corrected by telephone, of which Smoobu now says something else."""
    stay = db.session.query(Stay).filter_by(account_id=account.id, remote_id=told.id).one()
    with clock.told_at(now - timedelta(hours=5)):
        correct(stay, {"rent": (stay.rent or 0) - 3000}, "Remise accordée au téléphone")
    with clock.told_at(now - timedelta(hours=1)):
        dearer = (PriceElement("rent", "Prix de base", (told.total or 0) - 1000), *told.elements[1:])
        mark = clock.now().strftime("%Y-%m-%d %H:%M:%S")
        receive(account.id, [replace(told, elements=dearer, total=(told.total or 0) + 5000, modified=mark)])
