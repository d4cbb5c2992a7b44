"""What the concierge holds on an owner (mandates, statements, what was added to his months) and on a guest who is known to us."""

from sqlalchemy import select

from app.concierge.models import MandateOwner, MonthEntry, OwnerStatement, RentalMandate, Stay
from app.contacts.models import Contact
from app.core.personal import ACCOUNTING, LAW_OF_BOOKS, Holding, PersonalData

PERSONAL = PersonalData(
    "concierge",
    "Propriétaires, mandats et relevés de gérance",
    "Gérer les logements et rendre compte à leurs propriétaires",
    "Exécution du contrat",
    ACCOUNTING,
    (
        Holding(
            OwnerStatement,
            lambda person: OwnerStatement.contact_id == person.contact_id,
            unless=OwnerStatement.approved_at.is_not(None),
            blank=("reason", "fault"),
            plain=("number", "outside"),
            kept=LAW_OF_BOOKS,
        ),
        Holding(
            MandateOwner,
            lambda person: MandateOwner.contact_id == person.contact_id,
        ),
        Holding(
            RentalMandate,
            lambda person: RentalMandate.id.in_(
                select(MandateOwner.mandate_id).where(MandateOwner.contact_id == person.contact_id)
            ),
            blank=("notes",),
            plain=("number",),
        ),
        Holding(
            Stay,
            lambda person: Stay.email.in_(
                select(Contact.email).where(Contact.id == person.contact_id, Contact.email != "")
            ),
            blank=("guest", "email", "phone"),
            plain=("remote_id", "reference", "channel", "told", "kept", "mark", "asked", "excluded"),
        ),
        Holding(
            MonthEntry,
            lambda person: MonthEntry.owner_id == person.contact_id,
            plain=("label", "key"),
        ),
    ),
)
