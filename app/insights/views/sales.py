"""Sales in figures: revenue, margin and what is not paid, by month and by family, each with its table and its CSV. /rapports/ventes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed
from app.catalog.queries import tree
from app.core import clock
from app.core.clock import MONTHS_SHORT
from app.core.i18n import _
from app.core.money import euros
from app.core.permissions import requires
from app.core.web import or_404, page
from app.insights.queries import sales as figures
from app.insights.queries.filters import Filters
from app.insights.queries.sales import Sales, Unpaid
from app.insights.states import Span
from app.insights.views.blueprint import bp
from app.insights.views.reports import as_csv
from app.insights.views.sections import Data, Section, rate

SEE, COST, OWED = "invoice.view", "catalog.cost", "payment.view"
COLOURS = ("primary", "accent", "terre", "vert", "violet", "ambre", "gris")
MOST = 6  # families shown apart in a chart; the rest together


@dataclass(frozen=True, slots=True)
class Figures:
    """What the sections are made of."""

    sales: Sales
    unpaid: Unpaid


@dataclass(frozen=True, slots=True)
class Kind:
    """A section that may be asked for; `right` opens it."""

    key: str
    right: str
    make: Callable[[Figures], Section]


@bp.get("/rapports/ventes")
@requires(SEE)
def sales() -> Response:
    """Every section that this person may see, for the period and the family of the address."""
    filters = _filters()
    found = _figures(filters)
    sections = [kind.make(found) for kind in KINDS if allowed(current_user, kind.right)]
    families = [(branch.id, "\u2003" * branch.depth + branch.name) for branch in tree()]
    return page(
        "insights/sales.html", block="rapports", filters=filters, sections=sections, spans=Span, families=families,
        export=lambda key: url_for("insights.sales_csv", sales_key=key, **_query(filters)),
    )  # fmt: skip


@bp.get("/rapports/ventes/<sales_key>.csv")
@requires(SEE)
def sales_csv(sales_key: str) -> Response:
    """The table of one section, as a spreadsheet opens it."""
    filters = _filters()
    kind = or_404(next((one for one in KINDS if one.key == sales_key and allowed(current_user, one.right)), None))
    return as_csv(kind.make(_figures(filters)), filters)


def _filters() -> Filters:
    return replace(Filters.read(request.args, clock.today()), assignee=None, site=None)


def _query(filters: Filters) -> dict[str, Any]:
    return dict(filters.query())


def _figures(filters: Filters) -> Figures:
    return Figures(figures.sales(filters), figures.unpaid(filters, clock.today()))


# --- sections ---------------------------------------------------------------------------------------------------------


def _months(found: Sales | Unpaid) -> list[str]:
    return [f"{MONTHS_SHORT[day.month - 1]} {day.year}" for day in found.months]


def _name(found: Sales | Unpaid, family: int | None) -> str:
    return found.families.get(family) or _("Sans famille")


def _stacks(found: Sales | Unpaid, value: Callable[[int, int | None], int]) -> list[Data]:
    """A series for each of the first families, the others together."""
    families = list(found.families)
    groups = [(_name(found, family), [family]) for family in families[:MOST]]
    if len(families) > MOST:
        groups.append((_("Autres familles"), families[MOST:]))
    ranks = range(len(found.months))
    return [
        _series(name, [sum(value(rank, family) for family in members) for rank in ranks], COLOURS[place])
        for place, (name, members) in enumerate(groups)
    ]


def _series(label: str, cents: list[int], colour: str, **more: Any) -> Data:
    return {
        "label": label, "data": [value / 100 for value in cents], "words": [euros(value) for value in cents], "colour": colour,
        **more,
    }  # fmt: skip


def _bars(labels: list[str], series: list[Data], **more: Any) -> Data:
    return {"type": "bar", "labels": labels, "series": series, "unit": "€", **more}


def revenue(found: Figures) -> Section:
    """Sold each month, by family."""
    sold = found.sales
    families, labels = list(sold.families), _months(sold)
    table = [
        [label, *(euros(sold.cells[rank, family].net if (rank, family) in sold.cells else 0) for family in families),
         euros(sold.of_month(rank).net)]
        for rank, label in enumerate(labels)
    ]  # fmt: skip
    table.append([_("Période"), *(euros(sold.of_family(family).net) for family in families), euros(sold.total.net)])
    chart = _bars(labels, _stacks(sold, lambda rank, family: _net(sold, rank, family)), stacked=True)
    return Section(
        "chiffre", _("Chiffre d'affaires par mois"), [_("Mois"), *(_name(sold, family) for family in families), _("Total HT")],
        table if families else [], figure=euros(sold.total.net), note=_("HT"), chart=chart if families else None, wide=True,
        sentence=_("Ventes hors taxes de chaque mois, par famille d'articles : factures émises moins avoirs, et caisse"),
        empty=_("Aucune vente dans cette période"),
    )  # fmt: skip


def _net(sold: Sales, rank: int, family: int | None) -> int:
    return sold.cells[rank, family].net if (rank, family) in sold.cells else 0


def by_family(found: Figures) -> Section:
    """Sold by family, and its share."""
    sold = found.sales
    families = list(sold.families)
    total = sold.total.net
    rows = [
        [_name(sold, family), euros(sold.of_family(family).net), rate(sold.of_family(family).net, total)]
        for family in families
    ]
    nets = [sold.of_family(family).net for family in families[:10]]
    chart = _bars(
        [_name(sold, family) for family in families[:10]],
        [_series(_("Ventes HT"), nets, "primary")],
        horizontal=True,
    )
    return Section(
        "ventes-familles", _("Ventes par famille"), [_("Famille"), _("Ventes HT"), _("Part")], rows,
        figure=str(len(families)), note=_("familles"), chart=chart if families else None,
        sentence=_("Ventes hors taxes de la période, par famille d'articles"), empty=_("Aucune vente dans cette période"),
    )  # fmt: skip


def margin(found: Figures) -> Section:
    """What is left of each month's sales once the goods are paid."""
    sold, labels = found.sales, _months(found.sales)
    cells = [sold.of_month(rank) for rank in range(len(labels))]
    rows = [_margin_row(label, cell) for label, cell in [*zip(labels, cells, strict=True), (_("Période"), sold.total)]]
    series = [
        _series(_("Marge"), [cell.margin for cell in cells], "vert"),
        _series(_("Coût d'achat"), [cell.cost for cell in cells], "terre"),
    ]
    return Section(
        "marge", _("Marge par mois"),
        [_("Mois"), _("Ventes HT"), _("Coût d'achat"), _("Marge"), _("Taux de marque"), _("Vendu sans coût connu")],
        rows if sold.families else [], figure=euros(sold.total.margin), note=rate(sold.total.margin, sold.total.net),
        chart=_bars(labels, series, stacked=True) if sold.families else None, wide=True,
        sentence=_("Ventes de chaque mois : coût d'achat et marge. Ce qui n'a pas de coût connu, comme la main-d'œuvre, compte en marge"),
        empty=_("Aucune vente dans cette période"),
    )  # fmt: skip


def _margin_row(label: str, cell: figures.Cell) -> list[str]:
    return [
        label, euros(cell.net), euros(cell.cost), euros(cell.margin), rate(cell.margin, cell.net), euros(cell.blind),
    ]  # fmt: skip


def margin_by_family(found: Figures) -> Section:
    """Margin by family."""
    sold = found.sales
    families = sorted(sold.families, key=lambda family: -sold.of_family(family).margin)
    rows = [_margin_row(_name(sold, family), sold.of_family(family)) for family in families]
    margins = [sold.of_family(family).margin for family in families[:10]]
    chart = _bars(
        [_name(sold, family) for family in families[:10]], [_series(_("Marge"), margins, "vert")], horizontal=True
    )
    return Section(
        "marge-familles", _("Marge par famille"),
        [_("Famille"), _("Ventes HT"), _("Coût d'achat"), _("Marge"), _("Taux de marque"), _("Vendu sans coût connu")], rows,
        figure=euros(sold.total.margin), note=_("HT"), chart=chart if families else None,
        sentence=_("Marge de la période, par famille d'articles"), empty=_("Aucune vente dans cette période"),
    )  # fmt: skip


def owed(found: Figures) -> Section:
    """What is not paid of each month's invoices."""
    rest, labels = found.unpaid, _months(found.unpaid)
    ranks = range(len(labels))
    rows = [
        [label, euros(rest.of_month(rank)), euros(rest.of_month(rank, late=True))] for rank, label in enumerate(labels)
    ]
    late = sum(rest.late.values())
    rows.append([_("Période"), euros(rest.total), euros(late)])
    series = [
        _series(_("Échu"), [rest.of_month(rank, late=True) for rank in ranks], "rouge"),
        _series(_("Pas encore échu"), [rest.of_month(rank) - rest.of_month(rank, late=True) for rank in ranks], "gris"),
    ]
    return Section(
        "impayes", _("Impayés par mois de facture"), [_("Factures de"), _("Reste à payer TTC"), _("Dont échu")],
        rows if rest.left else [], figure=euros(rest.total), note=_("dont %(late)s échus", late=euros(late)),
        chart=_bars(labels, series, stacked=True) if rest.left else None,
        sentence=_("Ce qui reste à payer des factures de chaque mois, échu ou non"),
        empty=_("Toutes les factures de cette période sont payées"),
    )  # fmt: skip


def owed_by_family(found: Figures) -> Section:
    """What is not paid, by family of what was sold."""
    rest = found.unpaid
    families = list(rest.families)
    rows = [
        [_name(rest, family), euros(rest.of_family(family)), euros(rest.of_family(family, late=True))]
        for family in families
    ]
    late = [rest.of_family(family, late=True) for family in families[:10]]
    waits = [rest.of_family(family) - cents for family, cents in zip(families[:10], late, strict=True)]
    chart = _bars(
        [_name(rest, family) for family in families[:10]],
        [_series(_("Échu"), late, "rouge"), _series(_("Pas encore échu"), waits, "gris")],
        horizontal=True, stacked=True,
    )  # fmt: skip
    return Section(
        "impayes-familles", _("Impayés par famille"), [_("Famille"), _("Reste à payer TTC"), _("Dont échu")], rows,
        figure=euros(rest.total), note=_("TTC"), chart=chart if families else None,
        sentence=_("Ce qui reste à payer des factures de la période, réparti d'après ce qui a été vendu"),
        empty=_("Toutes les factures de cette période sont payées"),
    )  # fmt: skip


KINDS: tuple[Kind, ...] = (
    Kind("chiffre", SEE, revenue),
    Kind("marge", COST, margin),
    Kind("ventes-familles", SEE, by_family),
    Kind("marge-familles", COST, margin_by_family),
    Kind("impayes", OWED, owed),
    Kind("impayes-familles", OWED, owed_by_family),
)
