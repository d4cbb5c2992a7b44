"""What the pages of a member share: his circle, the person asked for, what keeps that person from booking and how to lift it."""

from dataclasses import dataclass
from datetime import date

from flask import request, url_for
from flask_login import current_user

from app.contacts.models import Contact
from app.core.fields import chosen_id
from app.core.i18n import _
from app.core.web import or_404
from app.members.queries import blocks
from app.portal.queries.bills import my_bills
from app.portal.queries.people import Circle, circle_of


def circle_or_404() -> Circle:
    """The circle of who is signed in: pages that name a record do not exist for anybody else."""
    return or_404(circle_of(current_user))


def person_asked(circle: Circle) -> Contact | None:
    """The person that the address or the form names (`pour`), the only one there is, or None while none is chosen. 404 for a stranger."""
    asked = request.values.get("pour", "")
    if not asked:
        return circle.person(circle.contact_id) if circle.alone else None
    return or_404(circle.person(chosen_id(asked)))


def who_asks() -> tuple[Circle, Contact] | None:
    """The circle of who is signed in and the person chosen in it; None while one of them is not known."""
    circle = circle_of(current_user)
    person = person_asked(circle) if circle is not None else None
    return (circle, person) if circle is not None and person is not None else None


@dataclass(frozen=True, slots=True)
class Way:
    """Why somebody may not book, and the way out of it that he has here: `url`, to send as a form when `pays`."""

    reason: str
    label: str = ""
    url: str = ""
    pays: bool = False


def ways_out(contact: Contact, on: date | None = None) -> list[Way]:
    """What keeps this person from booking for that day. What another household owes is not told in amounts."""
    found = blocks(contact, on)
    payable = {bill.id for bill in my_bills(current_user) if bill.left} if found else set()
    return [_way(contact, block.key, block.reason, block.document_id, payable) for block in found]


def _way(contact: Contact, key: str, reason: str, document_id: int | None, payable: set[int]) -> Way:
    if document_id in payable:
        return Way(reason, _("Régler"), url_for("portal.my_bill_payment", document_id=document_id), pays=True)
    if document_id is not None:
        return Way(_("Une facture de %(name)s reste à régler par un autre payeur. Appelez-nous.", name=contact.name))
    if key == "members.block_membership":
        return Way(reason, _("Adhérer"), url_for("portal.my_join", person_id=contact.id))
    if key == "members.block_late_loan":
        return Way(reason, _("Voir mes prêts"), url_for("portal.my_loans"))
    return Way(reason)
