"""A ticket after its sale: the change in large, its receipt, its refund; the list of tickets, the journal."""

import json
from datetime import datetime

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _
from app.core.money import parse_decimal
from app.core.pages import asked_page, page_address, paged
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.till import queries, services
from app.till.forms import RefundForm
from app.till.models import TillSale
from app.till.services import Paid, chain_of, receipts
from app.till.states import COUNTED, EventKind, Means, Period, SaleKind
from app.till.views.blueprint import bp, in_order, the_sale, the_till


@bp.get("/caisse/<code>/tickets")
@requires("till.view")
def tickets(code: str) -> Response:
    """The tickets of a till, the newest first."""
    till = the_till(code)
    text = request.args.get("q", "").strip()[:60]
    number, size = asked_page()
    return page(
        "till/tickets.html", block="liste", till=till, text=text, address=page_address, Means=Means,
        found=paged(queries.tickets_of(till.id, text), number, size),
    )  # fmt: skip


@bp.get("/caisse/<code>/journal")
@requires("till.view")
def journal(code: str) -> Response:
    """Every sealed line of a till."""
    till = the_till(code)
    text = request.args.get("q", "").strip()[:60]
    number, size = asked_page()
    found = paged(queries.journal(chain_of(till), text), number, size)
    told = [(row, json.loads(row.payload)) for row in found.rows]
    rows = [(row.rank, datetime.fromisoformat(said["at"]), row.subject_kind, said, row.signature) for row, said in told]
    return page(
        "till/journal.html", block="liste", till=till, found=found, rows=rows, text=text, address=page_address,
        EventKind=EventKind, SaleKind=SaleKind, Period=Period,
    )  # fmt: skip


@bp.get("/caisse/tickets/<number>")
@requires("till.view")
def ticket(number: str) -> Response:
    """One ticket. Just sold: the change to give, in large, and how the client wants his receipt."""
    sale = the_sale(number)
    thirds = queries.borne_of(sale)
    return page(
        "till/ticket.html", sale=sale, thirds=thirds, borne=sum(cents for _words, cents in thirds), till=or_404(queries.till_by_id(sale.till_id)), fresh="fait" in request.args,
        Means=Means, refunds=queries.refunds_of(sale.id), printed=queries.prints_of(sale), note=receipts.needs_note(sale),
        origin=queries.sale_by_id(sale.reverses_id) if sale.reverses_id else None,
        sells=allowed(current_user, "till.sell"), refunds_here=allowed(current_user, "till.refund"),
    )  # fmt: skip


@bp.post("/caisse/tickets/<number>/ticket.pdf")
@requires("till.view")
def receipt(number: str) -> Response:
    """The receipt: the first is the original, each other a numbered duplicate, both written to the journal."""
    sale = the_sale(number)
    copy = in_order(sale.till_id, lambda: receipts.note_print(sale))
    response = Response(receipts.render(sale, copy), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="ticket-{number}.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@bp.post("/caisse/tickets/<number>/courriel")
@requires("till.sell")
def mail(number: str) -> Response:
    """The receipt by e-mail: made and sent by the worker, when it is there."""
    sale = the_sale(number)
    address = request.form.get("email", "").strip()
    in_order(sale.till_id, lambda: receipts.ask_mail(sale, address))
    say(
        _(
            "Ticket envoyé à %(address)s dès que possible",
            address=address or (sale.contact.email if sale.contact else ""),
        )
    )
    return go(url_for("till.ticket", number=number))


@bp.route("/caisse/tickets/<number>/remboursement", methods=["GET", "POST"])
@requires("till.refund")
def refund(number: str) -> Response:
    """Give back lines of a ticket."""
    sale = the_sale(number)
    form = RefundForm(means=next((row["means"] for row in sale.means if row["means"] in COUNTED), None))
    if form.validate_on_submit():
        try:
            made = _refund(sale, form)
        except DomainError as error:
            put_error(form, error)
            sale = the_sale(number)
        else:
            return go(url_for("till.ticket", number=made.number, fait=1))
    return page(
        "till/refund.html", sale=sale, form=form, done=services.given_back(sale.id), key=services.new_key(),
        till=or_404(queries.till_by_id(sale.till_id)), typed=request.form, thirds=queries.borne_of(sale), status=422 if form.errors else 200,
    )  # fmt: skip


def _refund(sale: TillSale, form: RefundForm) -> TillSale:
    quantities = {}
    for name, text in request.form.items():
        rank = chosen_id(name.removeprefix("quantity_")) if name.startswith("quantity_") else None
        if rank is not None and text.strip():
            quantities[rank] = int(parse_decimal(text, 3) * 1000)
    due = services.worth_of(sale, quantities)
    paid = (Paid(Means(form.means.data), due, form.reference.data or ""),) if due else ()
    key = request.form.get("form_key", "") or services.new_key()
    return in_order(
        sale.till_id,
        lambda: services.refund(sale.till_id, sale, quantities, paid, form_key=key[:60], stock=form.stock.data),
    )
