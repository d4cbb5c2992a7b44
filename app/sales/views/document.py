"""The page of an order, an invoice or a credit note; its head and its lines while it is a draft."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import Response, render_template, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed, rights_of
from app.catalog.queries import find_articles
from app.core import clock
from app.core.db import transaction
from app.core.errors import Conflict, DomainError
from app.core.forms import put_error
from app.core.history import events_of
from app.core.i18n import _
from app.core.panels import panels
from app.core.permissions import requires
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.documents.services import file_response
from app.sales.forms import HeadForm, LineForm, ThirdForm
from app.sales.models import DocumentLine, SalesDocument
from app.sales.queries import documents as queries
from app.sales.services import documents as services
from app.sales.services.documents import billing, counter, orders, papers, sending
from app.sales.services.documents.lines import LineData
from app.sales.services.documents.preflight import advice
from app.sales.services.documents.preview import preview
from app.sales.services.facturx.shape import already, described
from app.sales.states import ISSUED, SERIES, DocumentKind, DocumentState
from app.sales.views.blueprint import invoices as bp
from app.sales.views.chosen import beside_line, chosen_values, priced, taken
from app.sales.views.ticket import asked_third
from app.sales.views.whom import ask_whom

NEW = {"facture": DocumentKind.INVOICE, "commande": DocumentKind.ORDER}


def the_document(ref: str) -> SalesDocument:
    """The document of the address (its number, or its id while a draft), when this person may see it; 404 otherwise."""
    return or_404(queries.document_for(current_user, ref))


def address_of(document: Any) -> str:
    """Its page. `document` is the record, or a row with its number and id."""
    return url_for("invoices.show", ref=document.number or document.id)


@bp.get("/ventes/<ref>")
@requires("invoice.view")
def show(ref: str) -> Response:
    """The document."""
    return shown(the_document(ref))


def shown(document: SalesDocument, *, block: str | None = "corps", status: int = 200, **more: Any) -> Response:
    """Its page, or its body for htmx."""
    draft = document.state == DocumentState.DRAFT
    order = document.kind == DocumentKind.ORDER
    shown_by_others = panels("document", document, rights_of(current_user.role))
    side = [render_template(template, **values) for template, values in shown_by_others]
    related = queries.related_to(document)
    left = orders.left_to_deliver(document) if order and not draft else {}
    thirds = queries.third_parties_of(document.id)
    content = described(document) if draft and document.kind != DocumentKind.DELIVERY else {}
    goods = counter.leaving(document) if draft else counter.Leaving()
    context: dict[str, Any] = {
        "d": document, "draft": draft, "edit": draft and allowed(current_user, "invoice.edit"), "order": order,
        "typed": services.has_typed_lines(document), "thirds": thirds,
        "related": related, "events": events_of(subject_of(document)), "panels": side,
        "sealed": document.kind in ISSUED, "payable": document.kind in queries.INVOICES, "paper": papers.is_paper(document), "series": SERIES[document.kind], "today_is": clock.today(), "head": _head(document),
        "sheet": preview(document, content) if content and document.lines else None, "already": (content or document.content).get("already") or (),
        "asked": document.due - already(content or document.content),
        "faults": [*services.faults(document, thirds, content), *goods.short] if draft and document.kind in ISSUED else [], "advice": advice(document) if draft and document.kind in queries.INVOICES else "", "leaving": goods, "third_form": ThirdForm(formdata=None),
        "billed": billing.billed(document) if order and not draft else 0,
        "left": left, "partly": any(left.values()) and any(row.kind == DocumentKind.DELIVERY for row in related), "link": sending.link_to(document) if document.sent_at or document.reminders else "",
        "creditable": _creditable(document, related),
        "kept": queries.kept_for(document.id) if order and not draft else {},
        "returnable": document.kind == DocumentKind.DELIVERY and not document.is_return and any(orders.left_to_return(document).values()),
    }  # fmt: skip
    return page("sales/documents/show.html", block=block, oob=("somme", "emission"), status=status, **context | more)


def _creditable(document: SalesDocument, related: Sequence[Any]) -> int:
    """Cents with tax that no credit note took back of an issued invoice yet; `services.credit` counts again by rate."""
    if document.issued_at is None or document.kind not in queries.INVOICES:
        return 0
    taken = (
        row.gross
        for row in related
        if row.origin_id == document.id and row.kind == DocumentKind.CREDIT and row.state != DocumentState.DRAFT
    )
    return document.gross - sum(taken)


def _head(document: SalesDocument) -> HeadForm:
    return HeadForm(formdata=None, obj=document, nature=document.content.get("nature", ""), version=document.version)


@bp.route("/ventes/nouvelle-<any(facture, commande):what>", methods=["GET", "POST"])
@requires("invoice.edit")
def new(what: str) -> Response:
    """A blank document for a contact."""
    if what == "facture":
        title, trail = _("Nouvelle facture"), (_("Factures"), url_for("invoices.index"))
        then = _("Le brouillon n'a pas de numéro : vous ajoutez les lignes, vous relisez, puis vous l'émettez.")
    else:
        title, trail = _("Nouvelle commande"), (_("Commandes"), url_for("invoices.orders"))
        then = _("Le brouillon n'a pas de numéro : vous ajoutez les lignes, puis vous confirmez la commande.")
    return ask_whom(
        lambda contact, subject: address_of(services.draft(NEW[what], contact, title=subject)),
        title=title, trail=trail, verb=_("Préparer le brouillon"), next=then,
    )  # fmt: skip


@bp.post("/ventes/<ref>/entete")
@requires("invoice.edit")
def head(ref: str) -> Response:
    """Change what a draft says beside its lines."""
    document = the_document(ref)
    form = HeadForm()
    if form.validate_on_submit():
        try:
            with transaction():
                values = form.values()
                services.change(services.locked(document, form.version.data), nature=values.pop("nature"), **values)
            say(_("Enregistré"))
            return go(address_of(document))
        except DomainError as error:
            document = the_document(ref)
            put_error(form, error)
    return shown(document, block=None, status=422, head=form)


# --- lines ------------------------------------------------------------------------------------------------------


@bp.get("/ventes/articles")
@requires("invoice.edit")
def articles() -> Response:
    """Articles for the typeahead."""
    text = request.args.get("q", "")
    return page("sales/documents/articles.html", rows=find_articles(text, 8), text=text)


def _form(document: SalesDocument, line: DocumentLine | None = None) -> LineForm:
    values = chosen_values(document.contact_id, line)
    if values is None:
        return LineForm.of(line, document.version)
    return LineForm(formdata=None, version=document.version, **values)


def _line_page(document: SalesDocument, form: LineForm, line: DocumentLine | None = None) -> Response:
    return page(
        "sales/documents/line.html", block="formulaire", d=document, form=form, line=line, status=422 if form.errors else 200,
        **beside_line(form, document.contact_id, line),
    )  # fmt: skip


def _typed(document: SalesDocument, form: LineForm) -> LineData:
    return replace(form.line, unit_price=priced(form, document.contact_id))


@bp.route("/ventes/<ref>/lignes/nouvelle", methods=["GET", "POST"])
@requires("invoice.edit")
def new_line(ref: str) -> Response:
    """Add an article with the lines that it brings, a free line, a title or a text."""
    document = the_document(ref)
    form = _form(document)
    if form.validate_on_submit():
        try:
            with transaction():
                services.add_article_line(services.locked(document), _typed(document, form), taken())
            return _body(ref)
        except DomainError as error:
            document = the_document(ref)
            put_error(form, error)
    return _line_page(document, form)


@bp.route("/ventes/<ref>/lignes/<int:line_id>", methods=["GET", "POST"])
@requires("invoice.edit")
def line(ref: str, line_id: int) -> Response:
    """Change a line."""
    document = the_document(ref)
    found = or_404(next((row for row in document.lines if row.id == line_id), None))
    form = _form(document, found)
    if form.validate_on_submit():
        try:
            with transaction():
                services.change_line(services.locked(document, form.version.data), line_id, _typed(document, form))
            return _body(ref)
        except DomainError as error:
            document = the_document(ref)
            put_error(form, error)
    return _line_page(document, form, found)


@bp.post("/ventes/<ref>/lignes/<int:line_id>/<any(suppression, monter, descendre):verb>")
@requires("invoice.edit")
def line_verb(ref: str, line_id: int, verb: str) -> Response:
    """Take a line away, or move it."""
    document = the_document(ref)
    with transaction():
        fresh = services.locked(document)
        if verb == "suppression":
            services.remove_line(fresh, line_id)
        else:
            services.move_line(fresh, line_id, -1 if verb == "monter" else 1)
    return _body(ref)


def _body(ref: str) -> Response:
    """The page's body again for htmx; the page for a browser alone."""
    document = the_document(ref)
    return shown(document) if request.headers.get("HX-Request") else go(address_of(document))


@bp.post("/ventes/<ref>/tiers")
@requires("invoice.edit")
def third(ref: str) -> Response:
    """Add a part that somebody else pays."""
    document = the_document(ref)
    form = ThirdForm()
    try:
        payer, label, amount = asked_third(form)
        with transaction() as session:
            services.add_third_party(services.locked(document), session.merge(payer, load=False), label, amount)
        return _body(ref)
    except DomainError as error:
        document = the_document(ref)
        put_error(form, error)
    return shown(document, block=None, status=422, third_form=form)


@bp.post("/ventes/<ref>/tiers/<int:share_id>/suppression")
@requires("invoice.edit")
def remove_third(ref: str, share_id: int) -> Response:
    """Take that part away."""
    document = the_document(ref)
    with transaction():
        services.remove_third_party(services.locked(document), share_id)
    return _body(ref)


@bp.get("/ventes/<ref>/document.pdf")
@requires("invoice.view")
def pdf(ref: str) -> Response:
    """The PDF that was checked or sent, byte for byte; that of an order or of a delivery is made when it is asked for."""
    document = the_document(ref)
    if document.file is not None:
        return file_response(document.file)
    if not papers.is_paper(document):
        raise Conflict(_("Le PDF de ce document se prépare. Rechargez la page dans un instant."))
    response = Response(papers.print_paper(document), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{document.number}.pdf"'
    return response
