"""Sections of loans in figures: profit by unit and by season, debts of borrowers, outside repairers."""

from collections import Counter

from app.core.i18n import _
from app.core.money import euros
from app.insights.queries import advice
from app.insights.queries.profits import OUTSIDE, Span, Sums
from app.insights.states import Advice
from app.insights.views.lending_figures import COST, OWED, SHARE, VIEW, Figures, Kind
from app.insights.views.lending_use import SHOWN, ages, bars, by_family, by_month, by_unit, harms, late, one, wanted
from app.insights.views.sections import Data, Section, days, rate
from app.lending.states import ChargeKind
from app.repairers.queries import active

URGENT = (Advice.REPLACE, Advice.GIVE_UP, Advice.REPAIR, Advice.KEEP)


def _cents(label: str, cents: list[int], colour: str) -> Data:
    return one(label, [value / 100 for value in cents], colour, words=[euros(value) for value in cents])


def units(found: Figures) -> Section:
    """Each unit since it was bought: what it brought in, what it cost, what to do with it."""
    sums, rows = found.profits.of_units(), []
    for unit in found.fleet:
        if unit.until is None:
            said = advice.for_unit(unit, sums.get(unit.id, Sums()), found.usage.of([unit.id]))
            rows.append((unit, sums.get(unit.id, Sums()), said))
    rows.sort(key=lambda row: (URGENT.index(row[2].advice), row[1].result, row[0].label))
    counts = Counter(said.advice for _unit, _cell, said in rows)
    told = [one for one in URGENT if counts[one]]
    shown = rows if found.whole else rows[:SHOWN]
    table = []
    for unit, cell, said in shown:
        years = advice.age(unit, found.today)
        table.append([unit.label, _(said.advice.label), said.reason, unit.family, "–" if years is None else str(years), euros(cell.result),
                      *map(euros, (cell.rents, cell.fees, cell.repairs)), euros(cell.bought) if unit.value else "–"])  # fmt: skip
    total = sum((cell.result for _unit, cell, _said in rows), 0)
    return Section(
        "rentabilite", _("Rentabilité de chaque unité depuis l'achat"),
        [_("Unité"), _("Conseil"), _("Pourquoi"), _("Famille"), _("Âge (ans)"), _("Résultat"), _("Loyers"), _("Indemnités"), _("Réparations"), _("Achat")],
        table, figure=euros(total), note=_("de résultat TTC"), texts=(1, 2, 3), states=[said.advice for _unit, _cell, said in shown], total=len(rows), wide=True, ready=True,
        chart=bars([_(one.label) for one in told], one(_("Unités"), [counts[one] for one in told], "primary", colours=[one.colour for one in told]),
                   horizontal=True, values=True) if rows else None,
        sentence=_("Matériel en service, par conseil : réparer, remplacer, céder ou garder"), empty=_("Aucun matériel en service"),
    )  # fmt: skip


def activity(found: Figures) -> Section:
    """What lending brought in and cost, by season and family."""
    spans = found.profits.spans
    names = {unit.id: unit.family for unit in found.fleet}
    cells: dict[tuple[int, str], Sums] = {}
    for (unit_id, rank), sums in found.profits.cells.items():
        if rank != OUTSIDE and unit_id in names:
            key = rank, names[unit_id]
            cells[key] = cells.get(key, Sums()).plus(sums)
    keys = sorted((key for key in cells if any(cells[key])), key=lambda key: (key[0], -cells[key].result, key[1]))
    rows = [[_span(spans[rank]), family, *_sums(cells[rank, family])] for rank, family in keys]
    ranks = sorted({rank for rank, _family in keys})
    totals = {rank: _total(cells, rank) for rank in ranks}
    whole = _total(cells, None)
    rows += [[_span(spans[rank]), _("Toutes les familles"), *_sums(totals[rank])] for rank in ranks]
    labels = [_span(spans[rank]) for rank in ranks]
    series = (
        _cents(_("Loyers et indemnités"), [totals[rank].rents + totals[rank].fees for rank in ranks], "vert"),
        _cents(_("Réparations"), [totals[rank].repairs for rank in ranks], "terre"),
        _cents(_("Achats"), [totals[rank].bought for rank in ranks], "primary"),
    )
    return Section(
        "activite", _("Rentabilité de l'activité par saison et famille"),
        [_("Saison"), _("Famille"), _("Loyers"), _("Indemnités"), _("Réparations"), _("Achats"), _("Résultat")],
        rows, figure=euros(whole.result), note=_("de résultat TTC dans la période"), texts=(1,), wide=True,
        chart=bars(labels, *series, unit="€") if rows else None,
        sentence=_("Loyers et indemnités facturés, réparations confiées et achats de la période, par saison"),
        empty=_("Ni loyer, ni réparation, ni achat dans cette période"),
    )  # fmt: skip


def _span(span: Span) -> str:
    return span.name or _("Hors saison")


def _total(cells: dict[tuple[int, str], Sums], rank: int | None) -> Sums:
    total = Sums()
    for (known, _family), sums in cells.items():
        total = total.plus(sums) if rank in (None, known) else total
    return total


def _sums(sums: Sums) -> list[str]:
    return [euros(cents) for cents in (sums.rents, sums.fees, sums.repairs, sums.bought, sums.result)]


def owed(found: Figures) -> Section:
    """What borrowers owe, by what it is for."""
    debts = [(kind, found.unpaid[kind]) for kind in ChargeKind if kind in found.unpaid]
    left, overdue = sum(debt.left for _kind, debt in debts), sum(debt.late for _kind, debt in debts)
    rows = [[_(kind.label), str(len(debt.documents)), euros(debt.left), euros(debt.late)] for kind, debt in debts]
    series = (
        _cents(_("Échu"), [debt.late for _kind, debt in debts], "rouge"),
        _cents(_("Pas encore échu"), [debt.left - debt.late for _kind, debt in debts], "gris"),
    )
    return Section(
        "impayes-prets", _("Impayés des prêts"), [_("Nature"), _("Factures"), _("Reste à payer TTC"), _("Dont échu")], rows,
        figure=euros(left), note=_("dont %(late)s échus", late=euros(overdue)),
        chart=bars([row[0] for row in rows], *series, stacked=True, horizontal=True, unit="€") if rows else None,
        sentence=_("Ce que les emprunteurs doivent encore des factures de la période, par nature"),
        empty=_("Toutes les factures de prêts de cette période sont payées"),
    )  # fmt: skip


def repairers(found: Figures) -> Section:
    """Repairs sent out, by repairer."""
    rows = found.sent_out
    finished, overdue = sum(row.finished for row in rows), sum(row.late for row in rows)
    series = (
        one(_("Terminées à l'heure"), [row.finished - row.late for row in rows], "vert"),
        one(_("Terminées en retard"), [row.late for row in rows], "rouge"),
        one(_("En cours"), [row.in_hand for row in rows], "gris"),
    )
    return Section(
        "reparateurs", _("Réparations par réparateur extérieur"),
        [_("Réparateur"), _("En cours"), _("Terminées"), _("Délai moyen"), _("En retard"), _("Taux de retard"), _("Retard moyen"), _("Retours"),
         _("Taux de retour"), _("Coût TTC")],
        [[row.name, str(row.in_hand), str(row.finished), days(row.days) if row.finished else "–", str(row.late), rate(row.late, row.finished),
          days(row.late_days) if row.late else "–", str(row.returned), rate(row.returned, row.finished), euros(row.cost)] for row in rows],
        figure=rate(overdue, finished), note=_("terminées en retard"), wide=True, chart=bars([row.name for row in rows[:12]], *series, stacked=True, horizontal=True) if rows else None,
        sentence=_("Réparations confiées à chacun : terminées à l'heure ou en retard dans la période, et en cours"),
        empty=_("Aucune réparation confiée dans cette période"),
    )  # fmt: skip


KINDS: tuple[Kind, ...] = (
    Kind("utilisation", VIEW, by_family),
    Kind("unites", VIEW, by_unit),
    Kind("mois", VIEW, by_month),
    Kind("demandes", VIEW, wanted),
    Kind("rentabilite", COST, units),
    Kind("activite", COST, activity),
    Kind("age", VIEW, ages),
    Kind("impayes-prets", OWED, owed),
    Kind("pertes", VIEW, harms),
    Kind("retards", VIEW, late),
    Kind("reparateurs", SHARE, repairers, active),
)
