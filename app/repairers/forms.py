"""Forms of outside repairers."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask_wtf import FlaskForm
from wtforms import HiddenField, IntegerField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.assets.queries import families
from app.core import clock
from app.core.fields import AmountField, FrenchDateField, QuantityField, TidyField, chosen_id, options
from app.core.i18n import _, _l
from app.repairers.models import Repairer
from app.repairers.queries.profiles import free_accounts, free_suppliers, in_use
from app.repairers.services import ProfileInput, SkillInput
from app.repairers.states import Level

DAYS = (_l("Lundi"), _l("Mardi"), _l("Mercredi"), _l("Jeudi"), _l("Vendredi"), _l("Samedi"), _l("Dimanche"))
WHOLE = _l("Saisissez un nombre entier entre %(min)s et %(max)s.")
HOURS = _l("Une journée compte 24 heures au plus.")


class ProfileForm(FlaskForm):
    """A repairer; with the fields h0…h6 of the week, and level, lead and price of each family."""

    contact_id = SelectField(
        _l("Fournisseur"), [InputRequired(_l("Choisissez le fournisseur qui répare."))], coerce=chosen_id
    )
    user_id = SelectField(
        _l("Compte"), [InputRequired(_l("Choisissez le compte avec lequel il se connecte."))], coerce=chosen_id
    )
    hourly = AmountField(_l("Prix de l'heure TTC"))
    km = QuantityField(
        _l("Distance (km)"), [Optional(), NumberRange(0, 2_000_000, _l("Saisissez une distance de moins de 2 000 km."))]
    )
    notes = TextAreaField(_l("Notes"), [Length(max=2000)])
    families: Sequence[tuple[int, str]] = ()

    def told(self) -> ProfileInput:
        """What was typed, for the services."""
        hours = {str(day): round((self[f"h{day}"].data or 0) * 60 / 1000) for day in range(7)}
        skills = [
            SkillInput(key, Level(self[f"level{key}"].data), self[f"lead{key}"].data or 0, self[f"price{key}"].data)
            for key, _label in self.families
            if self[f"level{key}"].data
        ]
        metres = self.km.data  # thousandths of a kilometre
        return ProfileInput(
            self.contact_id.data or 0, self.user_id.data or 0, hours, self.hourly.data or 0, metres, self.notes.data or "", skills
        )  # fmt: skip


class NewProfileForm(ProfileForm):
    """The same for who is not one yet: any contact, with an account that waits, or none: he is invited at his address."""

    contact_id = SelectField(
        _l("Contact"), [InputRequired(_l("Choisissez le contact qui répare."))], coerce=chosen_id, validate_choice=False
    )
    contact_id_text = StringField(_l("Contact"))
    user_id = SelectField(_l("Compte"), [Optional()], coerce=chosen_id)


def profile_form(repairer: Repairer | None = None, *, typed: bool = True) -> ProfileForm:
    """The form with a field for each day and each family, filled from a profile; what was posted is read when `typed`."""
    known = list(families())
    kind: type[ProfileForm] = type(
        "SkillsForm", (ProfileForm if repairer else NewProfileForm,), {"families": known, **_day_fields(), **_skill_fields(known)}
    )  # fmt: skip
    values = _values(repairer)
    form = kind(data=values) if typed else kind(formdata=None, data=values)
    form.contact_id.choices = options(free_suppliers(repairer.contact_id) if repairer else ())
    first = [] if repairer else [("", _("Aucun : il reçoit une invitation"))]
    form.user_id.choices = options([*first, *free_accounts(repairer.user_id if repairer else None)])
    return form


def _day_fields() -> dict[str, Any]:
    return {
        f"h{day}": QuantityField(name, [Optional(), NumberRange(0, 24_000, HOURS)]) for day, name in enumerate(DAYS)
    }


def _skill_fields(known: Sequence[tuple[int, str]]) -> dict[str, Any]:
    levels = options([("", _("Ne répare pas")), *Level.choices()])
    fields: dict[str, Any] = {}
    for key, label in known:
        fields[f"level{key}"] = SelectField(label, choices=levels)
        fields[f"lead{key}"] = IntegerField(_l("Délai habituel (jours)"), [Optional(), NumberRange(0, 365, WHOLE)])
        fields[f"price{key}"] = AmountField(_l("Forfait TTC"))
    return fields


def _values(repairer: Repairer | None) -> dict[str, Any]:
    if repairer is None:
        return {}
    found: dict[str, Any] = {
        "contact_id": repairer.contact_id, "user_id": repairer.user_id, "hourly": repairer.hourly, "km": repairer.metres,
        "notes": repairer.notes, **{f"h{day}": minutes * 1000 // 60 for day, minutes in repairer.hours.items()},
    }  # fmt: skip
    for skill in repairer.skills:
        key = skill.family_id
        found |= {f"level{key}": skill.level.value, f"lead{key}": skill.lead_days, f"price{key}": skill.price}
    return found


class AbsenceForm(FlaskForm):
    """Days when a repairer does not work."""

    first_day = FrenchDateField(_l("Du"), [DataRequired(_l("Saisissez le premier jour."))])
    last_day = FrenchDateField(_l("Au"), [Optional()])
    label = TidyField(_l("Motif"), [Length(max=80)])

    def days(self) -> tuple[date, date]:
        """The first and the last day typed."""
        first = self.first_day.data or clock.today()
        return first, self.last_day.data or first


class TermsForm(FlaskForm):
    """What the sharing must know of a repair."""

    hours = QuantityField(
        _l("Travail estimé (heures)"), [Optional(), NumberRange(10, 999_000, _l("Saisissez entre 0,1 et 999 heures."))]
    )
    level = SelectField(_l("Niveau demandé"), choices=options(Level.choices()))
    earliest = FrenchDateField(_l("Pas avant le"), [Optional()])

    @property
    def minutes(self) -> int | None:
        """The hours typed, in minutes; None: what repairs usually take."""
        return round(self.hours.data * 60 / 1000) if self.hours.data else None


class EntrustForm(FlaskForm):
    """To whom a repair goes, and why when it is not to who was suggested."""

    repairer_id = SelectField(_l("Réparateur"), coerce=chosen_id, validate_choice=False)
    reason = TidyField(_l("Pourquoi"), [Length(max=300)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.repairer_id.choices = options([("", _("Choisissez")), *in_use()])


class ReasonForm(FlaskForm):
    """Why."""

    reason = TidyField(_l("Pourquoi"), [Length(max=300)])


class AcceptForm(FlaskForm):
    """The day by which he will have done it."""

    day = FrenchDateField(_l("Fini pour le"), [Optional()])


class DelayForm(FlaskForm):
    """Later than said, and why."""

    day = FrenchDateField(_l("Nouvelle fin prévue"), [DataRequired(_l("Saisissez la nouvelle date."))])
    reason = TidyField(
        _l("Raison du retard"),
        [DataRequired(_l("Dites la raison du retard : l'école en a besoin pour prévenir.")), Length(max=300)],
    )
    seen = HiddenField()


class QuoteForm(FlaskForm):
    """What he asks for a repair."""

    amount = AmountField(_l("Montant TTC"), [InputRequired(_l("Saisissez le montant de votre devis."))])
    note = TextAreaField(_l("Ce qu'il comprend"), [Length(max=500)])


class BillForm(FlaskForm):
    """His invoice: its file was sent first, `file_id` names it."""

    file_id = HiddenField(filters=[chosen_id])
    number = TidyField(_l("N° de la facture"), [DataRequired(_l("Saisissez le numéro de la facture.")), Length(max=80)])
    issued_on = FrenchDateField(_l("Date"), [DataRequired(_l("Saisissez la date de la facture."))])
    net = AmountField(_l("Total HT"), [InputRequired(_l("Saisissez le total hors taxes."))], signed=True)
    vat = AmountField(_l("TVA"), [InputRequired(_l("Saisissez la TVA, 0 si vous n'en facturez pas."))], signed=True)
    gross = AmountField(_l("Total TTC"), [InputRequired(_l("Saisissez le total à payer."))], signed=True)
    repairs = SelectMultipleField(_l("Réparations facturées"), validate_choice=False)


def leads_form(repairer: Repairer) -> FlaskForm:
    """His usual lead time of each of his families."""
    fields = {
        f"lead{skill.family_id}": IntegerField(skill.family.name, [InputRequired(_l("Saisissez un nombre de jours.")), NumberRange(0, 365, WHOLE)])
        for skill in repairer.skills
    }  # fmt: skip
    kind: type[FlaskForm] = type("LeadsForm", (FlaskForm,), fields)
    return kind(data={f"lead{skill.family_id}": skill.lead_days for skill in repairer.skills})
