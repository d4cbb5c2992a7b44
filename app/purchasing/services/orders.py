"""Ordering: the basket gets its number; its PDF and the mail to the supplier follow by a job."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from app.accounts.queries import our_organisation
from app.catalog.models import ArticleSupplier
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.jobs import later
from app.core.money import euros, units
from app.core.money import quantity as written
from app.core.numbers import next_number
from app.core.phones import show_phone
from app.core.queue import HEAVY
from app.core.subject import subject_of
from app.documents import services as files
from app.documents.letterhead import engine, head
from app.documents.services import Ready
from app.messaging.services import add_task, write_mail
from app.purchasing.models import Purchase
from app.purchasing.services.loading import locked, total
from app.purchasing.states import PURCHASES, PurchaseState

PUBLISH = "app.purchasing.jobs.render_and_send"


def order(purchase_id: int, *, expected: int | None = None, notes: str = "") -> Purchase:
    """Order a basket: number, day expected by the supplier's delay, then PDF and mail. `expected` is the total that the button
    named, in cents: raises Conflict when the basket changed meanwhile, DomainError when it is empty."""
    require_transaction()
    purchase = locked(purchase_id)
    if purchase.state != PurchaseState.BASKET:
        raise Conflict(_("Cette commande est déjà partie sous le n° %(number)s.", number=purchase.number))
    if not purchase.lines:
        raise DomainError(_("Ce panier est vide. Ajoutez-y un article avant de commander."))
    purchase.net = total(purchase)
    if expected is not None and expected != purchase.net:
        raise Conflict(
            _("Le panier a changé : il est maintenant de %(amount)s HT. Relisez-le.", amount=euros(purchase.net))
        )
    purchase.number = next_number("BC")
    purchase.ordered_at = clock.now()
    purchase.expected_on = clock.today() + timedelta(days=_days(purchase))
    purchase.notes = notes.strip()[:2000]
    PURCHASES.move(purchase, PurchaseState.ORDERED, number=purchase.number, net=purchase.net)
    db.session.flush()
    later(PUBLISH, purchase.id, label=_("Commande %(number)s", number=purchase.number), queue_name=HEAVY)
    return purchase


def _days(purchase: Purchase) -> int:
    query = select(func.max(ArticleSupplier.days)).where(
        ArticleSupplier.supplier_id == purchase.supplier_id,
        ArticleSupplier.article_id.in_([line.article_id for line in purchase.lines]),
    )
    return db.session.scalar(query) or 7


def render(purchase: Purchase) -> bytes:
    """The PDF of an order that was numbered. The same order gives the same bytes."""
    assert purchase.number is not None and purchase.ordered_at is not None  # noqa: PT018, S101  an order that left
    day = clock.local(purchase.ordered_at).date()
    data, images = head(_("Bon de commande"), purchase.number, day)
    expected = clock.written_date(purchase.expected_on) if purchase.expected_on else ""
    data |= {
        "particulars": [
            row for row in ([_("Date"), clock.written_date(day)], [_("Livraison souhaitée"), expected]) if row[1]
        ],
        "supplier": _party(_("Fournisseur"), purchase.supplier),
        "delivery": _delivery(purchase),
        "lines": [
            [
                line.reference,
                line.label,
                f"{written(line.quantity)} {units(line.article.unit, line.quantity)}",
                line.price,
                line.net,
            ]
            for line in purchase.lines
        ],
        "net": purchase.net,
        "notes": purchase.notes or None,
    }
    return engine().render("purchase_order", data, images=images)


def _party(title: str, contact: Contact) -> dict[str, Any]:
    lines = [contact.address, contact.postal_line, contact.email, show_phone(contact.phone) if contact.phone else ""]
    return {"title": title, "name": contact.name, "lines": [line for line in lines if line]}


def _delivery(purchase: Purchase) -> dict[str, Any]:
    ours = our_organisation()
    lines = [purchase.place.name if purchase.place else "", ours.address, f"{ours.postcode} {ours.town}".strip()]
    return {"title": _("Livrer à"), "name": ours.name, "lines": [line for line in lines if line]}


def publish(purchase_id: int, ready: Ready) -> Purchase:
    """Keep the PDF and send it to the supplier, or ask somebody to call. Done once: a job that runs twice finds it done."""
    require_transaction()
    purchase = locked(purchase_id)
    if purchase.file_id is not None:
        return purchase
    stored = files.keep(ready, by=our_organisation().name)
    label = _("Commande %(number)s", number=purchase.number)
    files.attach(stored, subject_of(purchase), label)
    purchase.file_id, purchase.file = stored.id, stored
    supplier = purchase.supplier
    if supplier.email:
        ours = our_organisation()
        write_mail(
            supplier, _("Bon de commande %(number)s, %(us)s", number=purchase.number, us=ours.name),
            _(
                "Bonjour,\n\nVoici notre bon de commande %(number)s, de %(amount)s HT, en pièce jointe. Merci de nous confirmer sa bonne réception et la date de livraison.\n\n%(us)s",
                number=purchase.number, amount=euros(purchase.net), us=ours.name,
            ),
            about=subject_of(purchase), attachments=[stored.id],
        )  # fmt: skip
    else:
        add_task(
            _("Transmettre la commande %(number)s à %(name)s", number=purchase.number, name=supplier.name), call=True,
            due_on=clock.today(), about=subject_of(purchase), contact_id=supplier.id,
            notes=_("Ce fournisseur n'a pas d'adresse de courriel : appelez-le, ou complétez sa fiche."),
        )  # fmt: skip
    return purchase
