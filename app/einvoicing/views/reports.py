"""What is to be declared of each period, as a page and as a file."""

import csv
import io
from datetime import date

from flask import Response, request

from app.accounts.queries import our_organisation
from app.core import clock
from app.core.i18n import _
from app.core.money import amount_input, percent
from app.core.permissions import requires
from app.core.web import or_404, page
from app.einvoicing.queries import duties
from app.einvoicing.queries.periods import Period, period_of, periods
from app.einvoicing.queries.reporting import CATEGORIES, Report
from app.einvoicing.queries.reporting import report as report_of
from app.einvoicing.views.blueprint import VIEW, bp, tabs

HEADERS = ("Nature", "Jour", "Catégorie", "Taux", "Base HT", "TVA", "Montant TTC", "Opérations")


def _asked() -> Period:
    """The period of the address; the last one that is over else."""
    rhythm = duties.rhythm(our_organisation())
    text = request.args.get("periode", "")
    if not text:
        return periods(rhythm, 2)[1]
    try:
        return period_of(rhythm, date.fromisoformat(text))
    except ValueError:
        return or_404(None)


@bp.get("/declarations")
@requires(VIEW)
def report() -> Response:
    """The sums of a period."""
    ours, period = our_organisation(), _asked()
    known = {duty.key: duty for duty in duties.duties()}
    return page(
        "einvoicing/report.html", block="periode", tabs=tabs("report"), period=period, periods=periods(duties.rhythm(ours)),
        report=report_of(period.first, period.last), categories=CATEGORIES, duty=known.get("report"), payments=known.get("payments"),
        outside=duties.is_outside(ours), today_is=clock.today(),
    )  # fmt: skip


@bp.get("/declarations.csv")
@requires(VIEW)
def report_csv() -> Response:
    """The same as a file."""
    period = _asked()
    name = f"declaration-{period.first:%Y%m%d}-{period.last:%Y%m%d}.csv"
    content = _sheet(report_of(period.first, period.last))
    return Response(
        content,
        headers={"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": f'attachment; filename="{name}"'},
    )


def _sheet(found: Report) -> bytes:
    out = io.StringIO()
    sheet = csv.writer(out, delimiter=";", lineterminator="\r\n")
    sheet.writerow([_(name) for name in HEADERS])
    for row in found.sales:
        sheet.writerow([
            _("Vente"), clock.table_date(row.day), row.category, percent(row.rate), amount_input(row.base), amount_input(row.vat),
            amount_input(row.base + row.vat), row.operations,
        ])  # fmt: skip
    for paid in found.payments:
        sheet.writerow(
            [
                _("Encaissement"),
                clock.table_date(paid.day),
                "",
                percent(paid.rate),
                "",
                "",
                amount_input(paid.amount),
                "",
            ]
        )
    for number, day, _client, gross in found.abroad:
        sheet.writerow(
            [
                _("Vente à l'étranger %(number)s", number=number),
                clock.table_date(day),
                "",
                "",
                "",
                "",
                amount_input(gross),
                1,
            ]
        )
    return b"\xef\xbb\xbf" + out.getvalue().encode()
