"""A member joins for the season from his own space: asked for, invoiced to the household he pays for, then paid online."""

from app.contacts.models import Contact
from app.core import clock
from app.core.db import transaction
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.subject import subject_of
from app.members import services as members
from app.members.models import Membership, Season
from app.members.queries import membership_by_id
from app.messaging.services import add_task


def join(contact: Contact, season: Season, article_id: int, household_id: int | None) -> int | None:
    """Ask, then invoice: the document to pay, or None when it is free or when the desk has to send the invoice (it has a task).

    Two transactions: what was asked for stays asked for when the invoice cannot be issued. Raises Conflict, DomainError.
    """
    with transaction():
        asked = members.ask(contact, season, article_id, household_id).id
    try:
        with transaction():
            document = members.bill([_row(asked)], issue=True)
            return document.id if document is not None else None
    except DomainError:
        with transaction():
            row = _row(asked)
            add_task(
                _("Facturer l'adhésion %(season)s de %(name)s, demandée en ligne", season=row.season.name, name=row.contact.name),
                due_on=clock.today(), about=subject_of(row.contact), contact_id=row.contact_id,
            )  # fmt: skip
        return None


def _row(membership_id: int) -> Membership:
    row = membership_by_id(membership_id)
    if row is None:
        raise Conflict(_("Cette adhésion vient d'être annulée."))
    return row
