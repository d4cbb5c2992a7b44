"""The screen of a till: one address, each gesture sends the sale in the making and receives it changed."""

from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed
from app.catalog.queries import path_to, vat_choices
from app.core.db import db
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page
from app.tariffs.services import Offer
from app.tickets.queries import ticket_for
from app.till import queries
from app.till.queries import Desk, Shelf
from app.till.services import SaleLine, sums_of
from app.till.services.cart import ARTICLE, Cart, read
from app.till.services.gestures import bring_document, bring_ticket, cash_choices
from app.till.services.pricing import Authority, offers_of, priced
from app.till.states import CHOSEN, Means
from app.till.views import hands
from app.till.views.blueprint import bp


@bp.route("/caisse/<code>", methods=["GET", "POST"])
@requires("till.sell")
def screen(code: str) -> Response:
    """Sell. Opens the till first when it is closed."""
    desk = or_404(queries.desk(code))
    if desk.session is None:
        return go(url_for("till.open_till", code=code, **_kept()))
    authority = Authority(discount=allowed(current_user, "till.discount"))
    if request.method == "GET":
        return _begin(desk, authority)
    cart = Cart()
    try:
        cart = read(request.form.get("cart", ""))
        done = hands.act(desk, cart, authority)
    except DomainError as error:
        db.session.rollback()
        cart = _as_sent()
        return show(
            or_404(queries.desk(code)), cart, authority, error=error.message, status=409 if error.status == 409 else 422
        )
    return done if done is not None else show(or_404(queries.desk(code)), cart, authority)


def _kept() -> dict[str, Any]:
    """What the address asks to bring, kept while the till is opened first."""
    return {name: request.args[name] for name in ("dossier", "facture") if request.args.get(name)}


def _as_sent() -> Cart:
    try:
        return read(request.form.get("cart", ""))
    except DomainError:
        return Cart()


def _begin(desk: Desk, authority: Authority) -> Response:
    """A new sale, with the repair or the invoice that the address names."""
    cart = Cart()
    try:
        if request.args.get("dossier"):
            bring_ticket(cart, or_404(ticket_for(current_user, request.args["dossier"])))
        document_id = chosen_id(request.args.get("facture"))
        if document_id:
            bring_document(cart, document_id)
    except DomainError as error:
        return show(desk, Cart(), authority, error=error.message, status=409)
    return show(desk, cart, authority)


def show(desk: Desk, cart: Cart, authority: Authority, *, error: str = "", status: int = 200) -> Response:
    """The screen as the cart has it."""
    lines, lost = _priced(cart, authority)
    sums = sums_of(lines)
    left = sums.due - cart.handed
    shown = cart.shelf or "favoris"
    return page(
        "till/screen.html", block="pos", status=status, desk=desk, till=desk.till, cart=cart, lines=lines, sums=sums,
        error=error or lost, left=left, borne=queries.borne(cart.thirds), change=max(0, -left), account=queries.account_of(cart.contact), shelf=shown,
        goods=_shelf(desk, shown), to_pay=queries.to_pay() if shown == "a-encaisser" else [],
        aside=queries.suspended(desk.till.id) if desk.aside else [], families=queries.families(),
        branch=_branch(shown), path=path_to(_branch(shown)), cash=cash_choices(left + _cash(cart)), means=CHOSEN, Means=Means,
        rates=vat_choices(), offer=_offer(cart), may=_may(), handed={Means(row[0]) for row in cart.means},
    )  # fmt: skip


def _may() -> dict[str, bool]:
    rights = ("till.refund", "till.discount", "till.close", "till.view", "contact.edit")
    return {code.rpartition(".")[2]: allowed(current_user, code) for code in rights}


def _offer(cart: Cart) -> Offer | None:
    """What the tariffs say of the selected article."""
    item = cart.chosen()
    if item is None or item.what != ARTICLE:
        return None
    return offers_of(cart, [item]).get((item.ref or 0, item.quantity))


def _cash(cart: Cart) -> int:
    """Cash already put: choosing another amount takes its place."""
    return sum(amount for means, amount, _reference in cart.means if means == Means.CASH)


def _priced(cart: Cart, authority: Authority) -> tuple[list[SaleLine], str]:
    """The lines, without those that can no longer be sold; what was wrong with these."""
    try:
        return priced(cart, authority), ""
    except DomainError as error:
        kept = []
        for item in cart.items:
            try:
                priced(Cart(items=[item], ticket=cart.ticket), authority)
            except DomainError:
                continue
            kept.append(item)
        cart.items, cart.selected = kept, None
        return priced(cart, authority), _("%(reason)s La ligne a été retirée.", reason=error.message)


def _branch(shown: str) -> int | None:
    return chosen_id(shown.split(":")[1]) if shown.startswith("famille:") else None


def _shelf(desk: Desk, shown: str) -> Shelf:
    place = desk.till.place_id
    kind, _colon, rest = shown.partition(":")
    if kind == "famille":
        family, _colon, number = rest.partition(":")
        return queries.of_family(chosen_id(family) or 0, chosen_id(number) or 1, place)
    if kind == "recherche":
        return queries.found(rest, place)
    if kind == "a-encaisser":
        return Shelf([], desk.waiting)
    return queries.favourites(desk.till.id, place)
