"""The quote as its client reads it, and his answer: accept, refuse, ask."""

from typing import Any

from flask import Response, request

from app.core.db import transaction
from app.core.errors import Conflict, DomainError, Gone
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _
from app.core.web import client_address, go, or_404, page, say
from app.documents.queries import stored_file
from app.documents.services import Ready, file_response, prepare_signature
from app.messaging.services import post_from_client
from app.portal.forms import AcceptForm, MessageForm, RefuseForm, WithdrawForm
from app.portal.queries import bills_of_quote, opening_words, order_of
from app.portal.views.doors import QuoteAccess, address_of, quote_pages
from app.sales import services
from app.sales.models import Quote
from app.sales.queries import newest_version, reachable
from app.sales.queries.withdrawal import is_open, payable_from, withdrawal_end
from app.sales.services import Signer, offers
from app.sales.states import LineKind, QuoteState

LONGEST = 10


@quote_pages.page(methods=["GET"])
def quote(access: QuoteAccess) -> Response:
    """The quote: to answer, or with the answer given, or why it can no longer be answered."""
    return _show(access, AcceptForm(formdata=None))


def _show(access: QuoteAccess, form: AcceptForm, status: int = 200) -> Response:
    found = access.quote
    if reachable(found):
        offer = _offer(found) if found.of_sale else None
        return page(
            "portal/quote.html", access=access, quote=found, content=found.content, form=form, offer=offer,
            gross=offer["amounts"].due if offer else found.due, status=status,
        )  # fmt: skip
    if found.state in (QuoteState.ACCEPTED, QuoteState.REFUSED, QuoteState.WITHDRAWN):
        risks, bills = services.risks_of(found.ticket), bills_of_quote(found)
        return page(
            "portal/quote_answered.html", access=access, quote=found, content=found.content, risks=risks, bills=bills,
            order=order_of(found, bills) if found.of_sale else None, accepted=found.state == QuoteState.ACCEPTED,
            opening=opening_words(), end=withdrawal_end(found), may_withdraw=is_open(found), payable=payable_from(found),
        )  # fmt: skip
    return _closed(access)


def _chosen(quote: Quote) -> set[int]:
    """What the client ticked; what is proposed on a page that he has not sent."""
    if request.method == "GET":
        return offers.proposed(quote)
    values = [
        value
        for name in request.form
        for value in request.form.getlist(name)
        if name == "option" or name.startswith("choix-")
    ]
    return {int(value) for value in values if value.isascii() and value.isdigit() and len(value) < LONGEST}


def _offer(quote: Quote) -> dict[str, Any]:
    """What the page of a quote of sale shows of its options and choices, and the total of those that are taken."""
    taken = _chosen(quote)
    free = [line for line in quote.lines if line.optional or line.choice]
    fixed = offers.amounts_of(quote, [line for line in quote.lines if line.counted and line not in free])
    lines = [line for line in quote.lines if line.kind == LineKind.ITEM and (line.id in taken or line not in free)]
    names = list(dict.fromkeys(line.choice for line in quote.lines if line.choice))
    first = {name: next(line.id for line in free if line.choice == name) for name in names}
    return {
        "taken": taken, "amounts": offers.amounts_of(quote, lines), "groups": {name: rank for rank, name in enumerate(names)},
        "first": first, "bases": [[share["code"], share["rate"], share["base"]] for share in fixed.shares], "free": bool(free),
    }  # fmt: skip


def _closed(access: QuoteAccess) -> Response:
    """Replaced, expired, not ready yet, or overtaken by the work: what it is, and what to do."""
    found = access.quote
    try:
        services.check_open(found)
        message, status = _("Ce devis ne peut pas être accepté en ce moment. Appelez-nous."), Conflict.status
    except DomainError as error:
        message, status = error.message, error.status
    newest = newest_version(found)
    newer = newest if newest and newest.id > found.id else None
    return page(
        "portal/quote_closed.html", status=status, access=access, quote=found, message=message, newer=newer,
        newer_url=_url_of(access, newer) if newer else "", replaced=found.state == QuoteState.REPLACED,
        expired=status == Gone.status and found.state != QuoteState.REPLACED, form=MessageForm(formdata=None),
    )  # fmt: skip


def _url_of(access: QuoteAccess, newer: Quote) -> str:
    return address_of(newer, by_link=bool(access.token))


@quote_pages.page("/accord", methods=["POST"])
def accept(access: QuoteAccess) -> Response:
    """The client agrees. Sent twice, it is one acceptance."""
    found = access.quote
    if not reachable(found):
        return _already_answered(access, QuoteState.ACCEPTED)
    form = AcceptForm()
    if request.form.get("do") == "total":  # without JavaScript: the total of what is ticked
        return _show(access, AcceptForm(formdata=None))
    if not form.validate_on_submit():
        return _show(access, form, 422)
    chosen = _chosen(found) if found.of_sale else None
    try:
        drawn = _drawn(form.signature.data or "")
        signer = _signer(access, form.signature_name.data or found.contact.name)
        with transaction():
            services.accept(
                found.id, Signer(signer.name, signer.means, signer.address, signer.agent, drawn), chosen=chosen,
                expected=chosen_id(request.form.get("expected")) if found.of_sale else None, begin=bool(form.begin.data),
            )  # fmt: skip
    except DomainError as error:
        access.reload()
        put_error(form, error)
        return _show(access, form, error.status)
    return go(access.url("quote"))


def _drawn(data_url: str) -> Ready | None:
    try:
        return prepare_signature(data_url)
    except DomainError:
        message = _("La signature n'est pas arrivée entière. Signez de nouveau, ou tapez votre nom.")
        raise DomainError(message, field="signature_name") from None


def _already_answered(access: QuoteAccess, answer: QuoteState) -> Response:
    """The quote takes no answer: its page, which says why; a conflict unless it holds that very answer."""
    if request.method == "GET" or access.quote.state == answer:
        return go(access.url("quote"))
    response = _show(access, AcceptForm(formdata=None))
    response.status_code = max(response.status_code, Conflict.status)
    return response


def _signer(access: QuoteAccess, name: str) -> Signer:
    return Signer(name, access.means, client_address(), request.user_agent.string)


@quote_pages.page("/refus", methods=["GET", "POST"])
def refuse(access: QuoteAccess) -> Response:
    """The client refuses, knowing the risks where there are some."""
    found = access.quote
    if not reachable(found):
        return _already_answered(access, QuoteState.REFUSED)
    form = RefuseForm(signature_name=found.contact.name)
    if form.validate_on_submit():
        try:
            with transaction():
                services.refuse(found.id, _signer(access, form.signature_name.data), form.words)
            return go(access.url("quote"))
        except DomainError as error:
            access.reload()
            put_error(form, error)
    risks = services.risks_of(found.ticket)
    return page(
        "portal/quote_refuse.html",
        access=access,
        quote=found,
        form=form,
        risks=risks,
        status=422 if form.errors else 200,
    )


@quote_pages.page("/retractation", methods=["GET", "POST"])
def withdraw(access: QuoteAccess) -> Response:
    """The client withdraws from what he agreed to: this page, then its button."""
    found = access.quote
    if not is_open(found):
        return go(access.url("quote"))
    form = WithdrawForm(name=found.answered_name or found.contact.name)
    if form.validate_on_submit():
        try:
            with transaction():
                services.withdraw_contract(found.id, _signer(access, form.name.data))
            return go(access.url("quote"))
        except DomainError as error:
            access.reload()
            put_error(form, error)
    status = 422 if form.errors or form.form_errors else 200
    return page(
        "portal/quote_withdraw.html", access=access, quote=found, form=form, end=withdrawal_end(found), status=status
    )


@quote_pages.page("/question", methods=["GET", "POST"])
def ask(access: QuoteAccess) -> Response:
    """A question joins the ticket's conversation; it answers nothing."""
    found = access.quote
    form = MessageForm()
    if form.validate_on_submit():
        try:
            with transaction():
                words = _(
                    "Au sujet du devis %(number)s : %(text)s", number=found.number, text=(form.body.data or "").strip()
                )
                post_from_client(found.about, found.contact, words if (form.body.data or "").strip() else "")
            say(_("Votre message est envoyé, nous vous répondrons vite"))
            return go(access.url("quote"))
        except DomainError as error:
            access.reload()
            put_error(form, error)
    return page("portal/quote_ask.html", access=access, quote=found, form=form, status=422 if form.errors else 200)


@quote_pages.page("/devis.pdf", methods=["GET"])
def quote_pdf(access: QuoteAccess) -> Response:
    """The PDF, byte for byte the one whose hash is kept. A replaced quote's is no longer given."""
    found = access.quote
    if found.state == QuoteState.REPLACED:
        return _closed(access)
    return file_response(or_404(found.file))


@quote_pages.page("/risques/<int:file_id>/<name>", methods=["GET"])
def risk(access: QuoteAccess, file_id: int, name: str) -> Response:  # noqa: ARG001  it is part of the address
    """A document about the risks of a refusal; `name` is what the browser saves it as."""
    known = {file.file_id for file in services.risks_of(access.quote.ticket).files}
    return file_response(or_404(stored_file(file_id) if file_id in known else None))
