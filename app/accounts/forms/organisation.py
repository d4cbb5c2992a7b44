"""The form of the organisation: who we are, our colour, our hours."""

from collections.abc import Callable
from datetime import time
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    ColorField,
    EmailField,
    Field,
    FieldList,
    Form,
    FormField,
    RadioField,
    SelectField,
    TelField,
    TextAreaField,
    TimeField,
    URLField,
)
from wtforms.validators import DataRequired, Email, Length, Optional, ValidationError

from app.accounts.services import check_accent
from app.core.clock import DAYS
from app.core.company_numbers import check_siret, check_vat_number
from app.core.errors import DomainError
from app.core.fields import TidyField, options
from app.core.i18n import _, _l
from app.core.phones import parse_phone

ZONES = (
    ("Europe/Paris", "France métropolitaine"),
    ("America/Martinique", "Antilles"),
    ("America/Cayenne", "Guyane"),
    ("Indian/Reunion", "La Réunion"),
    ("Indian/Mayotte", "Mayotte"),
    ("America/Miquelon", "Saint-Pierre-et-Miquelon"),
    ("Pacific/Noumea", "Nouvelle-Calédonie"),
    ("Pacific/Tahiti", "Polynésie (Tahiti)"),
    ("Europe/Brussels", "Belgique"),
    ("Europe/Zurich", "Suisse"),
)
ICONS = (
    ("tools", "Outils"), ("tool", "Clé"), ("device-laptop", "Informatique"), ("device-mobile", "Téléphone"),
    ("wash-machine", "Électroménager"), ("bike", "Cycle"), ("music", "Musique"), ("pool", "Piscine"),
    ("building-store", "Magasin"), ("home", "Maison"), ("recycle", "Réemploi"), ("plug", "Électricité"),
)  # fmt: skip
FIELDS = (
    "name", "tagline", "icon", "accent", "address", "postcode", "town", "phone", "email", "website", "zone", "legal_form",
    "siret", "vat_number", "registration", "insurance", "mediator",
)  # fmt: skip
SPANS = (("morning_from", "morning_to"), ("afternoon_from", "afternoon_to"))


def _text(limit: int = 200) -> list[Any]:
    return [Length(max=limit, message=_l("C'est trop long. Raccourcissez."))]


def _judge(check: Callable[[str], object], field: Field) -> None:
    if not field.data:
        return
    try:
        check(field.data)
    except DomainError as error:
        raise ValidationError(error.message) from None


class DayForm(Form):
    """Opening hours of one day, in two spans; an empty span is closed."""

    morning_from = TimeField(_l("de"), [Optional()])
    morning_to = TimeField(_l("à"), [Optional()])
    afternoon_from = TimeField(_l("de"), [Optional()])
    afternoon_to = TimeField(_l("à"), [Optional()])

    def validate(self, extra_validators: Any = None) -> bool:
        """False with a sentence when a span has one end, or ends before it starts."""
        if not super().validate(extra_validators):
            self.morning_from.errors = [_("Écrivez les heures comme 09:00.")]
            return False
        latest = None
        for start, end in ((self[first].data, self[last].data) for first, last in SPANS):
            if (start is None) != (end is None):
                self.morning_from.errors = [_("Il manque une heure : donnez le début et la fin.")]
            elif start is not None and (start >= end or (latest and start < latest)):
                self.morning_from.errors = [_("La fin vient avant le début. Remettez les heures dans l'ordre.")]
            latest = end or latest
        return not self.morning_from.errors

    def spans(self) -> list[list[str]]:
        """[["09:00", "12:00"], …], as the organisation keeps them."""
        pairs = ((self[first].data, self[last].data) for first, last in SPANS)
        return [[start.strftime("%H:%M"), end.strftime("%H:%M")] for start, end in pairs if start and end]


class OrganisationForm(FlaskForm):
    """Everything about us that a manager edits in one page."""

    name = TidyField(_l("Nom"), [DataRequired(_l("Saisissez le nom de votre organisation.")), *_text(120)])
    tagline = TidyField(
        _l("Activité"), _text(120), description=_l("Sous le nom, par exemple « Réparation d'électroménager ».")
    )
    icon = RadioField(_l("Icône"), choices=options(ICONS))
    accent = ColorField(_l("Couleur"), [DataRequired(_l("Choisissez une couleur."))])
    address = TextAreaField(_l("Adresse"), _text())
    postcode = TidyField(_l("Code postal"), _text(10))
    town = TidyField(_l("Commune"), _text(80))
    phone = TelField(_l("Téléphone"), _text(40))
    email = EmailField(
        _l("Courriel"),
        [Optional(), Email(_l("Cette adresse est incomplète. Elle s'écrit comme nom@exemple.fr.")), *_text()],
    )
    website = URLField(_l("Site"), _text())
    zone = SelectField(_l("Fuseau horaire"), choices=options(ZONES))
    legal_form = TidyField(_l("Forme juridique"), _text(), description=_l("Par exemple « SAS au capital de 5 000 € »."))
    siret = TidyField(_l("SIRET"), _text(40))
    vat_number = TidyField(_l("N° de TVA"), _text(40))
    registration = TidyField(_l("Immatriculation"), _text(), description=_l("RCS ou RNE, et la ville."))
    insurance = TextAreaField(
        _l("Assurance professionnelle"), _text(500), description=_l("Assureur, contrat, zone couverte.")
    )
    mediator = TextAreaField(
        _l("Médiateur de la consommation"),
        _text(500),
        description=_l("Nom, adresse et site, sur vos devis et factures."),
    )
    opening = FieldList(FormField(DayForm), _l("Horaires d'ouverture"), min_entries=7, max_entries=7)

    def validate_siret(self, field: Field) -> None:
        """Raises ValidationError with what to mend."""
        _judge(check_siret, field)

    def validate_vat_number(self, field: Field) -> None:
        """Raises ValidationError with what to mend."""
        _judge(check_vat_number, field)

    def validate_accent(self, field: Field) -> None:
        """Raises ValidationError with a darker shade when white does not read on this one."""
        _judge(check_accent, field)

    def validate_phone(self, field: Field) -> None:
        """Raises ValidationError with what to mend."""
        _judge(parse_phone, field)

    def values(self) -> dict[str, Any]:
        """What the service takes."""
        opening = {str(day): entry.form.spans() for day, entry in enumerate(self.opening) if entry.form.spans()}
        return {**{name: self[name].data or "" for name in FIELDS}, "opening": opening}

    def days(self) -> list[tuple[str, Any]]:
        """(« lundi », its fields)."""
        return [(name, entry.form) for name, entry in zip(DAYS, self.opening, strict=True)]


def form_data(house: Any) -> dict[str, Any]:
    """What the form shows of an organisation."""
    plain = {name: getattr(house, name) for name in FIELDS}
    return {**plain, "opening": [_day(house.opening.get(str(day), [])) for day in range(7)]}


def _day(spans: list[list[str]]) -> dict[str, time]:
    return {
        name: time.fromisoformat(text)
        for names, span in zip(SPANS, spans, strict=False)
        for name, text in zip(names, span, strict=True)
    }
