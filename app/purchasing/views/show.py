"""One basket or order, and what is done with it."""

from flask import Response, request, url_for
from flask_login import current_user

from app.catalog.queries import article_for, suppliers_of
from app.core import clock
from app.core.db import transaction
from app.core.errors import Conflict, DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.history import events_of
from app.core.i18n import _
from app.core.permissions import requires
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.documents.services import file_response
from app.purchasing import queries, services
from app.purchasing.forms import AddForm, LineForm, OrderForm, StartForm
from app.purchasing.models import Purchase
from app.purchasing.states import PurchaseState
from app.purchasing.views.blueprint import bp
from app.stock.queries import found_by_code


def the_purchase(purchase_id: int) -> Purchase:
    """The order of the address, when this person may see it; 404 otherwise."""
    return or_404(queries.purchase_for(current_user, purchase_id))


def _shown(purchase: Purchase, form: AddForm | None = None) -> Response:
    form = form or AddForm(formdata=None)
    return page(
        "purchasing/show.html", purchase=purchase, form=form, order_form=OrderForm(formdata=None),
        basket=purchase.state == PurchaseState.BASKET, open=purchase.state in queries.OPEN, receipts=queries.receipts_of(purchase.id),
        bills=queries.bills_of(purchase.id), events=events_of(subject_of(purchase)), today_is=clock.today(),
        status=422 if form.errors or form.form_errors else 200,
    )  # fmt: skip


@bp.route("/commandes-fournisseurs/nouvelle", methods=["GET", "POST"])
@requires("purchase.order")
def new() -> Response:
    """Begin an order by hand: at a supplier's, with a first article when one is named."""
    form = StartForm(article_id=request.args.get("article"), supplier_id=chosen_id(request.args.get("fournisseur")))
    _find_article(form)
    article = article_for(current_user, form.article_id.data) if form.article_id.data else None
    offers = suppliers_of(article.id) if article else []
    form.offer(offers)
    if request.method == "GET" and offers:
        form.supplier_id.data, form.quantity.data = offers[0].supplier_id, offers[0].pack
    if form.validate_on_submit():
        try:
            with transaction():
                basket = services.start(
                    form.supplier_id.data, article.id if article else None, form.quantity.data or 0, form.place_id.data
                )
            return go(url_for("purchasing.show", purchase_id=basket.id))
        except DomainError as error:
            put_error(form, error)
    status = 422 if form.errors or form.form_errors else 200
    return page("purchasing/new.html", form=form, article=article, offers=offers, status=status)


def _find_article(form: StartForm | AddForm) -> None:
    """What was typed or scanned without choosing in the list."""
    if not form.article_id.data:
        found = found_by_code(request.form.get("article_id_text", ""))
        form.article_id.data = found.article_id if found else None


@bp.get("/commandes-fournisseurs/<int:purchase_id>")
@requires("purchase.view")
def show(purchase_id: int) -> Response:
    """The basket or the order."""
    return _shown(the_purchase(purchase_id))


@bp.post("/commandes-fournisseurs/<int:purchase_id>/lignes")
@requires("purchase.order")
def add(purchase_id: int) -> Response:
    """One more article."""
    purchase, form = the_purchase(purchase_id), AddForm()
    _find_article(form)
    if not form.validate_on_submit():
        return _shown(purchase, form)
    try:
        with transaction():
            line = services.add_article(purchase_id, form.article_id.data or 0, form.quantity.data or 0)
    except DomainError as error:
        put_error(form, error)
        return _shown(the_purchase(purchase_id), form)
    say(_("Ajouté au panier : %(label)s", label=line.label))
    return go(url_for("purchasing.show", purchase_id=purchase_id))


@bp.post("/commandes-fournisseurs/<int:purchase_id>/lignes/<int:purchase_line_id>")
@requires("purchase.order")
def line(purchase_id: int, purchase_line_id: int) -> Response:
    """Another quantity; zero takes the line away."""
    the_purchase(purchase_id)
    form = LineForm()
    if not form.validate_on_submit() or form.quantity.data is None:
        raise DomainError(" ".join(str(error) for error in form.quantity.errors) or _("Saisissez une quantité."))
    with transaction():
        services.change_line(purchase_id, purchase_line_id, form.quantity.data)
    say(_("Panier corrigé"))
    return go(url_for("purchasing.show", purchase_id=purchase_id))


@bp.post("/commandes-fournisseurs/<int:purchase_id>/commande")
@requires("purchase.order")
def order(purchase_id: int) -> Response:
    """Order in one click: number, PDF and mail."""
    the_purchase(purchase_id)
    form = OrderForm()
    with transaction():
        purchase = services.order(purchase_id, expected=form.expected.data, notes=form.notes.data or "")
    say(_("Commande %(number)s envoyée à %(name)s", number=purchase.number, name=purchase.supplier.name))
    return go(url_for("purchasing.show", purchase_id=purchase_id))


@bp.post("/commandes-fournisseurs/<int:purchase_id>/annulation")
@requires("purchase.order")
def cancel(purchase_id: int) -> Response:
    """Not wanted any more."""
    the_purchase(purchase_id)
    with transaction():
        services.cancel(purchase_id)
    say(_("Commande annulée"))
    return go(url_for("purchasing.index"))


@bp.get("/commandes-fournisseurs/<int:purchase_id>/bon.pdf")
@requires("purchase.view")
def pdf(purchase_id: int) -> Response:
    """The order as the supplier received it."""
    purchase = the_purchase(purchase_id)
    if purchase.file is None:
        raise Conflict(_("Le PDF de cette commande se prépare. Rechargez la page dans un instant."))
    return file_response(purchase.file)
