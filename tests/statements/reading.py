"""The cases, as a person who does not program writes them (tests/concierge/cases/*.yaml), read into the data of the calculation."""

from datetime import date
from pathlib import Path
from typing import Any

import yaml

from app.core.money import parse_cents
from app.statements.models import (
    Base,
    Book,
    Contract,
    Entry,
    Fixed,
    Month,
    Rate,
    Season,
    Share,
    Stay,
    TaxTariff,
    Terms,
)
from app.statements.states import Across, LineKind, Mode, Per, Service, StayKind, TouristTax

FOLDER = Path(__file__).parents[1] / "concierge" / "cases"
MODES = {"prestation": Mode.SERVICE, "mandat": Mode.MANDATE}
SERVICES = {
    "propriétaire": Service.OWNER,
    "prix du voyageur": Service.GUEST,
    "prix du contrat": Service.CONTRACT,
    "coût réel": Service.ACTUAL,
}
TAXES = {"plateforme": TouristTax.PLATFORM, "propriétaire": TouristTax.OWNER, "nous": TouristTax.CONCIERGE}
MONTHS = {"arrivée": Across.ARRIVAL, "départ": Across.DEPARTURE, "nuits": Across.NIGHTS}
KINDS = {"voyageur": StayKind.GUEST, "propriétaire": StayKind.OWNER, "annulé": StayKind.CANCELLED}
PER = {"séjour": Per.STAY, "nuit": Per.NIGHT, "mois": Per.MONTH}
ENTRIES = {
    "débours": LineKind.DISBURSED,
    "règlement": LineKind.SETTLED,
    "virement": LineKind.PAYOUT,
    "prestation": LineKind.OTHER,
}


def cases() -> list[dict[str, Any]]:
    """Every case of every file."""
    return [case for path in sorted(FOLDER.glob("*.yaml")) for case in yaml.safe_load_all(path.read_text("utf-8"))]


def book_of(case: dict[str, Any]) -> Book:
    """What the case is counted from."""
    year, month = str(case["mois"]).split("-")
    contracts = case.get("contrats") or [case["contrat"]]
    return Book(
        Month(int(year), int(month)),
        tuple(_contract(each) for each in contracts),
        tuple(_stay(each, contracts[0]["logement"]) for each in case.get("séjours", [])),
        tuple(_entry(each, contracts[0]) for each in case.get("écritures", [])),
        openings={owner: cents(amount) for owner, amount in case.get("report", {}).items()},
    )


def cents(amount: Any) -> int:
    """« 1 240,00 » in cents."""
    return parse_cents(str(amount))


def points(rate: Any) -> int:
    """« 20 % » in basis points."""
    return parse_cents(str(rate).removesuffix("%"))


def _contract(said: dict[str, Any]) -> Contract:
    owners = said.get("propriétaires") or {said["propriétaire"]: "100 %"}
    shares = tuple(Share(name, points(part)) for name, part in owners.items())
    versions = said.get("versions") or [{"depuis": date(2026, 1, 1)}]
    return Contract(said["logement"], shares, tuple(_terms({**said, **version}) for version in versions))


def _terms(said: dict[str, Any]) -> Terms:
    base = said.get("base", "loyer")
    return Terms(
        since=said["depuis"],
        mode=MODES[said.get("mode", "prestation")],
        rate=points(said.get("commission", "0 %")),
        base=Base(
            after_platform="commission de la plateforme" in base,
            cleaning="ménage" in base,
            linen="linge" in base,
            tourist_tax="taxe de séjour" in base,
            deposit="caution" in base,
        ),
        rates=tuple(_rate(each) for each in said.get("taux", [])),
        seasons=tuple(_season(name, days) for name, days in said.get("saisons", {}).items()),
        platforms=tuple((name, points(rate)) for name, rate in said.get("plateformes", {}).items()),
        minimum_stay=cents(said.get("minimum par séjour", 0)),
        minimum_month=cents(said.get("minimum par mois", 0)),
        fixed=tuple(Fixed(each["pour"], cents(each["prix"]), PER[each["par"]]) for each in said.get("frais", [])),
        cleaning=SERVICES[said.get("ménage", "propriétaire")],
        cleaning_cents=cents(said.get("prix du ménage", 0)),
        linen=SERVICES[said.get("linge", "propriétaire")],
        linen_cents=cents(said.get("prix du linge", 0)),
        tourist_tax=TAXES[said.get("taxe de séjour", "plateforme")],
        tax_tariff=_tariff(said.get("tarif de la commune")),
        owner_stay=cents(said.get("séjour du propriétaire", 0)),
        cancelled=said.get("commission sur annulation", True),
        across=MONTHS[said.get("mois du séjour", "départ")],
        vat=points(said.get("tva", "20 %")),
    )


def _rate(said: dict[str, Any]) -> Rate:
    return Rate(points(said["commission"]), said.get("plateforme", ""), said.get("saison", ""), said.get("nuits", 0))


def _season(name: str, days: str) -> Season:
    """« du 15/06 au 15/09 »."""
    first, last = days.removeprefix("du ").split(" au ")
    (a, b), (c, d) = first.split("/"), last.split("/")
    return Season(name, (int(b), int(a)), (int(d), int(c)))


def _tariff(said: dict[str, Any] | None) -> TaxTariff | None:
    if said is None:
        return None
    return TaxTariff(
        cents(said["par adulte et nuit"]) if "par adulte et nuit" in said else None,
        points(said.get("taux", "0 %")),
        cents(said["plafond"]) if "plafond" in said else None,
        points(said.get("additionnelle", "0 %")),
    )


def _stay(said: dict[str, Any], lodging: str) -> Stay:
    return Stay(
        ref=said["réf"],
        lodging=said.get("logement", lodging),
        arrival=said["du"],
        departure=said["au"],
        channel=said.get("plateforme", ""),
        kind=KINDS[said.get("type", "voyageur")],
        rent=cents(said.get("loyer", 0)),
        cleaning=cents(said.get("ménage", 0)),
        linen=cents(said.get("linge", 0)),
        tourist_tax=cents(said["taxe"]) if "taxe" in said else None,
        platform=cents(said["commission"]) if "commission" in said else None,
        refund=cents(said.get("remboursé", 0)),
        deposit_kept=cents(said.get("caution retenue", 0)),
        cleaning_cost=cents(said.get("coût du ménage", 0)),
        linen_cost=cents(said.get("coût du linge", 0)),
        adults=said.get("adultes", 1),
        children=said.get("enfants", 0),
    )


def _entry(said: dict[str, Any], contract: dict[str, Any]) -> Entry:
    owner = said.get("pour", contract.get("propriétaire", ""))
    return Entry(owner, ENTRIES[said["type"]], said["libellé"], cents(said["montant"]), said.get("logement", ""))
