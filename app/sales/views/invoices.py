"""The lists: /factures and /commandes, and their exports."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from flask import Response, current_app, request, stream_with_context
from flask_login import current_user

from app.core import clock
from app.core.money import amount_input
from app.core.pages import asked_page, page_address
from app.core.permissions import requires
from app.core.sheets import csv_blocks, write_xlsx
from app.core.web import page
from app.sales.queries import invoices as listing
from app.sales.queries.documents import INVOICES
from app.sales.queries.invoices import LEFT, STATES, DocumentFilters
from app.sales.states import DocumentKind
from app.sales.views.blueprint import invoices as bp

KINDS = {
    "factures": (*INVOICES, DocumentKind.CREDIT),
    "commandes": (DocumentKind.ORDER, DocumentKind.DELIVERY),
}
HEADERS = (
    "N°", "Type", "Date", "Client", "Objet", "Échéance", "Total HT", "Total TTC", "Net à payer", "Réglé", "En retard", "État",
)  # fmt: skip
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/factures")
@requires("invoice.view")
def index() -> Response:
    """Invoices and credit notes, with what is to be paid."""
    return _list("factures")


@bp.get("/commandes")
@requires("invoice.view")
def orders() -> Response:
    """Orders and deliveries."""
    return _list("commandes")


def _list(which: str) -> Response:
    filters = DocumentFilters.read(request.args)
    number, size = asked_page()
    found = listing.invoice_listing(current_user, which, filters, number, size)
    return page(
        "sales/documents/list.html", block="liste", page=found, address=page_address, filters=filters, which=which,
        kinds=KINDS[which], states=STATES[which], lefts=LEFT if which == "factures" else (),
        figures=listing.figures(current_user), today_is=clock.today(), endpoint=request.endpoint,
    )  # fmt: skip


@bp.get("/<any(factures, commandes):which>/export.<any(csv, xlsx):extension>")
@requires("invoice.view")
def export(which: str, extension: str) -> Response:
    """What the filters of the list let through, for a spreadsheet."""
    rows = listing.every_row(current_user, which, DocumentFilters.read(request.args))
    name = f"{which}-{clock.today().isoformat()}.{extension}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if extension == "csv":
        blocks = csv_blocks(HEADERS, ([_text(cell) for cell in _cells(row)] for row in rows))
        headers["Content-Type"] = "text/csv; charset=utf-8"
        return current_app.response_class(stream_with_context(blocks), headers=headers)
    book = BytesIO()
    write_xlsx(book, which.capitalize(), HEADERS, _numbers(rows))
    return current_app.response_class(book.getvalue(), headers=headers, mimetype=XLSX)


def _cells(row: Any) -> list[Any]:
    sign = -1 if row.kind == DocumentKind.CREDIT else 1
    return [
        row.number or "", row.kind.label, row.issued_on, row.client, row.title, row.due_on, sign * row.net, sign * row.gross,
        sign * row.due, sign * row.paid, row.overdue if row.kind in INVOICES and row.number else 0, row.state.label,
    ]  # fmt: skip


def _text(cell: Any) -> str:
    if isinstance(cell, int):
        return amount_input(cell)
    return clock.table_date(cell) if hasattr(cell, "isoformat") else str(cell or "")


def _numbers(rows: Iterator[Any]) -> Iterator[list[Any]]:
    for row in rows:
        yield [cell / 100 if isinstance(cell, int) else cell for cell in _cells(row)]
