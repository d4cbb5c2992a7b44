"""« Vos factures »: read and paid from the client's space, from a ticket, from a quote. A GET never opens a payment: it is a form."""

from collections.abc import Iterable

from flask import Response, url_for
from flask_login import current_user

from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.permissions import signed_in
from app.core.urls import site
from app.core.web import go, not_found, or_404, page, say
from app.documents.services import file_response
from app.payments.services import online
from app.portal import queries, services
from app.portal.queries import Bill
from app.portal.views.blueprint import bp
from app.portal.views.doors import QuoteAccess, TicketAccess, quote_pages, ticket_pages


def _of(bills: Iterable[Bill], document_id: int) -> Bill:
    return or_404(next((bill for bill in bills if bill.id == document_id), None))


def _pdf(bill: Bill) -> Response:
    found = queries.file_of(bill)
    if found is None:
        raise Conflict(_("Ce document se prépare. Revenez dans un instant."))
    return file_response(found)


def pay(bill: Bill) -> Response:
    """The page where it is paid; with one means online, that means is already open there."""
    address = services.payment_page(bill.id)
    means = online.offers()
    if len(means) == 1 and bill.left > 0:
        try:
            online.open_checkout(bill.id, means[0].id, site(address))
        except DomainError as error:
            say(error.message, "error")
    return go(address)


@quote_pages.page("/factures/<int:document_id>/facture.pdf", methods=["GET"])
def bill_pdf(access: QuoteAccess, document_id: int) -> Response:
    """An invoice of this quote."""
    return _pdf(_of(queries.bills_of_quote(access.quote), document_id))


@quote_pages.page("/factures/<int:document_id>/payer", methods=["POST"])
def pay_bill(access: QuoteAccess, document_id: int) -> Response:
    """Pay it."""
    return pay(_of(queries.bills_of_quote(access.quote), document_id))


@ticket_pages.page("/factures/<int:document_id>/facture.pdf", methods=["GET"])
def ticket_bill_pdf(access: TicketAccess, document_id: int) -> Response:
    """An invoice of this ticket."""
    return _pdf(_of(queries.bills_of_ticket(access.ticket.id, access.ticket.contact_id), document_id))


@ticket_pages.page("/factures/<int:document_id>/payer", methods=["POST"])
def pay_ticket_bill(access: TicketAccess, document_id: int) -> Response:
    """Pay it."""
    return pay(_of(queries.bills_of_ticket(access.ticket.id, access.ticket.contact_id), document_id))


def _mine() -> list[Bill]:
    if not current_user.is_client:
        not_found()
    return queries.my_bills(current_user)


@bp.get("/portail/factures")
@signed_in
def my_bills() -> Response:
    """All the invoices of a signed-in client. The team has its own list."""
    if not current_user.is_client:
        return go(url_for("accounts.home"))
    bills = _mine()
    return page(
        "portal/bills.html", bills=bills, left=sum(bill.left for bill in bills), opening=queries.opening_words()
    )


@bp.get("/portail/factures/<int:document_id>/facture.pdf")
@signed_in
def my_own_bill_pdf(document_id: int) -> Response:
    """One of them."""
    return _pdf(_of(_mine(), document_id))


@bp.post("/portail/factures/<int:document_id>/payer")
@signed_in
def my_bill_payment(document_id: int) -> Response:
    """Pay one of them."""
    return pay(_of(_mine(), document_id))
