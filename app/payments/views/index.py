"""The list of payments and its file; the aged balance."""

from collections.abc import Iterator

from flask import Response, request

from app.core import clock
from app.core.db import db
from app.core.money import amount_input
from app.core.pages import asked_page, page_address, paged
from app.core.permissions import requires
from app.core.sheets import csv_blocks
from app.core.web import page
from app.payments import queries
from app.payments.queries import Filters
from app.payments.states import Method, PaymentState
from app.payments.views.blueprint import bp, tabs

HEADERS = ("Date", "Payeur", "Moyen", "Référence", "Montant", "Non affecté", "État", "Par")


@bp.get("/reglements")
@requires("payment.view")
def index() -> Response:
    """Every movement of money, with what it settled."""
    filters = Filters.read(request.args)
    number, size = asked_page()
    return page(
        "payments/list.html", block="liste", page=paged(queries.listing(filters), number, size), address=page_address,
        filters=filters, methods=Method, states=PaymentState, month=queries.received_this_month(), tabs=tabs("index"),
    )  # fmt: skip


@bp.get("/reglements.csv")
@requires("payment.view")
def export() -> Response:
    """The list with its filters, as a file."""
    rows = db.session.execute(queries.listing(Filters.read(request.args))).all()

    def lines() -> Iterator[tuple[str, ...]]:
        for row in rows:
            yield (
                row.received_on.strftime("%d/%m/%Y"), row.client or "", row.method.label, row.reference,
                amount_input(row.amount), amount_input(row.spare), row.state.label, row.by,
            )  # fmt: skip

    return _file("reglements.csv", csv_blocks(HEADERS, lines()))


def _file(name: str, blocks: Iterator[str]) -> Response:
    response = Response(blocks, mimetype="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.get("/reglements/balance-agee")
@requires("payment.view")
def aged() -> Response:
    """Who owes what, and since when."""
    rows = queries.aged_balance()
    sums = [sum(row.not_due for row in rows), *(sum(row.late[column] for row in rows) for column in range(4))]
    return page("payments/aged.html", rows=rows, sums=sums, tabs=tabs("aged"), today_is=clock.today())


@bp.get("/reglements/balance-agee.csv")
@requires("payment.view")
def aged_export() -> Response:
    """The aged balance as a file."""
    headers = ("Payeur", "Total", "Non échu", "1 à 30 jours", "31 à 60 jours", "61 à 90 jours", "Plus de 90 jours")
    rows = (
        (row.name, amount_input(row.total), amount_input(row.not_due), *(amount_input(late) for late in row.late))
        for row in queries.aged_balance()
    )
    return _file("balance-agee.csv", csv_blocks(headers, rows))
