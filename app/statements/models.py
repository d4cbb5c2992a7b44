"""The plain data of an owner's month, in and out: no tables.

Money is in cents, VAT included where a guest pays and net of VAT for our fees; rates and shares are in basis points;
days are calendar dates, a stay's nights going from its arrival to the eve of its departure.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from app.statements.states import Across, LineKind, Mode, Per, Service, StayKind, TouristTax

WHOLE = 10_000


@dataclass(frozen=True)
class Month:
    """A calendar month."""

    year: int
    month: int

    @property
    def rank(self) -> int:
        """Its place among all months: those of two months differ by how far apart they are."""
        return self.year * 12 + self.month

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def next(self) -> "Month":
        """The month after."""
        return Month(self.year + self.month // 12, self.month % 12 + 1)

    @property
    def previous(self) -> "Month":
        """The month before."""
        return Month.of(self.first - timedelta(days=1))

    @property
    def last(self) -> date:
        """Its last day."""
        return self.next.first - timedelta(days=1)

    @classmethod
    def of(cls, day: date) -> "Month":
        """The month of a day."""
        return cls(day.year, day.month)


@dataclass(frozen=True)
class Season:
    """Days of every year, both included, as (month, day); it may go over New Year."""

    name: str
    first: tuple[int, int]
    last: tuple[int, int]

    def holds(self, day: date) -> bool:
        """Whether the day is in it."""
        at = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= at <= self.last
        return at >= self.first or at <= self.last


@dataclass(frozen=True)
class Rate:
    """A commission for some stays: the more conditions, the more specific; the most specific wins."""

    basis_points: int
    channel: str = ""
    season: str = ""
    #: stays of at least this many nights
    nights: int = 0

    @property
    def conditions(self) -> int:
        """How many it states."""
        return bool(self.channel) + bool(self.season) + bool(self.nights)


@dataclass(frozen=True)
class Base:
    """What our commission is counted on: the rent, and what else."""

    after_platform: bool = False
    cleaning: bool = False
    linen: bool = False
    tourist_tax: bool = False
    deposit: bool = False


@dataclass(frozen=True)
class Fixed:
    """A fee that depends on no price: cents net of VAT."""

    label: str
    cents: int
    per: Per


@dataclass(frozen=True)
class TaxTariff:
    """The tourist tax of a town. Classified: cents per adult and night. Else: a rate of the night's price net of VAT by
    occupant, at most `cap` cents; `addition` is what the department and region add (CGCT L2333-29 to 31, L3333-1)."""

    cents: int | None = None
    basis_points: int = 0
    cap: int | None = None
    addition: int = 0


@dataclass(frozen=True)
class Terms:
    """A version of a contract, in force from a day."""

    since: date
    mode: Mode = Mode.SERVICE
    rate: int = 0
    base: Base = Base()
    rates: tuple[Rate, ...] = ()
    seasons: tuple[Season, ...] = ()
    #: the platforms' own commissions, when a stay does not say its own, on what the guest pays without tourist tax
    platforms: tuple[tuple[str, int], ...] = ()
    minimum_stay: int = 0
    minimum_month: int = 0
    fixed: tuple[Fixed, ...] = ()
    cleaning: Service = Service.OWNER
    cleaning_cents: int = 0
    linen: Service = Service.OWNER
    linen_cents: int = 0
    tourist_tax: TouristTax = TouristTax.PLATFORM
    tax_tariff: TaxTariff | None = None
    #: what an owner's own stay costs him, besides cleaning and linen: cents
    owner_stay: int = 0
    #: whether a cancelled stay that left a fee bears our commission
    cancelled: bool = True
    across: Across = Across.DEPARTURE
    #: 2000 = 20 %; 0 = franchise (CGI 293 B)
    vat: int = 2000


@dataclass(frozen=True)
class Share:
    """An owner and his part of a lodging."""

    owner: str
    basis_points: int = WHOLE


@dataclass(frozen=True)
class Contract:
    """A lodging, its owners (the first bears the odd cents), the versions of its terms in the order of their days."""

    lodging: str
    owners: tuple[Share, ...]
    versions: tuple[Terms, ...]

    def on(self, day: date) -> Terms | None:
        """The terms in force on a day; None before the first."""
        found = [terms for terms in self.versions if terms.since <= day]
        return found[-1] if found else None


@dataclass(frozen=True)
class Stay:
    """A stay as the platform gives it. Amounts are what the guest pays for each thing, in cents."""

    ref: str
    lodging: str
    arrival: date
    departure: date
    channel: str = ""
    guest: str = ""
    kind: StayKind = StayKind.GUEST
    #: the nights alone; of a cancelled stay, what the owner keeps of it
    rent: int = 0
    cleaning: int = 0
    linen: int = 0
    #: None: counted by the tariff of the town
    tourist_tax: int | None = None
    #: what the platform keeps; None: counted by the contract
    platform: int | None = None
    #: given back to the guest
    refund: int = 0
    deposit_kept: int = 0
    cleaning_cost: int = 0
    linen_cost: int = 0
    adults: int = 1
    children: int = 0

    @property
    def nights(self) -> int:
        """At least one: a stay of one day counts as a night."""
        return max((self.departure - self.arrival).days, 1)


@dataclass(frozen=True)
class Entry:
    """What a stay does not say: a disbursement with its receipt, a payment received, a transfer, a service, a discount."""

    owner: str
    kind: LineKind
    label: str
    cents: int
    lodging: str = ""
    #: the VAT of what we bill, in basis points
    vat: int = 2000


@dataclass(frozen=True)
class Line:
    """A line of a statement: what, how much, and the sum that gives it, in French."""

    owner: str
    lodging: str
    stay: str
    kind: LineKind
    label: str
    cents: int
    formula: str = ""
    #: the VAT of a fee, in basis points
    vat: int = 0
    #: the closed month that it corrects
    of: Month | None = None


@dataclass(frozen=True)
class Book:
    """All that a month is counted from."""

    month: Month
    contracts: tuple[Contract, ...]
    stays: tuple[Stay, ...] = ()
    entries: tuple[Entry, ...] = ()
    #: what closed months still owe or were owed (`services.corrections`)
    corrections: tuple[Line, ...] = ()
    #: balance of each owner at the end of the month before, in cents
    openings: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Statement:
    """An owner's month: opening + receipts - expenses - fees - payouts = closing, in cents."""

    owner: str
    month: Month
    opening: int
    lines: tuple[Line, ...]
    receipts: int
    expenses: int
    fees: int
    payouts: int
    closing: int
