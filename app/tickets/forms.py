"""Forms of tickets: the shape of what is typed."""

import secrets
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.accounts.queries import sites, workers
from app.assets.queries import families
from app.catalog.queries import all_rates
from app.contacts.states import ContactKind
from app.core.fields import AmountField, FrenchDateField, QuantityField, TidyField, chosen_id, options
from app.core.i18n import _, _l
from app.core.money import percent
from app.core.settings import setting
from app.tickets.models import Ticket
from app.tickets.states import WAITING_FOR, LineKind, Outcome, Priority, TicketKind, TicketState, Waiting

VAT_RATES = ((2000, "20 %"), (1000, "10 %"), (550, "5,5 %"), (210, "2,1 %"), (0, "0 %"))
ORIGINS = (
    ("", "–"),
    ("new_maker", "Neuve, du constructeur"),
    ("new_compatible", "Neuve, compatible"),
    ("used", "D'occasion (PIEC)"),
    ("refurbished", "Reconditionnée (PIEC)"),
)

#: How money may come at the intake: « Moyen de paiement du dépôt ».
PAID_BY = (("", "–"), ("carte", "Carte"), ("espèces", "Espèces"), ("chèque", "Chèque"), ("virement", "Virement"))


class Ticks(SelectMultipleField):
    """Several choices as tick boxes; what is not in the list is accepted (an accessory typed by hand)."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
    validate_choice = False

    def pre_validate(self, form: Any) -> None:
        """Anything may be ticked."""


class IntakeForm(FlaskForm):
    """The intake, all in one screen. Ids stay empty for what is new."""

    form_key = HiddenField(default=lambda: secrets.token_urlsafe(12))
    kind = RadioField(_l("Type"), choices=options(TicketKind.choices()), default=TicketKind.REPAIR.value)
    contact_id = HiddenField(_l("Client"), filters=[chosen_id])
    new_contact = BooleanField(_l("Nouveau client"))
    contact_kind = RadioField(_l("Client"), choices=options(ContactKind.choices()), default=ContactKind.PERSON.value)
    first_name = TidyField(_l("Prénom"), [Length(max=80)])
    last_name = TidyField(_l("Nom"), [Length(max=80)])
    company_name = TidyField(_l("Raison sociale"), [Length(max=160)])
    siret = TidyField(_l("SIRET"), [Length(max=30)])
    phone = TidyField(_l("Téléphone"), [Length(max=30)])
    email = TidyField(_l("Courriel"), [Length(max=160)])
    address = TidyField(_l("Adresse"), [Length(max=200)])
    postcode = TidyField(_l("Code postal"), [Length(max=10)])
    town = TidyField(_l("Commune"), [Length(max=80)])
    dropped_by = TidyField(_l("Déposé par"), [Length(max=120)])
    person_to_contact = TidyField(_l("Personne à contacter"), [Length(max=160)])
    notify_sms = BooleanField(_l("SMS"), default=True)
    notify_email = BooleanField(_l("Courriel"), default=True)
    notify_call = BooleanField(_l("Appel"))

    asset_id = HiddenField(_l("Appareil"), filters=[chosen_id])
    family_id = SelectField(_l("Famille"), coerce=chosen_id, validate_choice=False)
    label = TidyField(_l("Marque et modèle"), [Length(max=160)])
    serial = TidyField(_l("N° de série"), [Length(max=80)])
    bought_on = FrenchDateField(_l("Date d'achat"), [Optional()])
    accessories = Ticks(_l("Accessoires déposés"))
    other_accessories = TidyField(_l("Autres accessoires"), [Length(max=200)])

    fault = TextAreaField(_l("Ce que le client constate"), [DataRequired(_l("Écrivez ce que le client constate."))])
    extra_work = TextAreaField(_l("Travaux demandés en plus"))
    priority = RadioField(_l("Priorité"), choices=options(Priority.choices()), default=Priority.NORMAL.value)
    promised_on = FrenchDateField(_l("Promis pour"), [Optional()])
    proposed_on = HiddenField()
    ceiling = AmountField(_l("Plafond accordé"))
    diagnosis_fee = AmountField(_l("Forfait diagnostic"))
    paid_at_intake = AmountField(_l("Versé au dépôt"))
    paid_by = SelectField(_l("Moyen de paiement"), choices=options(PAID_BY), validate_choice=False)
    assignee_id = SelectField(_l("Confié à"), coerce=chosen_id, validate_choice=False)
    shelf = TidyField(_l("Emplacement"), [Length(max=40)])
    site_id = SelectField(_l("Site"), coerce=chosen_id, validate_choice=False)
    external_ref = TidyField(_l("Suivi hors de l'application"), [Length(max=160)])

    consent_deposit = BooleanField()
    consent_repair = BooleanField()
    consent_used_parts = BooleanField()
    consent_news = BooleanField()
    signature = HiddenField()
    signature_name = TidyField(_l("Nom de la personne qui signe"), [Length(max=120)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.family_id.choices = options([("", "Choisissez"), *families()])
        self.assignee_id.choices = options([("", _("Personne pour l'instant")), *workers()])
        self.site_id.choices = options([("", "–"), *sites()])
        if self.diagnosis_fee.data is None and not self.is_submitted():
            self.diagnosis_fee.data = setting("tickets.diagnosis_fee")


class VersionedForm(FlaskForm):
    """A form about a ticket read at that version."""

    version = IntegerField(validators=[Optional()], widget=HiddenInput())


class MoveForm(VersionedForm):
    """Where to, with what the arrival asks for."""

    state = SelectField(_l("État"), choices=options(TicketState.choices()), coerce=TicketState)
    outcome = SelectField(
        _l("Issue"),
        choices=options([("", "Choisissez"), *Outcome.choices()]),
        coerce=lambda value: Outcome(value) if value else None,
        validate_choice=False,
    )
    reason = TidyField(_l("Précision"), [Length(max=300)])


class WaitingForm(VersionedForm):
    """What the work waits for."""

    waiting = SelectField(_l("Attente"), coerce=Waiting)
    note = TidyField(_l("Précision"), [Length(max=200)])

    def for_ticket(self, ticket: Ticket) -> "WaitingForm":
        """With the reasons of that type of ticket."""
        self.waiting.choices = options((reason.value, reason.label) for reason in WAITING_FOR[ticket.kind])
        return self


class LineForm(VersionedForm):
    """A part, some labour, something else."""

    kind = SelectField(_l("Nature"), choices=options(LineKind.choices()), coerce=LineKind, default=LineKind.PART)
    label = TidyField(_l("Désignation"), [DataRequired(_l("Saisissez la désignation de la ligne.")), Length(max=500)])
    reference = TidyField(_l("Référence"), [Length(max=80)])
    quantity = QuantityField(_l("Quantité"), [InputRequired(_l("Saisissez la quantité."))], default=1000)
    unit = TidyField(_l("Unité"), [Length(max=20)])
    unit_price = AmountField(
        _l("Prix unitaire HT"), signed=True, validators=[InputRequired(_l("Saisissez le prix hors taxes."))]
    )
    vat_rate = SelectField(_l("TVA"), choices=options(VAT_RATES), coerce=int, default=2000)
    origin = SelectField(_l("Origine"), choices=options(ORIGINS), validate_choice=False)
    article_id = HiddenField(_l("Article"), filters=[chosen_id])
    shelf = SelectField(_l("Prendre à"), choices=options([("", "")]), default="", validate_choice=False)

    def validate_shelf(self, field: SelectField) -> None:
        """Where some are left, or nowhere in particular."""
        if field.data and field.data not in [value for value, *_rest in field.choices or ()]:
            raise ValidationError(_("Il n'en reste plus à cet endroit. Choisissez-en un autre."))

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        known = {rate.rate: percent(rate.rate) for rate in all_rates()} | dict(VAT_RATES)
        self.vat_rate.choices = options(sorted(known.items(), reverse=True))


class DetailsForm(VersionedForm):
    """What may be corrected of an intake."""

    title = TidyField(_l("Objet"), [DataRequired(_l("Dites de quoi il s'agit.")), Length(max=200)])
    fault = TextAreaField(_l("Panne signalée"), [DataRequired(_l("Écrivez ce que le client constate."))])
    extra_work = TextAreaField(_l("Travaux demandés en plus"))
    accessories = TidyField(_l("Accessoires déposés"), description=_l("Séparez-les par des virgules."))
    dropped_by = TidyField(_l("Déposé par"), [Length(max=120)])
    person_to_contact = TidyField(_l("Personne à contacter"), [Length(max=160)])
    promised_on = FrenchDateField(_l("Promis pour"), [Optional()])
    ceiling = AmountField(_l("Plafond accordé TTC"))
    diagnosis_fee = AmountField(_l("Forfait diagnostic TTC"))
    paid_at_intake = AmountField(_l("Versé au dépôt"))
    paid_by = SelectField(_l("Moyen de paiement"), choices=options(PAID_BY), validate_choice=False)
    estimated_minutes = IntegerField(
        _l("Temps estimé (minutes)"), [Optional(), NumberRange(0, 100_000, _l("Donnez un nombre de minutes."))]
    )
    shelf = TidyField(_l("Emplacement"), [Length(max=40)])
    external_ref = TidyField(_l("Suivi hors de l'application"), [Length(max=160)])


class DelayForm(VersionedForm):
    """Another promised day, and why."""

    promised_on = FrenchDateField(_l("Nouvelle date promise"), [DataRequired(_l("Choisissez la nouvelle date."))])
    reason = TidyField(_l("Raison, telle que le client la lira"), [Length(max=300)])
    seen = HiddenField()


class ExitForm(VersionedForm):
    """Who takes the thing back."""

    taken_by = TidyField(_l("Remis à"), [Length(max=120)])
    signature = HiddenField()
    signature_name = TidyField(_l("Signature"), [Length(max=120)])

    def validate_signature_name(self, field: Field) -> None:
        """A drawing or a typed name: nobody signs by leaving the page as it came."""
        if not field.data and not self.signature.data:
            raise ValidationError(_("Faites signer la personne qui reprend l'appareil, ou tapez son nom."))
        if not field.data and not self.taken_by.data:
            raise ValidationError(_("Écrivez le nom de la personne qui reprend l'appareil."))

    @property
    def name(self) -> str:
        """Who takes the thing: who signs by typing, else who is named beside the drawing."""
        return self.signature_name.data or self.taken_by.data or ""


class ShippingForm(VersionedForm):
    """With whom it travels."""

    carrier = TidyField(_l("Transporteur"), [DataRequired(_l("Saisissez le transporteur.")), Length(max=80)])
    tracking = TidyField(_l("N° de suivi"), [Length(max=80)])
    return_tracking = TidyField(_l("N° de suivi du retour"), [Length(max=80)])
    ship_to = TextAreaField(_l("Adresse d'expédition"), [Length(max=500)])


class LoanerForm(FlaskForm):
    """One of our things for the time of the repair."""

    asset_id = SelectField(_l("Appareil de prêt"), coerce=chosen_id, validate_choice=False)
    until = FrenchDateField(_l("Jusqu'au"), [DataRequired(_l("Choisissez la date de retour."))])
