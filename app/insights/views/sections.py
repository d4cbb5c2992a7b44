"""Sections of the reports: each with its chart and its table, in words; the table is also what is exported."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.core import clock
from app.core.clock import MONTHS_SHORT
from app.core.i18n import NBSP, _, _n
from app.core.labels import LabelEnum
from app.core.money import euros
from app.insights.queries import output, quotes, times
from app.insights.queries.filters import Filters
from app.insights.queries.times import Times
from app.insights.states import AgeGroup
from app.tickets.queries import word
from app.tickets.states import TicketState

Data = dict[str, Any]
TEAM, MONEY, QUOTES = "ticket.statistics", "ticket.money", "quote.view"


@dataclass(slots=True)
class Section:
    """A part of the reports. `columns` and `rows` are its table, as texts; `total` how many rows there are when not all are shown.

    `texts`: ranks of the columns that are words, after the first; `states`: one a row, whose badge takes the place of the second
    column; `heat`: a tone from 0 to 4 for each cell after the first; `ready`: the table is open at once.
    """

    key: str
    title: str
    columns: list[str]
    rows: list[list[str]]
    figure: str = ""
    note: str = ""
    chart: Data | None = None
    sentence: str = ""
    links: list[str] = field(default_factory=list)
    wide: bool = False
    tall: bool = False
    total: int = 0
    empty: str = ""
    texts: tuple[int, ...] = ()
    states: Sequence[LabelEnum] = ()
    heat: list[list[int]] = field(default_factory=list)
    ready: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """A section that may be asked for: `make(filters, money, whole)`; `right` opens it."""

    key: str
    right: str
    make: Callable[[Filters, bool, bool], Section]


def number(value: float) -> str:
    """« 2,3 »."""
    return f"{value:.1f}".replace(".", ",")


def days(value: float) -> str:
    """« 2,3 j »; under a day, « 5 h »."""
    return f"{number(value)}{NBSP}j" if value >= 1 else f"{round(value * 24)}{NBSP}h"


def rate(part: int, whole: int) -> str:
    """« 4,2 % »; a dash when there is nothing to divide by."""
    return f"{number(100 * part / whole)}{NBSP}%" if whole else "–"


def _bars(labels: list[str], *series: Data, **more: Any) -> Data:
    return {"type": "bar", "labels": labels, "series": list(series), **more}


# --- the team's figures -----------------------------------------------------------------------------------------------


def states(filters: Filters, _money: bool, _whole: bool) -> Section:
    """Open tickets by state and age: now, whatever the period."""
    found = output.open_by_state(filters, clock.today())
    series = [
        {"label": age.label, "data": [row.ages[rank] for row in found], "colour": age.colour}
        for rank, age in enumerate(AgeGroup)
    ]  # fmt: skip
    labels = [word(row.state) for row in found]
    return Section(
        "etats", _("Dossiers ouverts par état et par âge"), [_("État"), *(age.label for age in AgeGroup), _("Total")],
        [[word(row.state), *(str(age) for age in row.ages), str(row.count)] for row in found],
        figure=str(sum(row.count for row in found)), note=_("aujourd'hui"), chart=_bars(labels, *series, stacked=True, horizontal=True) if found else None, tall=True,
        sentence=_("Dossiers ouverts de chaque état, par nombre de jours depuis la réception"), empty=_("Aucun dossier ouvert"),
    )  # fmt: skip


def steps(filters: Filters, _money: bool, _whole: bool) -> Section:
    """Time spent in each state."""
    found = times.time_by_state(filters)
    return Section(
        "etapes", _("Temps par étape"), [_("Étape"), _("Passages"), _("Médiane"), _("Neuf sur dix en moins de")],
        [[word(state), str(one.count), days(one.median), days(one.p90)] for state, one in found.items()],
        chart=_durations([word(state) for state in found], list(found.values())) if found else None,
        figure=_first_diagnosis(found), tall=True, note=_("avant le premier diagnostic") if TicketState.RECEIVED in found else "",
        sentence=_("Nombre de jours passés dans chaque état : médiane, et durée que neuf dossiers sur dix ne dépassent pas"),
        empty=_("Aucun changement d'état dans cette période"),
    )  # fmt: skip


def _first_diagnosis(found: dict[TicketState, Times]) -> str:
    return days(found[TicketState.RECEIVED].median) if TicketState.RECEIVED in found else ""


def _durations(labels: list[str], found: list[Times]) -> Data:
    series = [
        {"label": label, "data": [round(value, 2) for value in values], "words": [days(value) for value in values], "colour": colour}
        for label, values, colour in (
            (_("Médiane"), [one.median for one in found], "primary"), (_("Neuf sur dix en moins de"), [one.p90 for one in found], "accent"),
        )
    ]  # fmt: skip
    return _bars(labels, *series, unit="j", horizontal=True)


def waits(filters: Filters, _money: bool, _whole: bool) -> Section:
    """Why work waits."""
    found = times.waits_by_reason(filters, clock.today())
    totals = [round(one.total, 1) for one in found.values()]
    series = {
        "label": _("Jours d'attente"),
        "data": totals,
        "colour": "terre",
        "words": [days(one.total) for one in found.values()],
    }
    return Section(
        "attentes", _("Causes d'attente"), [_("Cause"), _("Attentes"), _("Médiane"), _("Jours en tout")],
        [[reason.label, str(one.count), days(one.median), days(one.total)] for reason, one in found.items()],
        figure=str(times.whole(found.values())), note=_("attentes"), sentence=_("Jours d'attente en tout, par cause"),
        chart=_bars([reason.label for reason in found], series, horizontal=True, values=True) if found else None,
        empty=_("Aucune attente dans cette période"),
    )  # fmt: skip


def people(filters: Filters, money: bool, _whole: bool) -> Section:
    """Load and output of each person; amounts for those who may see them."""
    found = output.by_person(filters, clock.today())
    cents = quotes.accepted_by_person(filters) if money else {}
    names = [person.name or _("Non attribués") for person in found]
    columns = [
        _("Réparateur"),
        _("Ouverts"),
        _("En retard"),
        _("Terminés"),
        _("Réparés"),
        _("Retours"),
        _("Taux de retour"),
    ]
    rows = [
        [
            name,
            *(str(value) for value in (one.open, one.late, one.finished, one.repaired, one.returned)),
            rate(one.returned, one.repaired),
        ]
        for name, one in zip(names, found, strict=True)
    ]
    if money:
        columns.append(_("Devis acceptés TTC"))
        rows = [[*row, euros(cents.get(one.id, 0))] for row, one in zip(rows, found, strict=True)]
    series = (
        {"label": _("Terminés"), "data": [one.finished for one in found], "colour": "primary"},
        {"label": _("Ouverts"), "data": [one.open for one in found], "colour": "accent"},
    )
    return Section(
        "equipe", _("Charge et production par réparateur"), columns, rows, figure=str(sum(one.finished for one in found)), note=_("terminés"),
        chart=_bars(names, *series) if found else None, sentence=_("Dossiers terminés dans la période et dossiers ouverts, par réparateur"),
        wide=True, empty=_("Aucun dossier dans cette période"),
    )  # fmt: skip


def outcomes(filters: Filters, _money: bool, _whole: bool) -> Section:
    """How tickets ended."""
    found = output.outcomes(filters)
    total = sum(count for _outcome, count in found)
    series = {"label": _("Dossiers"), "data": [count for _outcome, count in found]}
    return Section(
        "issues", _("Issues"), [_("Issue"), _("Dossiers"), _("Part")],
        [[outcome.label, str(count), rate(count, total)] for outcome, count in found], figure=str(total), note=_("terminés"),
        chart={"type": "doughnut", "labels": [outcome.label for outcome, _count in found], "series": [series]} if found else None,
        sentence=_("Dossiers terminés dans la période, par issue"), empty=_("Aucun dossier terminé dans cette période"),
    )  # fmt: skip


def families(filters: Filters, _money: bool, whole: bool) -> Section:
    """What comes, by family."""
    found = output.by_family(filters)
    shown = found if whole else found[:12]
    top = shown[:8]
    series = {"label": _("Reçus"), "data": [row.received for row in top], "colour": "primary"}
    return Section(
        "familles", _("Par famille"), [_("Famille"), _("Reçus"), _("Réparés"), _("Retours"), _("Taux de retour")],
        [[row.name, str(row.received), str(row.repaired), str(row.returned), rate(row.returned, row.repaired)] for row in shown],
        figure=str(sum(row.received for row in found)), note=_("reçus"), sentence=_("Dossiers reçus dans la période, par famille"), wide=True,
        chart=_bars([row.name for row in top], series, horizontal=True, values=True) if found else None, total=len(found),
        empty=_("Aucun appareil reçu dans cette période"),
    )  # fmt: skip


def returns(filters: Filters, _money: bool, whole: bool) -> Section:
    """Every device taken back within the guarantee of its repair."""
    found = output.returns(filters, None if whole else output.RETURNS_SHOWN)
    columns = [
        _("Dossier"), _("Reçu le"), _("Appareil"), _("N° de série"), _("Client"), _("Panne signalée"), _("Réparation"), _("Sortie le"), _("Délai"),
        _("Réparateur"),
    ]  # fmt: skip
    rows = []
    for row in found:
        back, out = clock.local(row.received_at).date(), clock.local(row.out_at).date() if row.out_at else None
        rows.append([
            row.number, clock.table_date(back), row.title, row.serial or "", row.client or "", row.fault[:120], row.repair,
            clock.table_date(out) if out else "", days((back - out).days or 1) if out else "", row.repairer or "",
        ])  # fmt: skip
    total = int(found[0].rows) if found else 0
    return Section(
        "retours", _("Retours sous garantie de réparation"), columns, rows, figure=str(total), note=_n("retour", "retours", total),
        links=[row.number for row in found], wide=True, total=total, empty=_("Aucun retour sous garantie dans cette période"),
    )  # fmt: skip


# --- quotes -----------------------------------------------------------------------------------------------------------


def answered(filters: Filters, money: bool, _whole: bool) -> Section:
    """Quotes sent, and what clients answered."""
    found = quotes.answers(filters)
    labels = [f"{MONTHS_SHORT[month.first_day.month - 1]} {month.first_day.year}" for month in found.months]
    shown = (
        ("accepted", _("Acceptés"), "vert"),
        ("refused", _("Refusés"), "rouge"),
        ("expired", _("Expirés"), "gris"),
        ("pending", _("Sans réponse"), "ambre"),
    )
    series = [
        {"label": label, "data": [getattr(month, name) for month in found.months], "colour": colour}
        for name, label, colour in shown
    ]
    columns = [_("Envoyés en"), _("Envoyés"), *(label for _name, label, _colour in shown), _("Taux d'acceptation")]
    rows = []
    for label, month in [*zip(labels, found.months, strict=True), (_("Période"), found.total)]:
        counts = [month.sent, *(getattr(month, name) for name, _label, _colour in shown)]
        decided = month.accepted + month.refused + month.expired
        rows.append([label, *map(str, counts), rate(month.accepted, decided), *([euros(month.cents)] if money else [])])
    if money:
        columns.append(_("Acceptés TTC"))
    share = found.rate
    note = _("acceptés ; réponse en %(days)s", days=days(found.delay.median)) if found.delay.count else _("acceptés")
    return Section(
        "devis", _("Devis envoyés et réponses"), columns, rows if found.months else [], note=note if share is not None else "",
        figure=f"{round(100 * share)}{NBSP}%" if share is not None else "", chart=_bars(labels, *series, stacked=True) if found.months else None,
        sentence=_("Devis envoyés chaque mois, par réponse"), wide=True, empty=_("Aucun devis envoyé dans cette période"),
    )  # fmt: skip


KINDS: tuple[Kind, ...] = (
    Kind("devis", QUOTES, answered),
    Kind("etats", TEAM, states),
    Kind("etapes", TEAM, steps),
    Kind("equipe", TEAM, people),
    Kind("attentes", TEAM, waits),
    Kind("issues", TEAM, outcomes),
    Kind("familles", TEAM, families),
    Kind("retours", TEAM, returns),
)
