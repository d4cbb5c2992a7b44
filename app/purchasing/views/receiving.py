"""Receiving goods: choose the order, scan what came, correct, put away."""

from flask import Response, request, url_for

from app.core import clock
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _
from app.core.money import quantity as written
from app.core.permissions import requires
from app.core.web import go, page, say
from app.purchasing import queries, services
from app.purchasing.forms import ReceiptForm, arrived, receipt_form
from app.purchasing.models import Purchase
from app.purchasing.states import PurchaseState
from app.purchasing.views.blueprint import bp
from app.purchasing.views.show import the_purchase
from app.stock.queries import found_by_code, place_by_id

UNIT = 1000


@bp.get("/stock/reception")
@requires("purchase.receive")
def receptions() -> Response:
    """The orders awaited; the number on the delivery note leads to its order."""
    asked = request.args.get("code", "").strip()[:80]
    if asked:
        found = queries.order_by_number(asked)
        if found is not None:
            return go(url_for("purchasing.receive", purchase_id=found))
        say(_("« %(code)s » n'est le numéro d'aucune commande. Choisissez-la dans la liste.", code=asked), "error")
    return page("purchasing/receptions.html", rows=queries.awaited(), today_is=clock.today())


@bp.route("/commandes-fournisseurs/<int:purchase_id>/reception", methods=["GET", "POST"])
@requires("purchase.receive")
def receive(purchase_id: int) -> Response:
    """Scan or type what came; nothing is written before it is put away."""
    purchase = the_purchase(purchase_id)
    if purchase.state == PurchaseState.BASKET:
        return _not_ordered(purchase)
    form = receipt_form(purchase.lines, purchase.place_id)
    what = request.form.get("do", "")
    if what == "scan":
        _count_one(form, purchase)
    elif what == "all":
        for line in purchase.lines:
            _write(form, line.id, line.left)
    elif form.validate_on_submit():
        try:
            return _receive(purchase, form)
        except DomainError as error:
            purchase = the_purchase(purchase_id)
            put_error(form, error)
    return page(
        "purchasing/receive.html", block="reception", purchase=purchase, form=form,
        over=purchase.state not in (PurchaseState.ORDERED, PurchaseState.PARTIAL),
        status=422 if form.errors or form.form_errors else 200,
    )  # fmt: skip


def _not_ordered(basket: Purchase) -> Response:
    say(_("Ce panier n'est pas encore commandé : commandez-le avant de recevoir ses articles."), "error")
    return go(url_for("purchasing.show", purchase_id=basket.id))


def _write(form: ReceiptForm, line_id: int, quantity: int) -> None:
    field = form[f"q{line_id}"]
    field.data, field.raw_data = quantity, [written(quantity) if quantity else ""]


def _count_one(form: ReceiptForm, purchase: Purchase) -> None:
    """One more of the line whose code was scanned."""
    code = (form.code.data or "").strip()
    found = found_by_code(code)
    line = next(
        (row for row in purchase.lines if (found and row.article_id == found.article_id) or (code and row.reference.lower() == code.lower())),
        None,
    )  # fmt: skip
    if line is None:
        put_error(
            form,
            DomainError(_("« %(code)s » n'est pas dans cette commande. Vérifiez le colis.", code=code), field="code"),
        )
        return
    _write(form, line.id, (form[f"q{line.id}"].data or 0) + UNIT)
    form.code.data, form.code.raw_data = "", [""]


def _receive(purchase: Purchase, form: ReceiptForm) -> Response:
    place = place_by_id(chosen_id(form.place_id.data))
    if place is None:
        raise DomainError(_("Choisissez où ranger ce qui arrive."), field="place_id")
    with transaction():
        services.receive(
            purchase.id, arrived(form, purchase.lines), place_id=place.id, note=form.note.data or "",
            form_key=form.form_key.data, complete=bool(form.complete.data),
        )  # fmt: skip
    say(_("Réception enregistrée : le stock est à jour"))
    return go(url_for("purchasing.show", purchase_id=purchase.id))
