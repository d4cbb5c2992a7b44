"""Twelve lodgings let for eight owners: shares, a company, a mandate where we hold the money, terms that changed this year."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.accounts.models import User
from app.assets.queries import family_named
from app.assets.services import change_asset
from app.concierge.models import Lodging, RentalMandate
from app.concierge.queries.terms import tax_data
from app.concierge.services import MandateInput, OwnerInput, add_lodging, add_mandate, add_version
from app.contacts.models import Contact
from app.contacts.services import add_contact
from app.contacts.states import ContactKind
from app.core import clock
from app.core.db import db
from app.core.settings import change_setting
from app.demo.catalogue import Profile
from app.demo.team import DOMAIN
from app.statements.models import WHOLE, Base, Fixed, Rate, Season, TaxTariff, Terms
from app.statements.states import Across, Mode, Per, Service, TouristTax

TRADE = "concierge"
#: Owners beside the account « proprietaire », who is the first: name, e-mail, street, postcode, town.
OWNERS: tuple[tuple[str, str, str, str, str], ...] = (
    ("Odile Arnaud", "odile.arnaud@courriel.example", "14 quai Saint-Vincent", "69001", "Lyon"),
    ("Blaise Morin", "blaise.morin@courriel.example", "5 cours Berriat", "38000", "Grenoble"),
    ("Claire Morin", "claire.morin@courriel.example", "5 cours Berriat", "38000", "Grenoble"),
    ("SCI Les Restanques", "gerance@restanques.example", "3 rue des Bonnetières", "83000", "Toulon"),
    ("Jeanne Pélissier", "jeanne.pelissier@courriel.example", "27 rue de la Glacière", "75013", "Paris"),
    ("Marc Tessier", "marc.tessier@courriel.example", "8 allée Jean-Moulin", "83150", "Bandol"),
)
#: An invented SIRET whose key is right.
COMPANY = "99904012400011"
PLATFORMS = (("Airbnb", 1550), ("Booking.com", 1500), ("Abritel", 800))
SUMMER = Season("Été", (6, 15), (9, 15))
UNCLASSIFIED, STARS = TaxTariff(None, 500, 330, 1000), TaxTariff(150, addition=1000)
FIRST = date(2024, 1, 1)  # stands for the day of each mandate
USUAL = Terms(FIRST, rate=2000, platforms=PLATFORMS, cleaning=Service.GUEST)
AT_PRICE = replace(USUAL, cleaning=Service.CONTRACT, cleaning_cents=6000, linen=Service.CONTRACT, linen_cents=2200)
BY_PLATFORM = replace(
    AT_PRICE,
    rates=(Rate(1800, "Airbnb"), Rate(2500, season="Été"), Rate(1500, nights=14)),
    seasons=(SUMMER,),
    minimum_stay=3500,
)
HELD = replace(
    AT_PRICE, mode=Mode.MANDATE, rate=2200, base=Base(after_platform=True), tourist_tax=TouristTax.CONCIERGE,
    across=Across.NIGHTS, fixed=(Fixed("Abonnement", 1500, Per.MONTH),), owner_stay=4000,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """A lodging: what it is, where, whose (rank of the owner, share), on which terms, since how many months."""

    name: str
    house: bool
    address: str
    town: tuple[str, str, str]  # name, postcode, code of the town
    owners: tuple[tuple[int, int], ...]
    terms: Terms
    months: int
    sleeps: int = 4
    tax: TaxTariff | None = UNCLASSIFIED
    registered: bool = True
    main: bool = False
    #: what changed and how many months ago
    changed: tuple[Terms, int, str] | None = None


CASSIS, BANDOL, SANARY = (
    ("Cassis", "13260", "13022"),
    ("Bandol", "83150", "83009"),
    ("Sanary-sur-Mer", "83110", "83123"),
)
AUPS, COTIGNAC = ("Aups", "83630", "83007"), ("Cotignac", "83570", "83046")
MOUSTIERS, BAUDUEN = ("Moustiers-Sainte-Marie", "04360", "04135"), ("Bauduen", "83630", "83015")
PLACES: tuple[Place, ...] = (
    Place("Le Cabanon des Calanques", False, "14 rue du Port", CASSIS, ((0, WHOLE),), USUAL, 20, 4),
    Place("La Voilerie", False, "3 quai des Barques", CASSIS, ((0, WHOLE),), AT_PRICE, 20, 2, STARS),
    Place("Mas du Verdon", True, "Chemin de la Source", BAUDUEN, ((0, WHOLE),), BY_PLATFORM, 18, 10),
    Place("Studio Mistral", False, "27 allée des Pins", BANDOL, ((1, WHOLE),), USUAL, 17, 2,
          changed=(replace(AT_PRICE, rate=2200), 4, "Avenant n° 1 : ménage et linge compris")),
    Place("Les Genêts", False, "8 traverse du Moulin", BANDOL, ((1, WHOLE),), AT_PRICE, 16, 4),
    Place("Villa Amandine", True, "41 chemin des Oliviers", SANARY, ((2, 6000), (3, 4000)), BY_PLATFORM, 15, 8, STARS),
    Place("L'Atelier de Claire", False, "5 rue des Arts", COTIGNAC, ((3, WHOLE),), USUAL, 14, 3),
    Place("Le Pigeonnier", True, "Route de Salernes", AUPS, ((4, WHOLE),), AT_PRICE, 13, 6, STARS),
    Place("La Bergerie", True, "Route de Salernes", AUPS, ((4, WHOLE),), AT_PRICE, 13, 6, STARS),
    Place("La Maison des Faïenciers", True, "2 rue de la Bourgade", MOUSTIERS, ((5, WHOLE),), HELD, 12, 6),
    Place("Chez Marc", False, "19 rue de la République", BANDOL, ((6, WHOLE),), USUAL, 10, 4, main=True),
    Place("Le Nid du Cloître", False, "1 place du Couvert", MOUSTIERS, ((5, WHOLE),), USUAL, 6, 2, registered=False),
)  # fmt: skip


def write(profile: Profile, scale: float, now: datetime) -> list[Lodging]:
    """The lodgings in the order of `PLACES`, again and again beyond scale 1; none for another trade. In a transaction."""
    if TRADE not in profile.trades:
        return []
    change_setting("concierge.active", True)
    owners = _owners()
    count = max(len(PLACES), round(len(PLACES) * scale))
    places = [PLACES[rank % len(PLACES)] for rank in range(count)]
    return [_lodging(place, rank, owners, now) for rank, place in enumerate(places)]


def _owners() -> list[Contact]:
    account = select(Contact).join(User, User.id == Contact.user_id).where(User.email == f"proprietaire@{DOMAIN}")
    return [*db.session.scalars(account), *(_owner(*told) for told in OWNERS)]


def _owner(name: str, email: str, street: str, postcode: str, town: str) -> Contact:
    place = {"email": email, "address": street, "postcode": postcode, "town": town}
    if name.startswith("SCI"):
        return add_contact(kind=ContactKind.COMPANY, name=name, siret=COMPANY, **place)
    first, _space, last = name.partition(" ")
    return add_contact(first_name=first, last_name=last, **place)


def _lodging(place: Place, rank: int, owners: Sequence[Contact], now: datetime) -> Lodging:
    turn = rank // len(PLACES)
    town, postcode, code = place.town
    start = _months_ago(now, place.months)
    family = family_named("Maison" if place.house else "Appartement")
    with clock.told_at(clock.at(start, 9) - timedelta(days=12)):
        lodging = add_lodging(
            label=f"{place.name} {turn + 1}" if turn else place.name, family_id=family.id if family else None, address=place.address,
            town=town, postcode=postcode, sleeps=place.sleeps, main_residence=place.main, tax=tax_data(place.tax),
            registration=f"{code}{rank + 1:06d}GP" if place.registered else "",
        )  # fmt: skip
        if family:
            change_asset(lodging.asset, custom={"surface_m2": 18 + 11 * place.sleeps})
        shares = [OwnerInput(owners[one].id, share) for one, share in place.owners]
        told = MandateInput(start, shares, replace(place.terms, since=start), signed_on=clock.today())
        mandate = add_mandate(lodging, told)
        db.session.flush()  # its history is of that day
    if place.changed:
        _change(mandate, *place.changed, now)
    return lodging


def _change(mandate: RentalMandate, terms: Terms, months: int, reason: str, now: datetime) -> None:
    day = _months_ago(now, months)
    with clock.told_at(clock.at(day, 9) - timedelta(days=20)):
        add_version(mandate, replace(terms, since=day), reason)
        db.session.flush()


def _months_ago(now: datetime, months: int) -> date:
    """The first of a month, so many months before this one."""
    today = clock.local(now).date()
    return clock.months_after(today.replace(day=1), -months)
