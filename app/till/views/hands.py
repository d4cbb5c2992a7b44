"""Each gesture of the screen: « do » names it, with what it is about after a colon."""

from collections.abc import Callable

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed
from app.contacts.queries import contact_for
from app.contacts.services import change_contact
from app.core.db import transaction
from app.core.errors import DomainError, NotAllowed
from app.core.fields import chosen_id
from app.core.i18n import _
from app.core.web import go, say
from app.tickets.models import Ticket
from app.tickets.queries import ticket_for
from app.till import queries, services
from app.till.queries import Desk
from app.till.services import gestures, sums_of
from app.till.services.cart import Cart, from_values
from app.till.services.pricing import Authority, priced
from app.till.states import Means
from app.till.views.blueprint import in_order

Hand = Callable[[Desk, Cart, Authority, str], Response | None]


def act(desk: Desk, cart: Cart, authority: Authority) -> Response | None:
    """Do what the button pressed says; a response when the screen is left. Raises DomainError."""
    name, _colon, about = request.form.get("do", "chercher").partition(":")
    return HANDS.get(name, _search)(desk, cart, authority, about)


def _typed() -> dict[str, str]:
    return dict(request.form.items())


def _search(_desk: Desk, cart: Cart, _authority: Authority, _about: str) -> Response | None:
    text = " ".join(request.form.get("q", "").split())[:60]
    if not text:
        return None
    sale = queries.sale_by_number(text.upper())
    if sale is not None:
        return go(url_for("till.ticket", number=sale.number))
    if not gestures.scan(cart, text, _ticket):
        cart.shelf = f"recherche:{text}"
    return None


def _ticket(number: str) -> Ticket | None:
    return ticket_for(current_user, number)


def _add(_desk: Desk, cart: Cart, authority: Authority, about: str) -> None:
    gestures.bring_article(cart, chosen_id(about) or 0)
    priced(cart, authority)


def _repair(_desk: Desk, cart: Cart, _authority: Authority, about: str) -> None:
    ticket = _ticket(about)
    if ticket is None:
        raise DomainError(_("Ce dossier n'existe pas."))
    gestures.bring_ticket(cart, ticket)


def _document(_desk: Desk, cart: Cart, _authority: Authority, about: str) -> None:
    gestures.bring_document(cart, chosen_id(about) or 0)


def _shelf(_desk: Desk, cart: Cart, _authority: Authority, about: str) -> None:
    cart.shelf = about[:80]


def _select(_desk: Desk, cart: Cart, _authority: Authority, about: str) -> None:
    cart.selected = chosen_id(about)


def _more(_desk: Desk, cart: Cart, _authority: Authority, about: str) -> None:
    gestures.change_quantity(cart, _rank(about), 1000)


def _less(_desk: Desk, cart: Cart, _authority: Authority, about: str) -> None:
    gestures.change_quantity(cart, _rank(about), -1000)


def _rank(about: str) -> int:
    found = chosen_id(about)
    return -1 if found is None else found


def _drop(desk: Desk, cart: Cart, authority: Authority, about: str) -> None:
    """A line given up leaves a line in the journal."""
    rank = _rank(about)
    lines = priced(cart, authority)
    item = cart.drop(rank)
    if item is None:
        return
    if item.what == "repair":
        _without_repair(cart)
    in_order(desk.till.id, lambda: services.note_void(desk.till.id, lines[rank].label, lines[rank].gross))


def _without_repair(cart: Cart) -> None:
    """A repair is paid whole: all its lines go, with what was paid at its intake."""
    cart.items = [item for item in cart.items if item.what != "repair"]
    cart.means = [row for row in cart.means if row[0] != Means.PREPAID]
    cart.thirds, cart.ticket = [], None


def _empty(desk: Desk, cart: Cart, authority: Authority, _about: str) -> None:
    lines = priced(cart, authority)
    if lines:
        due = sums_of(lines).due
        in_order(desk.till.id, lambda: services.note_void(desk.till.id, _("Vente entière"), due))
    cart.items, cart.means, cart.thirds, cart.contact, cart.ticket, cart.selected = [], [], [], None, None, None


def _line(_desk: Desk, cart: Cart, authority: Authority, _about: str) -> None:
    gestures.set_line(cart, _typed())
    priced(cart, authority)


def _discount(_desk: Desk, cart: Cart, authority: Authority, _about: str) -> None:
    gestures.discount_all(cart, _typed())
    priced(cart, authority)


def _free(_desk: Desk, cart: Cart, authority: Authority, _about: str) -> None:
    gestures.bring_free(cart, _typed())
    priced(cart, authority)


def _voucher(_desk: Desk, cart: Cart, _authority: Authority, _about: str) -> None:
    gestures.bring_voucher(cart, _typed())


def _client(_desk: Desk, cart: Cart, _authority: Authority, about: str) -> None:
    contact_id = chosen_id(request.form.get("contact"))
    cart.contact = None if about == "aucun" else contact_id
    if contact_id and contact_for(current_user, contact_id) is None:
        raise DomainError(_("Choisissez le client dans la liste."))


def _correct(_desk: Desk, cart: Cart, _authority: Authority, _about: str) -> None:
    """The client's particulars, corrected on the spot."""
    if not allowed(current_user, "contact.edit"):
        raise NotAllowed(_("Corriger un contact demande un droit que vous n'avez pas."))
    values = {name: request.form.get(name, "").strip() for name in ("email", "phone", "address", "postcode", "town")}
    with transaction():
        contact = contact_for(current_user, cart.contact or 0)
        if contact is not None:
            change_contact(contact, **values)
    say(_("Coordonnées corrigées"))


def _account(_desk: Desk, cart: Cart, _authority: Authority, _about: str) -> None:
    gestures.pay_account(cart, queries.till_account(cart.contact or 0))


def _pay(_desk: Desk, cart: Cart, authority: Authority, about: str) -> None:
    gestures.pay(cart, about, sums_of(priced(cart, authority)).due, _typed())


def _cash(_desk: Desk, cart: Cart, authority: Authority, about: str) -> None:
    cart.means = [row for row in cart.means if row[0] != Means.CASH]
    due = sums_of(priced(cart, authority)).due
    gestures.pay(cart, Means.CASH.value, due, {"amount": f"{(chosen_id(about) or 0) / 100:.2f}"})


def _unpay(_desk: Desk, cart: Cart, _authority: Authority, about: str) -> None:
    rank = _rank(about)
    if 0 <= rank < len(cart.means) and cart.means[rank][0] != Means.PREPAID:
        cart.means.pop(rank)


def _third(_desk: Desk, cart: Cart, authority: Authority, _about: str) -> None:
    payer = contact_for(current_user, chosen_id(request.form.get("third")) or 0)
    gestures.bring_third(cart, payer, _typed(), sums_of(priced(cart, authority)).gross)


def _no_third(_desk: Desk, cart: Cart, _authority: Authority, about: str) -> None:
    rank = _rank(about)
    if 0 <= rank < len(cart.thirds):
        cart.thirds.pop(rank)


def _suspend(desk: Desk, cart: Cart, _authority: Authority, _about: str) -> None:
    if not cart.items:
        raise DomainError(_("Il n'y a rien à mettre en attente."))
    account = queries.account_of(cart.contact)
    label = gestures.default_label(cart, request.form.get("label", "").strip() or (account.name if account else ""))
    values = services.as_values(cart)
    in_order(desk.till.id, lambda: services.suspend(desk.till.id, label, values))
    fresh = Cart()
    cart.items, cart.means, cart.contact, cart.ticket, cart.selected, cart.key = [], [], None, None, None, fresh.key
    cart.thirds = []
    say(_("Vente mise en attente : %(label)s", label=label))


def _resume(desk: Desk, cart: Cart, _authority: Authority, about: str) -> None:
    if cart.items:
        raise DomainError(_("Encaissez ou mettez en attente la vente en cours, puis reprenez l'autre."))
    kept = in_order(desk.till.id, lambda: services.take_up(desk.till.id, chosen_id(about) or 0))
    taken = from_values(kept)
    cart.items, cart.means, cart.contact, cart.ticket = taken.items, taken.means, taken.contact, taken.ticket
    cart.thirds = taken.thirds


def _sell(desk: Desk, cart: Cart, authority: Authority, _about: str) -> Response:
    """« Encaisser »."""
    till_id = desk.till.id

    def ring() -> str:
        known = services.by_key(cart.key)
        if known is not None:  # a second press on the button
            return known.number
        lines = priced(cart, authority)
        gestures.check_amount_left(sums_of(lines).due, cart.handed)
        sale = services.sell(
            till_id, lines, cart.paid, form_key=cart.key, contact_id=cart.contact, ticket_id=cart.ticket
        )
        return sale.number

    return go(url_for("till.ticket", number=in_order(till_id, ring), fait=1))


HANDS: dict[str, Hand] = {
    "chercher": _search, "article": _add, "dossier": _repair, "facture": _document, "rayon": _shelf, "choisir": _select,
    "plus": _more, "moins": _less, "retirer": _drop, "vider": _empty, "ligne": _line, "remise": _discount, "libre": _free,
    "bon": _voucher, "client": _client, "coordonnees": _correct, "compte": _account, "payer": _pay, "especes": _cash,
    "rendre": _unpay, "tiers": _third, "sans-tiers": _no_third, "attente": _suspend, "reprendre": _resume, "encaisser": _sell,
}  # fmt: skip
