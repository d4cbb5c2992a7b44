"""The form of a contact."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, RadioField, StringField, TelField, TextAreaField
from wtforms.validators import Email, Length, Optional, ValidationError

from app.contacts.models import Contact
from app.contacts.services import FIELDS
from app.contacts.states import ContactKind
from app.core.company_numbers import check_siret, check_vat_number
from app.core.errors import DomainError
from app.core.fields import TidyField, chosen_id, options
from app.core.i18n import _, _l
from app.core.phones import parse_phone


def _short(limit: int = 200) -> Length:
    return Length(max=limit, message=_l("C'est trop long. Raccourcissez."))


class ContactForm(FlaskForm):
    """Everything the team edits of a contact. A person has two names, a company or an association one."""

    kind = RadioField(_l("Type"), choices=options(ContactKind.choices()), default=ContactKind.PERSON.value)
    first_name = TidyField(_l("Prénom"), [_short(80)])
    last_name = TidyField(_l("Nom de famille"), [_short(120)])
    company_name = TidyField(_l("Nom de la société ou de l'association"), [_short()])
    siret = TidyField(_l("SIRET"), [_short(40)])
    vat_number = TidyField(_l("N° de TVA"), [_short(40)])
    einvoice_address = TidyField(
        _l("Adresse de facturation électronique"), [_short(120)], description=_l("Le SIREN si vous laissez vide.")
    )
    category = TidyField(
        _l("Catégorie de client"), [_short(60)], description=_l("Revendeur, collectivité… : un tarif peut la demander.")
    )
    company_id = HiddenField(_l("Société"))
    company_id_text = StringField(_l("Société"))
    phone = TelField(_l("Téléphone"), [_short(40)])
    phone_2 = TelField(_l("Autre téléphone"), [_short(40)])
    email = EmailField(
        _l("Courriel"),
        [Optional(), Email(_l("Cette adresse est incomplète. Elle s'écrit comme nom@exemple.fr.")), _short()],
    )
    address = TextAreaField(_l("Adresse"), [_short()])
    postcode = TidyField(_l("Code postal"), [_short(10)])
    town = TidyField(_l("Commune"), [_short(80)])
    country = TidyField(_l("Pays"), [_short(2)], default="FR", description=_l("Deux lettres : FR, BE, CH…"))
    notify_sms = BooleanField(_l("Par SMS"), default=True)
    notify_email = BooleanField(_l("Par courriel"), default=True)
    notify_call = BooleanField(_l("Par téléphone"))
    notes = TextAreaField(_l("Notes internes"), [_short(4000)], description=_l("Jamais montrées au client."))
    despite = HiddenField()

    @classmethod
    def of(cls, contact: Contact) -> "ContactForm":
        """The form as it is for a saved contact."""
        form = cls(obj=contact)
        if not form.is_submitted():
            form.company_name.data = contact.name if contact.is_company else ""
            if not contact.is_company and not (contact.first_name or contact.last_name):
                form.last_name.data = contact.name
            form.company_id_text.data = contact.company.name if contact.company else ""
        return form

    @property
    def is_person(self) -> bool:
        """True for a private person: two names, perhaps a company."""
        return bool(self.kind.data == ContactKind.PERSON)

    def validate_last_name(self, field: TidyField) -> None:
        """A person is known by one of his two names at least."""
        if self.is_person and not (field.data or self.first_name.data):
            raise ValidationError(_("Saisissez le nom du client."))

    def validate_company_name(self, field: TidyField) -> None:
        """A company is known by its name."""
        if not self.is_person and not field.data:
            raise ValidationError(_("Saisissez le nom de la société."))

    def validate_siret(self, field: TidyField) -> None:
        """14 digits whose key is right."""
        if not self.is_person:
            _checked(check_siret, field.data)

    def validate_vat_number(self, field: TidyField) -> None:
        """A number of the Union whose key is right."""
        if not self.is_person:
            _checked(check_vat_number, field.data)

    def validate_phone(self, field: TelField) -> None:
        """A number that can be called."""
        _checked(parse_phone, field.data)

    def validate_phone_2(self, field: TelField) -> None:
        """A number that can be called."""
        _checked(parse_phone, field.data)

    def validate_company_id(self, field: HiddenField) -> None:
        """Chosen in the list, not only typed."""
        if self.is_person and (self.company_id_text.data or "").strip() and chosen_id(field.data) is None:
            raise ValidationError(_("Choisissez la société dans la liste, ou effacez ce champ."))

    def values(self) -> dict[str, Any]:
        """What the services take."""
        values = {name: field.data for name, field in self._fields.items() if name in FIELDS}
        values = {name: "" if value is None else value for name, value in values.items()}
        values["kind"] = ContactKind(self.kind.data)
        values["country"] = (self.country.data or "FR").upper()
        named = (self.company_id_text.data or "").strip()
        if self.is_person:
            values |= {"name": f"{self.first_name.data or ''} {self.last_name.data or ''}".strip()}
            values |= {"siret": "", "vat_number": "", "einvoice_address": ""}
            values["company_id"] = int(self.company_id.data) if named and self.company_id.data else None
        else:
            values |= {"name": self.company_name.data, "first_name": "", "last_name": "", "company_id": None}
        return values


def _checked(check: Any, text: str | None) -> None:
    if not (text or "").strip():
        return
    try:
        check(text)
    except DomainError as error:
        raise ValidationError(error.message) from None
