"""What contacts holds on a person: who he is, how to reach him, what he consented to."""

from sqlalchemy import or_, select

from app.accounts.models import User
from app.accounts.states import Role
from app.contacts.models import Consent, Contact
from app.core import clock
from app.core.personal import PROSPECTS, Holding, Pending, Person, PersonalData, Since


def _name(_row: Contact, person: Person) -> str:
    return person.no_name


PERSONAL = PersonalData(
    "contacts",
    "Identité, coordonnées et consentements",
    "Connaître et joindre les clients, les adhérents et les prospects",
    "Exécution du contrat ; intérêt légitime pour les prospects ; consentement pour les nouvelles",
    PROSPECTS,
    (
        Holding(
            Contact,
            lambda person: Contact.id == person.contact_id,
            blank=(
                "first_name", "last_name", "siret", "vat_number", "einvoice_address", "category", "email", "phone", "phone_key",
                "phone_2", "address", "postcode", "town", "notes", "source_ref", "company_id", "user_id",
            ),
            put={
                "name": _name,
                "archived_at": lambda row, _person: row.archived_at or clock.now(),
                "notify_sms": lambda _row, _person: False,
                "notify_email": lambda _row, _person: False,
                "notify_call": lambda _row, _person: False,
            },
            plain=("country",),
        ),
        Holding(
            Consent,
            lambda person: or_(Consent.contact_id == person.contact_id, Consent.about_id == person.contact_id),
            blank=("source",),
            plain=("wording",),
        ),
    ),
    pending=(
        Pending(
            lambda: select(Contact.id).join(User, User.id == Contact.user_id).where(User.active, User.role != Role.CLIENT),
            "Son compte de l'équipe est ouvert : fermez-le dans « Réglages », « Équipe ».",
        ),
    ),
    since=(
        Since(Contact.id, Contact.created_at, PROSPECTS),
        Since(Consent.contact_id, Consent.at, PROSPECTS),
        Since(Contact.id, User.signed_in_at, PROSPECTS, Contact.user_id == User.id),
    ),
)  # fmt: skip
