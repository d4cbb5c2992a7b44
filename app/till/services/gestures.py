"""What the hand does on the screen: each gesture changes the sale in the making. Only `selling` writes a ticket."""

from collections.abc import Callable, Mapping

from sqlalchemy import func, select

from app.catalog.models import Article
from app.catalog.queries import article_scanned
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.money import euros, parse_cents, parse_decimal
from app.payments.queries import left_of_intake
from app.sales.models import SalesDocument
from app.sales.services.thirds import agreed_for, fitting, third_of
from app.stock.models import StockLot
from app.stock.services import codes_typed
from app.stock.services.numbered import UNIT
from app.tickets.models import Ticket
from app.till.services import beyond
from app.till.services.cart import ARTICLE, FREE, REPAIR, Cart, Item
from app.till.services.pricing import repair_lines
from app.till.states import CHOSEN, LineKind, Means

Typed = Mapping[str, str]


def bring_article(cart: Cart, article_id: int, lot: str = "") -> None:
    """One more of an article, of that lot or serial number. Raises DomainError when it is not sold here."""
    sold = select(Article.id).where(Article.id == article_id, Article.archived_at.is_(None))
    if db.session.scalar(sold) is None:
        raise DomainError(_("Cet article n'est plus vendu."))
    cart.put(Item(ARTICLE, article_id, lots=lot))


def bring_ticket(cart: Cart, ticket: Ticket) -> None:
    """What a repair costs: its unpaid invoices, else its lines, what others pay by its quote, and what was paid at the intake."""
    if cart.ticket == ticket.id:
        return
    if ticket.contact_id and cart.contact is None:
        cart.contact = ticket.contact_id
    documents = open_documents_of(ticket.id)
    for document_id in documents:
        bring_document(cart, document_id)
    if documents:
        return
    if cart.ticket is not None:
        raise Conflict(_("Ce ticket règle déjà un dossier. Encaissez-le d'abord."))
    if beyond.rung_for(ticket.id):
        raise Conflict(_("Le dossier %(number)s a déjà été encaissé.", number=ticket.number))
    lines = repair_lines(ticket.id)
    if not lines:
        raise DomainError(_("Le dossier %(number)s n'a rien à encaisser : ni ligne, ni facture.", number=ticket.number))
    for line_id in lines:
        cart.put(Item(REPAIR, line_id))
    cart.ticket, cart.selected = ticket.id, None
    price = sum(line.gross for line in lines.values())
    cart.thirds += [(one.payer_id, one.amount, one.label) for one in fitting(agreed_for(ticket.id), price)]
    paid = min(left_of_intake(ticket.id), price - cart.borne)
    if paid > 0:
        cart.means.append((Means.PREPAID.value, paid, ticket.number))


def open_documents_of(ticket_id: int) -> list[int]:
    """The invoices of a repair that are still to pay."""
    query = select(SalesDocument.id).where(
        SalesDocument.ticket_id == ticket_id, SalesDocument.issued_at.is_not(None), SalesDocument.settled.is_(False),
        SalesDocument.due > SalesDocument.paid,
    )  # fmt: skip
    return list(db.session.scalars(query.order_by(SalesDocument.id)))


def bring_document(cart: Cart, document_id: int) -> None:
    """An invoice to pay. Raises DomainError when it is paid or is none."""
    query = select(SalesDocument.contact_id).where(
        SalesDocument.id == document_id, SalesDocument.issued_at.is_not(None), SalesDocument.due > SalesDocument.paid
    )
    contact_id = db.session.scalar(query)
    if contact_id is None:
        raise DomainError(_("Cette facture n'est pas à régler."))
    if any(item.what == LineKind.DOCUMENT and item.ref == document_id for item in cart.items):
        return
    cart.contact = cart.contact or contact_id
    cart.put(Item(LineKind.DOCUMENT.value, document_id))


def scan(cart: Cart, code: str, ticket: Callable[[str], Ticket | None]) -> bool:
    """Bring what a code names: an article, a repair, an invoice. False when it names none of them."""
    article_id = article_scanned(code)
    if article_id is not None:
        bring_article(cart, article_id)
        return True
    if _lot_scanned(cart, code):
        return True
    found = ticket(code.upper())
    if found is not None:
        bring_ticket(cart, found)
        return True
    document_id = db.session.scalar(select(SalesDocument.id).where(func.upper(SalesDocument.number) == code.upper()))
    if document_id is not None:
        bring_document(cart, document_id)
        return True
    return False


def _lot_scanned(cart: Cart, code: str) -> bool:
    """A lot or a serial number that is known: of the selected line where it still wants one, else it brings its article."""
    query = select(StockLot.article_id).join(Article, Article.id == StockLot.article_id)
    known = (StockLot.code == code, Article.traced, Article.archived_at.is_(None))
    owners = list(db.session.scalars(query.where(*known).limit(9)))
    item = cart.chosen()
    if item is not None and item.what == ARTICLE and item.ref in owners and _wants_one(item):
        item.lots = ", ".join(filter(None, (item.lots, code)))
        return True
    if len(owners) != 1:
        return False
    bring_article(cart, owners[0], code)
    return True


def _wants_one(item: Item) -> bool:
    return len(codes_typed(item.lots)) * UNIT < item.quantity


# --- lines -----------------------------------------------------------------------------------------------------


def change_quantity(cart: Cart, rank: int, by: int) -> None:
    """One more or one less (thousandths); what would be none stays one: a line goes by its cross."""
    if 0 <= rank < len(cart.items) and cart.items[rank].what in (ARTICLE, FREE):
        item = cart.items[rank]
        item.quantity = max(min(item.quantity, 1000), min(item.quantity + by, 999_999_000))
        cart.selected = rank


def set_line(cart: Cart, typed: Typed) -> None:
    """What was typed for the selected line: quantity, discount, price. Raises DomainError."""
    item = cart.chosen()
    if item is None or item.what not in (ARTICLE, FREE):
        raise DomainError(_("Choisissez d'abord une ligne d'article dans le ticket."))
    if typed.get("quantity", "").strip():
        quantity = int(parse_decimal(typed["quantity"], 3) * 1000)
        if not 0 < quantity <= 999_999_000:
            raise DomainError(
                _("La quantité va de 0,001 à 999 999. Pour un retour, ouvrez le ticket d'origine."), field="quantity"
            )
        item.quantity = quantity
    if "lots" in typed:
        item.lots = ", ".join(codes_typed(typed["lots"]))[:2000]
    if typed.get("discount", "").strip():
        item.discount = _basis_points(typed["discount"])
    if typed.get("price", "").strip():
        item.price = _amount(typed["price"], "price")


def discount_all(cart: Cart, typed: Typed) -> None:
    """The same discount on every article."""
    discount = _basis_points(typed.get("discount", ""))
    for item in cart.items:
        if item.what in (ARTICLE, FREE):
            item.discount = discount


def _basis_points(text: str) -> int:
    points = int(parse_decimal(text.replace("%", "") or "0", 2) * 100)
    if not 0 <= points <= 10_000:
        raise DomainError(_("Une remise va de 0 à 100 %."), field="discount")
    return points


def _amount(text: str, name: str) -> int:
    cents = parse_cents(text)
    if cents < 0:
        raise DomainError(_("Ce montant ne peut pas être négatif."), field=name)
    return cents


def bring_free(cart: Cart, typed: Typed) -> None:
    """Something that is not in the catalogue."""
    if not typed.get("price", "").strip():
        raise DomainError(_("Donnez le prix TTC de l'article."), field="price")
    label = " ".join(typed.get("label", "").split())[:120]
    cart.put(
        Item(
            FREE,
            None,
            label or _("Article divers"),
            _amount(typed["price"], "price"),
            vat_code=typed.get("vat_code", "")[:40],
        )
    )


def bring_voucher(cart: Cart, typed: Typed) -> None:
    """A gift voucher to sell."""
    price = _amount(typed.get("price", "") or "0", "price")
    if price <= 0:
        raise DomainError(_("Donnez la valeur du bon cadeau, par exemple 50,00."), field="price")
    cart.put(Item(LineKind.VOUCHER.value, price=price))


def pay_account(cart: Cart, amount: int) -> None:
    """Pay off what the client owes from earlier tickets (cents)."""
    if amount <= 0 or cart.contact is None:
        raise DomainError(_("Ce client ne doit rien à la caisse."))
    cart.items = [item for item in cart.items if item.what != LineKind.ACCOUNT]
    cart.put(Item(LineKind.ACCOUNT.value, price=amount))


def bring_third(cart: Cart, payer: Contact | None, typed: Typed, gross: int) -> None:
    """A part that somebody else pays of what is sold, `gross` in cents. Raises DomainError."""
    if payer is None:
        raise DomainError(_("Choisissez qui prend cette part en charge dans la liste."))
    amount = _amount(typed.get("third_amount", "") or "0", "third_amount")
    held = sum(cents for means, cents, _reference in cart.means if means in (Means.PREPAID, Means.ACCOUNT))
    third = third_of(payer, cart.contact, typed.get("third_label", ""), amount, gross - cart.borne - held)
    cart.thirds.append((third.payer_id, third.amount, third.label))


# --- payment ---------------------------------------------------------------------------------------------------


def pay(cart: Cart, means: str, due: int, typed: Typed) -> None:
    """Put a means of payment against the ticket: the amount typed, else all that is left. Raises DomainError."""
    if means not in [choice.value for choice in CHOSEN]:
        raise DomainError(_("Ce moyen de paiement ne s'emploie pas à la caisse."))
    text = typed.get("amount", "").strip()
    amount = _amount(text, "amount") if text else max(0, due - cart.handed)
    if amount <= 0:
        raise DomainError(_("Le ticket est déjà payé en entier."))
    reference = typed.get("reference", "").strip()[:60]
    if means == Means.VOUCHER and not reference:
        raise DomainError(_("Scannez ou tapez le code du bon cadeau, puis recommencez."), field="reference")
    if means == Means.ACCOUNT and cart.contact is None:
        raise DomainError(_("Choisissez le client avant de mettre en compte."))
    if means == Means.CASH:
        cart.means = [row for row in cart.means if row[0] != Means.CASH]
    cart.means.append((means, amount, reference))


def cash_choices(left: int) -> list[int]:
    """Amounts that a client is likely to hand over, in cents, the exact one first."""
    if left <= 0:
        return []
    found = [left]
    for note in (500, 1000, 2000, 5000, 10_000):
        rounded = -(-left // note) * note
        if rounded not in found:
            found.append(rounded)
    return sorted(found)[:4]


def default_label(cart: Cart, name: str) -> str:
    """How a sale put aside is called when nobody named it."""
    return name or _("Vente de %(hour)s, %(count)s lignes", hour=clock.hour(clock.now()), count=len(cart.items))


def check_amount_left(due: int, handed: int) -> None:
    """Before « Encaisser ». Raises DomainError that says what is missing."""
    if handed < due:
        raise DomainError(_("Il reste %(left)s à payer : choisissez un moyen de paiement.", left=euros(due - handed)))


def left_to_pay(ticket: Ticket) -> int | None:
    """What a repair still costs its client, in cents; 0 once paid, None when there was never anything to pay."""
    query = select(func.count(), func.coalesce(func.sum(SalesDocument.due - SalesDocument.paid), 0)).where(
        SalesDocument.ticket_id == ticket.id, SalesDocument.issued_at.is_not(None)
    )
    count, left = db.session.execute(query).one()
    if count:
        return max(0, int(left))
    gross = sum(line.gross for line in repair_lines(ticket.id).values())
    if not gross:
        return None
    if beyond.rung_for(ticket.id):
        return 0
    borne = sum(third.amount for third in fitting(agreed_for(ticket.id), gross))
    return max(0, gross - borne - left_of_intake(ticket.id))
