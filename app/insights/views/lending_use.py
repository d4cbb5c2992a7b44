"""Sections of loans in figures: use by family, month and unit, requests not met, age, losses, late returns."""

from collections import Counter
from typing import Any

from app.core.clock import MONTHS_SHORT
from app.core.i18n import NBSP, _, _n
from app.insights.queries import advice
from app.insights.queries.fleet import Back, Time
from app.insights.queries.repairers import mean
from app.insights.states import Advice, AgeBand
from app.insights.views.lending_figures import Figures
from app.insights.views.sections import Data, Section, number, rate
from app.lending.states import IncidentState

SHOWN = 15
#: Bars from which a chart of them is higher, and what stands beside it too.
HIGH = 8
#: Use in per cent from which a cell of the heat table takes each of its four tones.
HEATS = (15, 40, 65, 85)
BANDS = ((0, 0, "0 %"), (1, 25, "1–25 %"), (26, 50, "26–50 %"), (51, 75, "51–75 %"), (76, 100, "76–100 %"))


def bars(labels: list[str], *series: Data, **more: Any) -> Data:
    """A chart of bars."""
    return {"type": "bar", "labels": labels, "series": list(series), **more}


def one(label: str, data: list[Any], colour: str, **more: Any) -> Data:
    """A series of a chart."""
    return {"label": label, "data": data, "colour": colour, **more}


def use(time: Time) -> int:
    """Out, in per cent of the open days."""
    return advice.percent(time.out, time.open)


def by_family(found: Figures) -> Section:
    """How much of its open days each family is out."""
    rows = [(name, ids, found.usage.of(ids)) for name, ids in found.families.items()]
    rows = sorted((row for row in rows if row[2].open), key=lambda row: (-use(row[2]), row[0]))
    total = found.usage.of([unit.id for unit in found.fleet])
    top = rows[:12]
    series = one(_("Jours ouverts sortis"), [use(time) for _name, _ids, time in top], "primary",
                 words=[rate(time.out, time.open) for _name, _ids, time in top])  # fmt: skip
    return Section(
        "utilisation", _("Utilisation par famille"),
        [_("Famille"), _("Unités"), _("Prêts"), _("Jours ouverts"), _("Jours sortis"), _("Jours en réparation"), _("Utilisation")],
        [[name, str(len(ids)), str(sum(found.usage.loans.get(unit, 0) for unit in ids)), str(time.open), str(time.out),
          str(time.repair), rate(time.out, time.open)] for name, ids, time in rows],
        figure=rate(total.out, total.open), note=_("des jours ouverts"), chart=bars([row[0] for row in top], series, horizontal=True, unit="%") if rows else None,
        sentence=_("Part des jours ouverts où le matériel de chaque famille était sorti"), empty=_("Aucun matériel à prêter dans cette période"),
    )  # fmt: skip


def by_unit(found: Figures) -> Section:
    """Units by how much they are out: what sleeps first."""
    rows = [(unit, found.usage.of([unit.id])) for unit in found.fleet]
    rows = sorted((row for row in rows if row[1].open), key=lambda row: (use(row[1]), row[0].family, row[0].label))
    counts = [sum(low <= use(time) <= high for _unit, time in rows) for low, high, _label in BANDS]
    series = {"label": _("Unités"), "data": counts}
    asleep = counts[0]
    return Section(
        "unites", _("Utilisation par unité"),
        [_("Unité"), _("N° d'inventaire"), _("Famille"), _("Prêts"), _("Jours sortis"), _("Jours ouverts"), _("Utilisation")],
        [[unit.label, unit.number, unit.family, str(found.usage.loans.get(unit.id, 0)), str(time.out), str(time.open),
          rate(time.out, time.open)] for unit, time in (rows if found.whole else rows[:SHOWN])],
        figure=str(asleep), note=_n("jamais sortie", "jamais sorties", asleep), texts=(1, 2), total=len(rows), tall=len(found.families) > HIGH,
        chart={"type": "doughnut", "labels": [label.replace(" ", NBSP) for _low, _high, label in BANDS], "series": [series]} if rows else None,
        sentence=_("Unités, par part des jours ouverts où elles étaient sorties ; le tableau commence par celles qui dorment"),
        empty=_("Aucun matériel à prêter dans cette période"),
    )  # fmt: skip


def by_month(found: Figures) -> Section:
    """Use by family and month: the darker, the more it is out."""
    months = found.usage.months
    labels = [month_label(day.month, day.year) for day in months]
    ranks = range(len(months))
    lines = [(name, [found.usage.of(ids, rank) for rank in ranks]) for name, ids in found.families.items()]
    lines = [(name, times) for name, times in lines if any(time.open for time in times)]
    ids = [unit.id for unit in found.fleet]
    whole = [found.usage.of(ids, rank) for rank in ranks]
    lines += [(_("Toutes les familles"), whole)] if len(lines) > 1 else []
    series = one(
        _("Jours ouverts sortis"),
        [use(time) for time in whole],
        "primary",
        kind="line",
        words=[rate(time.out, time.open) for time in whole],
    )
    return Section(
        "mois", _("Utilisation par mois"), [_("Famille"), *labels],
        [[name, *(f"{use(time)}{NBSP}%" if time.open else "–" for time in times)] for name, times in lines],
        heat=[[sum(use(time) >= step for step in HEATS) if time.open else 0 for time in times] for _name, times in lines],
        chart=bars(labels, series, unit="%") if lines else None, wide=True, sentence=_("Part des jours ouverts où le matériel était sorti, chaque mois"),
        empty=_("Aucun matériel à prêter dans cette période"),
    )  # fmt: skip


def month_label(month: int, year: int) -> str:
    """« janv. 2026 »."""
    return f"{MONTHS_SHORT[month - 1]} {year}"


def wanted(found: Figures) -> Section:
    """What could not be lent, and whether to buy one more."""
    said = [advice.for_family(row, found.usage.of(found.of_family(row.family_id))) for row in found.wanted]
    missed, buys = sum(row.missed for row in found.wanted), sum(one.advice == Advice.BUY for one in said)
    note = _n("demande sans matériel", "demandes sans matériel", missed)
    bought = _n("un achat conseillé", "%(num)s achats conseillés", buys) if buys else _("aucun achat conseillé")
    top = found.wanted[:10]
    series = (
        one(_("Servies par une unité de plus"), [row.served for row in top], "vert"),
        one(_("Non servies"), [row.missed - row.served for row in top], "rouge"),
        one(_("Prêtées finalement"), [row.accepted for row in top], "gris"),
    )
    return Section(
        "demandes", _("Demandes refusées ou en attente : en acheter un de plus ?"),
        [_("Famille"), _("Conseil"), _("Pourquoi"), _("Demandes"), _("Refusées"), _("En attente"), _("Prêtées"), _("Sans suite"), _("Retirées"),
         _("Avec une de plus")],
        [[row.family, _(one.advice.label), one.reason, *map(str, (row.asked, row.refused, row.waiting, row.accepted, row.lapsed, row.called_off, row.served))]
         for row, one in zip(found.wanted, said, strict=True)],
        figure=str(missed), note=f"{note}, {bought}", texts=(1, 2), states=[one.advice for one in said], wide=True, chart=bars([row.family for row in top], *series, stacked=True, horizontal=True) if any(row.missed or row.accepted for row in top) else None,
        sentence=_("Demandes de la période qui n'ont pas trouvé de matériel, et celles qu'une unité de plus aurait servies l'une après l'autre"),
        empty=_("Aucune demande refusée ni en attente dans cette période"), ready=True,
    )  # fmt: skip


# --- age, losses, delays ----------------------------------------------------------------------------------------------


def ages(found: Figures) -> Section:
    """How old what we lend is."""
    units = [unit for unit in found.fleet if unit.until is None]
    years = {unit.id: advice.age(unit, found.today) for unit in units}
    counts = Counter(AgeBand.of(years[unit.id]) for unit in units)
    known = [value for value in years.values() if value is not None]
    rows = [[_(band.label), str(counts[band]), rate(counts[band], len(units))] for band in AgeBand if counts[band]]
    return Section(
        "age", _("Âge du matériel"), [_("Acheté depuis"), _("Unités"), _("Part")], rows, figure=number(mean(known)), note=_("ans en moyenne"),
        chart={"type": "doughnut", "labels": [row[0] for row in rows], "series": [one(_("Unités"), [counts[band] for band in AgeBand if counts[band]], "c1")]} if rows else None,
        sentence=_("Matériel en service, par âge depuis l'achat"), empty=_("Aucun matériel en service"),
    )  # fmt: skip


def harms(found: Figures) -> Section:
    """Incidents by family and by what was decided."""
    states = [state for state in IncidentState if any(state in of for of in found.harms.values())]
    rows = []
    for name, ids in found.families.items():
        counts = [sum(found.harms.get(unit, {}).get(state, 0) for unit in ids) for state in states]
        if any(counts):
            rows.append((name, counts, sum(found.usage.loans.get(unit, 0) for unit in ids)))
    rows.sort(key=lambda row: (-sum(row[1]), row[0]))
    top = rows[:10]
    series = [one(_(state.label), [row[1][rank] for row in top], state.colour) for rank, state in enumerate(states)]
    return Section(
        "pertes", _("Pertes et dégâts"), [_("Famille"), *(_(state.label) for state in states), _("Total"), _("Prêts"), _("Pour 100 prêts")],
        [[name, *map(str, counts), str(sum(counts)), str(loans), number(100 * sum(counts) / loans) if loans else "–"] for name, counts, loans in rows],
        figure=str(sum(sum(row[1]) for row in rows)), note=_("incidents"), chart=bars([row[0] for row in top], *series, stacked=True, horizontal=True) if rows else None,
        sentence=_("Incidents signalés dans la période, par famille et par décision"), empty=_("Aucun incident dans cette période"),
    )  # fmt: skip


def late(found: Figures) -> Section:
    """Returns after the day agreed, by family."""
    names = {unit.id: unit.family for unit in found.fleet}
    groups: dict[str, list[Back]] = {}
    for back in found.usage.backs:
        groups.setdefault(names.get(back.asset_id, ""), []).append(back)
    rows = sorted(groups.items(), key=lambda row: (-_lates(row[1]), row[0]))
    every = found.usage.backs
    shown = [row for row in rows if _lates(row[1])][:10]
    series = (
        one(
            _("Rendus en retard"),
            [sum(back.days > 0 and not back.still_out for back in backs) for _name, backs in shown],
            "primary",
        ),
        one(
            _("Encore dehors"),
            [sum(back.days > 0 and back.still_out for back in backs) for _name, backs in shown],
            "rouge",
        ),
    )
    return Section(
        "retards", _("Retours en retard"),
        [_("Famille"), _("Attendus"), _("En retard"), _("Dont encore dehors"), _("Taux"), _("Retard moyen (j)"), _("Le plus long (j)")],
        [_late_row(name, backs) for name, backs in rows], figure=rate(_lates(every), len(every)), note=_("des retours"),
        chart=bars([row[0] for row in shown], *series, stacked=True, horizontal=True) if shown else None,
        sentence=_("Matériel rendu au moins un jour après la date convenue, ou encore dehors, par famille"), empty=_("Aucun retour attendu dans cette période"),
    )  # fmt: skip


def _lates(backs: list[Back]) -> int:
    return sum(back.days > 0 for back in backs)


def _late_row(name: str, backs: list[Back]) -> list[str]:
    days = [back.days for back in backs if back.days]
    out = sum(back.still_out and back.days > 0 for back in backs)
    return [
        name,
        str(len(backs)),
        str(len(days)),
        str(out),
        rate(len(days), len(backs)),
        number(mean(days)) if days else "–",
        str(max(days, default=0)),
    ]
