"""Sections of lodgings in figures: occupancy, prices, income by lodging and platform, our fees, delays, what the law asks."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from app.concierge.queries.nights import Nights
from app.core.i18n import NBSP, _, _n
from app.core.money import euros
from app.insights.queries.rentals import Rentals, total
from app.insights.views.lending_use import HEATS, bars, month_label, one
from app.insights.views.sections import Section, number, rate
from app.statements.models import Month

SHOWN, TOP, PLATFORMS = 15, 10, 6
COLOURS = ("primary", "accent", "terre", "vert", "violet", "ambre", "gris")
EMPTY = "Aucun logement sous mandat dans cette période"


@dataclass(frozen=True, slots=True)
class Kind:
    """A section that may be asked for: `make(figures, whole)`."""

    key: str
    make: Callable[[Rentals, bool], Section]


def label(month: Month) -> str:
    """« janv. 2026 »."""
    return month_label(month.month, month.year)


def full(nights: Nights) -> int:
    """Occupancy in per cent."""
    return round(100 * nights.sold / nights.available) if nights.available else 0


def channel_name(channel: str) -> str:
    """The platform; what came without one."""
    return channel or _("En direct")


def occupancy(found: Rentals, whole: bool) -> Section:
    """By lodging and month: the darker, the fuller; the emptiest lodgings first."""
    months = found.nights_by_month()
    year = total(months)
    lines = sorted(
        ((found.places[id_].name, nights) for id_, nights in found.nights.items()),
        key=lambda row: (full(total(row[1])), row[0]),
    )
    shown = (lines if whole else lines[:SHOWN]) + ([(_("Tous les logements"), months)] if len(lines) > 1 else [])
    series = one(
        _("Nuits louées"),
        [full(nights) for nights in months],
        "primary",
        kind="line",
        words=[rate(n.sold, n.available) for n in months],
    )
    return Section(
        "occupation", _("Occupation par mois"), [_("Logement"), *map(label, found.months), _("Période")],
        [[name, *(f"{full(n)}{NBSP}%" if n.available else "–" for n in (*nights, total(nights)))] for name, nights in shown],
        heat=[[sum(full(n) >= step for step in HEATS) if n.available else 0 for n in (*nights, total(nights))] for _name, nights in shown],
        figure=rate(year.sold, year.available), note=_("des nuits à louer"), wide=True, total=len(shown) if whole or len(lines) <= SHOWN else len(lines),
        chart=bars([label(month) for month in found.months], series, unit="%", max=100) if lines else None,
        sentence=_("Nuits louées sur les nuits sous mandat, celles des propriétaires et celles fermées mises à part ; le tableau commence par les logements les plus vides"),
        empty=_(EMPTY),
    )  # fmt: skip


def use(found: Rentals, whole: bool) -> Section:
    """What became of the nights of each lodging."""
    sums: dict[int, int] = defaultdict(int)
    for (lodging_id, _channel, _rank), cents in found.income.items():
        sums[lodging_id] += cents
    rows = [(place, total(found.nights[place.id]), sums[place.id]) for place in found.places.values()]
    rows = sorted(rows, key=lambda row: (-row[2], row[0].name))
    top = rows[:TOP]
    series = one(
        _("Prix des nuits"),
        [cents / 100 for _place, _nights, cents in top],
        "primary",
        words=[euros(row[2]) for row in top],
    )
    income = sum(cents for _place, _nights, cents in rows)
    return Section(
        "logements", _("Recettes par logement"),
        [_("Logement"), _("Commune"), _("Nuits sous mandat"), _("Louées"), _("Propriétaire"), _("Fermées"), _("Occupation"), _("Recettes"), _("Prix moyen")],
        [[place.name, place.town, str(n.under), str(n.sold), str(n.owner), str(n.blocked), rate(n.sold, n.available), euros(cents), _price(cents, n.sold)]
         for place, n, cents in (rows if whole else rows[:SHOWN])],
        figure=euros(income), note=_("payés pour les nuits"), texts=(1,), wide=True, total=len(rows),
        chart=bars([row[0].name for row in top], series, horizontal=True, unit="€") if income else None,
        sentence=_("Prix des nuits payé par les voyageurs, remboursements déduits, par logement ; un séjour à cheval compte pour ses nuits"), empty=_(EMPTY),
    )  # fmt: skip


def _price(cents: int, nights: int) -> str:
    return euros(round(cents / nights)) if nights else "–"


def prices(found: Rentals, _whole: bool) -> Section:
    """The average price of a night, month by month."""
    months = found.nights_by_month()
    by_month: dict[int, int] = defaultdict(int)
    for (_place, _channel, rank), cents in found.income.items():
        by_month[rank] += cents
    rows = [(month, by_month[rank], months[rank].sold) for rank, month in enumerate(found.months)]
    cents, nights = sum(by_month.values()), sum(one.sold for one in months)
    series = one(
        _("Prix moyen"), [round(cents / nights / 100, 2) if nights else None for _month, cents, nights in rows], "accent", kind="line",
        words=[_price(cents, nights) for _month, cents, nights in rows],
    )  # fmt: skip
    return Section(
        "prix", _("Prix moyen d'une nuit"), [_("Mois"), _("Nuits louées"), _("Recettes"), _("Prix moyen")],
        [[label(month), str(nights), euros(cents), _price(cents, nights)] for month, cents, nights in rows] if nights else [],
        figure=_price(cents, nights), note=_("la nuit"), chart=bars([label(row[0]) for row in rows], series, unit="€") if nights else None,
        sentence=_("Recettes divisées par les nuits louées, chaque mois"), empty=_("Aucune nuit louée dans cette période"),
    )  # fmt: skip


def platforms(found: Rentals, _whole: bool) -> Section:
    """The share of each platform."""
    cents: dict[str, int] = defaultdict(int)
    for (_place, channel, _rank), part in found.income.items():
        cents[channel] += part
    rows = [(channel, *found.sold.get(channel, (0, 0)), cents[channel]) for channel in {*cents, *found.sold}]
    rows = sorted(rows, key=lambda row: (-row[3], row[0]))
    whole = sum(row[3] for row in rows)
    series = one(_("Recettes"), [row[3] / 100 for row in rows], "primary", words=[euros(row[3]) for row in rows])
    return Section(
        "plateformes", _("Part des plateformes"), [_("Plateforme"), _("Séjours"), _("Nuits"), _("Recettes"), _("Part"), _("Prix moyen")],
        [[channel_name(channel), str(stays), str(nights), euros(part), rate(part, whole), _price(part, nights)] for channel, stays, nights, part in rows],
        figure=str(sum(row[1] for row in rows)), note=_n("séjour", "séjours", sum(row[1] for row in rows)),
        chart={"type": "doughnut", "labels": [channel_name(row[0]) for row in rows], "series": [series], "unit": "€"} if whole else None,
        sentence=_("Recettes de la période, par plateforme"), empty=_("Aucun séjour dans cette période"),
    )  # fmt: skip


def by_platform(found: Rentals, whole: bool) -> Section:
    """What each lodging brings by each platform."""
    sums: dict[str, int] = defaultdict(int)
    cells: dict[tuple[int, str], int] = defaultdict(int)
    for (place, channel, _rank), cents in found.income.items():
        sums[channel] += cents
        cells[place, channel] += cents
    channels = sorted(sums, key=lambda channel: (-sums[channel], channel))
    places = sorted(
        {place for place, _channel in cells},
        key=lambda id_: (-sum(cells[id_, channel] for channel in channels), found.places[id_].name),
    )
    top = places[:TOP]
    series = [
        one(channel_name(channel), [cells[id_, channel] / 100 for id_ in top], COLOURS[min(rank, len(COLOURS) - 1)],
            words=[euros(cells[id_, channel]) for id_ in top])
        for rank, channel in enumerate(channels[:PLATFORMS])
    ]  # fmt: skip
    return Section(
        "recettes", _("Recettes par logement et plateforme"), [_("Logement"), *map(channel_name, channels), _("Total")],
        [[found.places[id_].name, *(euros(cells[id_, channel]) if cells[id_, channel] else "–" for channel in channels),
          euros(sum(cells[id_, channel] for channel in channels))] for id_ in (places if whole else places[:SHOWN])],
        chart=bars([found.places[id_].name for id_ in top], *series, stacked=True, horizontal=True, unit="€") if places else None, wide=True,
        total=len(places), sentence=_("Prix des nuits des logements qui rapportent le plus, par plateforme"), empty=_("Aucune recette dans cette période"),
    )  # fmt: skip


def commission(found: Rentals, _whole: bool) -> Section:
    """What we earn: approved, or still a preview."""
    rows = [
        (month, fees) for month, fees in zip(found.months, found.fees, strict=True) if fees.commission or fees.others
    ]
    earned = sum(fees.commission for _month, fees in rows)
    series = [
        one(name, [fees.commission / 100 if fees.sure is sure else 0 for _month, fees in rows], colour,
            words=[euros(fees.commission) if fees.sure is sure else "–" for _month, fees in rows])
        for name, colour, sure in ((_("Approuvée"), "primary", True), (_("Provisoire"), "gris", False))
    ]  # fmt: skip
    return Section(
        "commission", _("Commission gagnée"), [_("Mois"), _("État"), _("Commission HT"), _("Autres honoraires HT"), _("Total HT")],
        [[label(month), _("Approuvée") if fees.sure else _("Provisoire : tout n'est pas approuvé"), euros(fees.commission), euros(fees.others),
          euros(fees.commission + fees.others)] for month, fees in rows],
        figure=euros(earned), note=_("hors taxes"), texts=(1,), chart=bars([label(row[0]) for row in rows], *series, stacked=True, unit="€") if rows else None,
        sentence=_("Commission de gestion hors taxes, par mois de relevé ; grise tant qu'un relevé du mois reste à approuver"),
        empty=_("Aucun mois compté dans cette période"),
    )  # fmt: skip


def delay(found: Rentals, _whole: bool) -> Section:
    """How soon owners have their statement and its invoice."""
    rows = [(month, row) for month, row in zip(found.months, found.sendings, strict=True) if row.statements]
    sent = sum(row.sent for _month, row in rows)
    days = sum(row.days * row.sent for _month, row in rows) / sent if sent else 0
    series = one(
        _("Jours en moyenne"),
        [round(row.days, 1) for _month, row in rows],
        "primary",
        words=[f"{number(row.days)}{NBSP}j" for _month, row in rows],
    )
    return Section(
        "delai", _("Délai d'envoi des relevés"), [_("Mois"), _("Relevés"), _("Envoyés"), _("Jours en moyenne"), _("Le plus long (j)")],
        [[label(month), str(row.statements), str(row.sent), number(row.days) if row.sent else "–", str(row.most) if row.sent else "–"] for month, row in rows],
        figure=f"{number(days)}{NBSP}j" if sent else "–", note=_("après la fin du mois"),
        chart=bars([label(row[0]) for row in rows], series, unit="j") if sent else None,
        sentence=_("Jours entre la fin du mois et l'envoi du relevé et de la facture"), empty=_("Aucun relevé dans cette période"),
    )  # fmt: skip


def registration(found: Rentals, _whole: bool) -> Section:
    """Lodgings that may not be let without a number."""
    missing = found.unregistered()
    return Section(
        "enregistrement", _("Numéros d'enregistrement à compléter"), [_("Logement"), _("Commune"), _("Numéro")],
        [[place.name, place.town, place.registration or _("aucun")] for place in missing], figure=str(len(missing)),
        note=_n("logement", "logements", len(missing)), texts=(1, 2), ready=True,
        empty=_("Chaque logement a son numéro d'enregistrement"),
    )  # fmt: skip


def residence(found: Rentals, whole: bool) -> Section:
    """The nights of main residences, of the year, beside what the law allows."""
    rows = found.residences()
    over = sum(nights > place.cap for place, nights in rows)
    top = rows[:TOP]
    series = (
        one(_("Nuits louées"), [nights for _place, nights in top], "primary"),
        one(_("Nuits permises"), [place.cap for place, _nights in top], "gris"),
    )
    return Section(
        "residences", _("Résidences principales en %(year)s", year=found.filters.end.year),
        [_("Logement"), _("Commune"), _("Nuits louées"), _("Permises"), _("Restent")],
        [[place.name, place.town, str(nights), str(place.cap), str(max(place.cap - nights, 0))] for place, nights in (rows if whole else rows[:SHOWN])],
        figure=str(over), note=_n("au-delà du plafond", "au-delà du plafond", over), texts=(1,), total=len(rows),
        chart=bars([place.name for place, _nights in top], *series, horizontal=True) if rows else None,
        sentence=_("Nuits louées de l'année civile, réservations à venir comprises, et nuits permises à une résidence principale"),
        empty=_("Aucune résidence principale sous mandat"),
    )  # fmt: skip


KINDS: tuple[Kind, ...] = (
    Kind("occupation", occupancy), Kind("logements", use), Kind("prix", prices), Kind("plateformes", platforms),
    Kind("recettes", by_platform), Kind("commission", commission), Kind("delai", delay), Kind("enregistrement", registration),
    Kind("residences", residence),
)  # fmt: skip
