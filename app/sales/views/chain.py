"""What is done of a document: issued, sent, taken back; an order confirmed, delivered, billed; from a ticket and a quote."""

from collections.abc import Callable
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm

from app.core import clock
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _
from app.core.money import euros
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.sales import queries as quotes
from app.sales.forms import (
    CreditForm,
    DeliveryForm,
    DepositForm,
    InstalmentForm,
    ProgressForm,
    RebateForm,
    RepeatForm,
    ReturnForm,
)
from app.sales.forms.documents import numbers_typed
from app.sales.models import SalesDocument
from app.sales.services import documents as services
from app.sales.services.answers import locked_quote
from app.sales.services.documents import billing, counter, orders, papers, recurring, schedule, sending
from app.sales.services.documents.grouped import draft_bill
from app.sales.services.facturx import recheck
from app.sales.states import DocumentKind, LineKind
from app.sales.views.blueprint import invoices as bp
from app.sales.views.document import address_of, the_document
from app.tickets.queries import ticket_for


@bp.post("/dossiers/<number>/facture")
@requires("invoice.edit")
def bill_ticket(number: str) -> Response:
    """The invoice of a ticket's parts and labour, without retyping."""
    ticket = or_404(ticket_for(current_user, number))
    with transaction():
        document = services.from_ticket(ticket)
    return go(address_of(document))


@bp.post("/devis/<number>/<any(facture, commande):what>")
@requires("invoice.edit")
def bill_quote(number: str, what: str) -> Response:
    """The invoice or the order of an accepted quote."""
    quote = or_404(quotes.quote_for(current_user, number))
    with transaction():
        fresh = locked_quote(quote.id)
        document = services.from_quote(fresh) if what == "facture" else orders.order_from_quote(fresh)
    return go(address_of(document))


# --- issue, send, give up -----------------------------------------------------------------------------------------


@bp.post("/ventes/<ref>/emission")
@requires("invoice.issue")
def issue(ref: str) -> Response:
    """Number and seal."""
    document = the_document(ref)
    with transaction():
        issued = services.issue(document, version=chosen_id(request.form.get("version")))
    say(_("%(kind)s %(number)s émise : son PDF se prépare", kind=issued.kind.label, number=issued.number))
    return go(address_of(issued))


@bp.post("/ventes/<ref>/abandon")
@requires("invoice.edit")
def cancel(ref: str) -> Response:
    """Give up a draft or an order."""
    document = the_document(ref)
    with transaction():
        services.cancel(document)
    say(_("Abandonné"))
    return go(url_for("invoices.index" if document.number is None else "invoices.orders"))


@bp.post("/ventes/<ref>/envoi")
@requires("invoice.issue")
def send(ref: str) -> Response:
    """By e-mail, with its PDF; an invoice with its link too."""
    document = the_document(ref)
    with transaction():
        gone = sending.ask_to_send(document)
    name = (document.payer or document.contact).name
    if gone:
        say(_("Courriel envoyé à %(name)s, avec %(number)s", number=document.number, name=name))
    elif papers.is_paper(document):
        say(_("%(number)s partira dès que son PDF sera fait", number=document.number))
    else:
        say(_("%(number)s partira dès que son contrôle aura passé", number=document.number))
    return go(address_of(document))


@bp.post("/ventes/<ref>/controle")
@requires("invoice.issue")
def check_again(ref: str) -> Response:
    """Have a refused document checked again, once a sheet was completed."""
    document = the_document(ref)
    with transaction():
        recheck(document)
    say(_("Le contrôle recommence"))
    return go(address_of(document))


# --- order --------------------------------------------------------------------------------------------------------


def _bill_delivered(order: SalesDocument) -> SalesDocument:
    return draft_bill(order.id, delivered_only=True)


@bp.post("/ventes/<ref>/<any(confirmation, livre, solde, termine):verb>")
@requires("invoice.edit")
def order_verb(ref: str, verb: str) -> Response:
    """Confirm an order, bill what was delivered of it, make its final invoice, or close it."""
    document = the_document(ref)
    verbs = {
        "confirmation": orders.confirm, "livre": _bill_delivered, "solde": billing.final, "termine": orders.finish,
    }  # fmt: skip
    with transaction():
        made = verbs[verb](document)
    return go(address_of(made))


Verb = Callable[[SalesDocument, Any], SalesDocument]


def _act(ref: str, form: FlaskForm, make: Verb, **words: Any) -> Response:
    """One question about a document, then the document that it makes."""
    document = the_document(ref)
    if form.validate_on_submit():
        try:
            with transaction():
                made = make(document, form)
            return go(address_of(made))
        except DomainError as error:
            document = the_document(ref)
            put_error(form, error)
    status = 422 if form.errors else 200
    return page("sales/documents/act.html", d=document, form=form, status=status, typed=request.form, **words)


def _rows(document: SalesDocument, left: dict[int, int]) -> list[tuple[Any, int]]:
    return [(line, left[line.id]) for line in document.lines if line.kind == LineKind.ITEM and left.get(line.id)]


@bp.route("/ventes/<ref>/avoir", methods=["GET", "POST"])
@requires("invoice.credit")
def credit(ref: str) -> Response:
    """Take an invoice back, in full or in part."""
    document = the_document(ref)
    ids = [line.id for line in document.lines]

    def make(invoice: SalesDocument, form: CreditForm) -> SalesDocument:
        parts = list(form.quantities(ids).items())
        made = services.credit(invoice, parts, reason=form.reason.data or "", goods_back=form.goods_back.data)
        say(_("Avoir %(number)s émis", number=made.number))
        return made

    rows = _rows(document, services.quantities_left(document) if document.issued_at else {})
    asked = ("goods_back",) if rows and counter.took(document) else ()
    return _act(
        ref, CreditForm(), make, rows=rows, ticks=asked, title=_("Avoir sur %(number)s", number=document.number or ""),
        verb=_("Émettre l'avoir"), icon="file-minus",
        help=_("L'avoir prend un numéro de la série A et se scelle aussitôt : il ne se modifie plus."),
    )  # fmt: skip


@bp.route("/ventes/<ref>/avoir/montant", methods=["GET", "POST"])
@requires("invoice.credit")
def rebate(ref: str) -> Response:
    """Give an amount of an invoice back: a gesture, without its articles."""
    document = the_document(ref)

    def make(invoice: SalesDocument, form: RebateForm) -> SalesDocument:
        made = services.rebate(invoice, form.amount.data or 0, reason=form.reason.data or "")
        say(_("Avoir %(number)s émis", number=made.number))
        return made

    left = services.rebatable(*services.left_of(document)) if document.issued_at else 0
    return _act(
        ref, RebateForm(), make, rows=(), fields=("amount",), title=_("Avoir par montant sur %(number)s", number=document.number or ""),
        verb=_("Émettre l'avoir"), icon="file-minus",
        help=_("Il reste %(left)s à reprendre. Le montant se répartit sur les taux de TVA de la facture, en proportion et au centime ; les articles restent au client. L'avoir prend un numéro de la série A et se scelle aussitôt.", left=euros(left)),
    )  # fmt: skip


@bp.route("/ventes/<ref>/livraison", methods=["GET", "POST"])
@requires("invoice.edit")
def deliver(ref: str) -> Response:
    """Deliver an order, in full or in part: its goods leave the stock."""
    document = the_document(ref)

    def make(order: SalesDocument, form: DeliveryForm) -> SalesDocument:
        left = orders.left_to_deliver(order)
        return orders.deliver(
            order, form.quantities(list(left)) or {0: 0}, place_id=form.place_id.data, numbers=numbers_typed(left)
        )

    return _act(
        ref, DeliveryForm(), make, rows=_rows(document, orders.left_to_deliver(document)), fields=("place_id",),
        numbered=orders.numbered_lines(document),
        title=_("Livrer la commande %(number)s", number=document.number or ""), verb=_("Enregistrer la livraison"),
        icon="truck-delivery", help=_("Le bon de livraison prend un numéro de la série BL ; les articles sortent du stock."),
    )  # fmt: skip


@bp.route("/ventes/<ref>/retour", methods=["GET", "POST"])
@requires("invoice.edit")
def take_back(ref: str) -> Response:
    """What comes back of a delivery, into the stock."""
    document = the_document(ref)

    left = orders.left_to_return(document) if document.kind == DocumentKind.DELIVERY and not document.is_return else {}

    def make(delivery: SalesDocument, form: ReturnForm) -> SalesDocument:
        asked = form.quantities(list(left))
        return orders.take_back(delivery, asked, place_id=form.place_id.data, reason=form.reason.data or "")

    return _act(
        ref, ReturnForm(), make, rows=_rows(document, left), fields=("place_id",),
        title=_("Retour de la livraison %(number)s", number=document.number or ""), verb=_("Enregistrer le retour"),
        icon="arrow-back-up", help=_("Les articles reviennent au stock. Pour rendre l'argent, faites un avoir de la facture."),
    )  # fmt: skip


@bp.route("/ventes/<ref>/acompte", methods=["GET", "POST"])
@requires("invoice.edit")
def deposit(ref: str) -> Response:
    """Ask for a deposit."""

    def make(order: SalesDocument, form: DepositForm) -> SalesDocument:
        return billing.deposit(
            order, share=form.share.data or 0, amount=0 if form.share.data else form.amount.data or 0
        )

    return _act(
        ref, DepositForm(), make, rows=(), title=_("Facture d'acompte"), verb=_("Préparer l'acompte"), icon="file-invoice",
        fields=("share", "amount"), help=_("Un brouillon se prépare : vous l'émettrez après l'avoir relu."),
    )  # fmt: skip


@bp.route("/ventes/<ref>/situation", methods=["GET", "POST"])
@requires("invoice.edit")
def progress(ref: str) -> Response:
    """Bill the work done so far: of the whole order, or line by line."""
    order = the_document(ref)
    done = billing.done_of(order)
    stages = [
        (line, done.get(line.id, billing.NOTHING).net)
        for line in order.lines
        if line.kind == LineKind.ITEM and line.net
    ]

    def make(fresh: SalesDocument, form: ProgressForm) -> SalesDocument:
        return billing.progress(fresh, form.share.data or 0, form.shares([line.id for line, _net in stages]))

    return _act(
        ref, ProgressForm(), make, rows=(), stages=stages, verb=_("Préparer la situation"),
        title=_("Facture de situation n° %(rank)s", rank=billing.stage_of(order)), icon="file-invoice", fields=("share",),
        help=_("Depuis le début du chantier. Une ligne vide suit l'avancement de toute la commande, ou reste où elle en est. Ce qui est déjà facturé est déduit ; un brouillon se prépare."),
    )  # fmt: skip


@bp.route("/ventes/<ref>/echeance", methods=["GET", "POST"])
@requires("invoice.edit")
def instalment(ref: str) -> Response:
    """Add a line to the schedule of an order."""

    def make(order: SalesDocument, form: InstalmentForm) -> SalesDocument:
        schedule.add_instalment(order, form.due)
        return order

    return _act(
        ref, InstalmentForm(), make, rows=(), title=_("Ajouter une échéance"), verb=_("Ajouter l'échéance"),
        icon="calendar-plus", fields=("label", "event", "due_on", "share", "amount"),
        help=_("À la date ou à l'événement, la facture d'acompte se prépare et une tâche le rappelle. Une étape devient une tâche : terminée, elle demande son paiement."),
    )  # fmt: skip


@bp.post("/ventes/<ref>/echeances/<int:instalment_id>/<any(demande, suppression):verb>")
@requires("invoice.edit")
def instalment_verb(ref: str, instalment_id: int, verb: str) -> Response:
    """Prepare the invoice of an instalment, or take the instalment away."""
    document = the_document(ref)
    with transaction():
        if verb == "demande":
            document = schedule.ask(document, instalment_id)
        else:
            schedule.remove_instalment(document, instalment_id)
    return go(address_of(document))


@bp.route("/ventes/<ref>/repetition", methods=["GET", "POST"])
@requires("invoice.edit")
def repeat(ref: str) -> Response:
    """Make an invoice come again."""

    def make(model: SalesDocument, form: RepeatForm) -> SalesDocument:
        recurring.repeat(
            model, label=form.label.data or "", months=form.months.data or 1, next_on=form.next_on.data or clock.today(),
            until=form.until.data, issue_it=form.issue.data,
        )  # fmt: skip
        say(_("Cette facture se répétera"))
        return model

    return _act(
        ref, RepeatForm(), make, rows=(), title=_("Répéter cette facture"), verb=_("Répéter la facture"), icon="repeat",
        fields=("label", "months", "next_on", "until", "issue"),
        help=_("Sans émission automatique, un brouillon se prépare et une tâche le rappelle."),
    )  # fmt: skip
