"""A lodging as it is typed; a new one with its owners, its mandate and its first terms at once."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import Length, NumberRange, Optional

from app.assets.queries import families
from app.concierge.forms.fields import RateField
from app.concierge.forms.mandates import NewMandateForm
from app.concierge.models import Lodging
from app.concierge.queries.terms import tax_data
from app.core.errors import DomainError
from app.core.fields import AmountField, TidyField, chosen_id, options
from app.core.i18n import _, _l
from app.statements.models import TaxTariff

NONE, CLASSIFIED, UNCLASSIFIED = "", "classified", "unclassified"


class LodgingFields(FlaskForm):
    """The place and what its town asks."""

    label = TidyField(_l("Nom"), [Length(max=120)])
    address = TidyField(_l("Adresse"), [Length(max=200)])
    postcode = TidyField(_l("Code postal"), [Length(max=10)])
    town = TidyField(_l("Commune"), [Length(max=80)])
    registration = TidyField(_l("Numéro d'enregistrement"), [Length(max=40)])
    main_residence = BooleanField(_l("C'est la résidence principale du propriétaire"))
    nights_cap = IntegerField(
        _l("Nuits par an, au plus"),
        [Optional(), NumberRange(1, 365, _l("Saisissez un nombre de nuits entre 1 et 365."))],
    )
    sleeps = IntegerField(
        _l("Voyageurs, au plus"), [Optional(), NumberRange(0, 99, _l("Saisissez un nombre de 0 à 99."))]
    )
    tax_kind = SelectField(
        _l("Tarif de la commune"),
        choices=options([
            (NONE, _l("Aucun : la plateforme dit la taxe")), (CLASSIFIED, _l("Logement classé : un montant par nuit")),
            (UNCLASSIFIED, _l("Logement non classé : un taux")),
        ]),
    )  # fmt: skip
    tax_cents = AmountField(_l("Par adulte et par nuit"))
    tax_rate = RateField(_l("Taux du prix de la nuit"))
    tax_cap = AmountField(_l("Au plus, par adulte et par nuit"))
    tax_addition = RateField(_l("Taxes additionnelles"))
    notes = TextAreaField(_l("Notes"), [Length(max=2000)])

    def values(self) -> dict[str, Any]:
        """What was typed, for the services. Raises DomainError."""
        names = ("address", "postcode", "town", "registration", "notes")
        return {
            **{name: self[name].data or "" for name in names}, "main_residence": bool(self.main_residence.data),
            "nights_cap": self.nights_cap.data or 120, "sleeps": self.sleeps.data or 0, "tax": tax_data(self._tariff()),
        }  # fmt: skip

    def _tariff(self) -> TaxTariff | None:
        addition = self.tax_addition.data or 0
        if self.tax_kind.data == CLASSIFIED:
            if self.tax_cents.data is None:
                raise DomainError(_("Saisissez le montant par adulte et par nuit."), field="tax_cents")
            return TaxTariff(self.tax_cents.data, addition=addition)
        if self.tax_kind.data == UNCLASSIFIED:
            if not self.tax_rate.data:
                raise DomainError(_("Saisissez le taux voté par la commune."), field="tax_rate")
            return TaxTariff(None, self.tax_rate.data, self.tax_cap.data, addition)
        return None


class NewLodgingForm(LodgingFields, NewMandateForm):
    """A new lodging; with its mandate as soon as an owner is given."""

    family_id = SelectField(_l("Famille"), [Optional()], coerce=chosen_id, validate_choice=False)
    asset_id = HiddenField(_l("Fiche existante"), filters=[chosen_id])
    asset_id_text = StringField(_l("Fiche existante"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.family_id.choices = options([("", _("Logements")), *families()])


def lodging_form(lodging: Lodging) -> LodgingFields:
    """The form filled from a lodging."""
    tax = lodging.tax or {}
    kind = NONE if not tax else CLASSIFIED if tax.get("cents") is not None else UNCLASSIFIED
    return LodgingFields(
        data={
            "label": lodging.asset.label, "address": lodging.address, "postcode": lodging.postcode, "town": lodging.town,
            "registration": lodging.registration, "main_residence": lodging.main_residence, "nights_cap": lodging.nights_cap,
            "sleeps": lodging.sleeps or None, "notes": lodging.notes, "tax_kind": kind, "tax_cents": tax.get("cents"),
            "tax_rate": tax.get("basis_points") or None, "tax_cap": tax.get("cap"), "tax_addition": tax.get("addition") or None,
        }
    )  # fmt: skip
