"""Forms of loans."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
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
    TimeField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from app.assets.queries import families
from app.core import clock
from app.core.fields import AmountField, FrenchDateField, TidyField, chosen_id, options
from app.core.i18n import _, _l
from app.lending.queries.repeating import LIMIT, Rule
from app.lending.queries.terms import TERMS, Terms
from app.lending.states import INCIDENTS, Every, IncidentState, LatePer, RentPer, Scope
from app.payments.states import Method
from app.planning.queries import next_open_day
from app.questionnaires.queries import questionnaires_for
from app.questionnaires.states import Use

USUAL = timedelta(days=14)
OPENS, CLOSES = time(9), time(18)


def _usual_return() -> date:
    return next_open_day(clock.today() + USUAL)


class RepeatFields(FlaskForm):
    """How a reservation comes back; nothing chosen: it does not."""

    repeat = SelectField(_l("Répéter"), default="", choices=options((("", _l("Une seule fois")), *Every.choices())))
    weekdays = SelectMultipleField(
        _l("Quels jours"), coerce=int, choices=options(enumerate(clock.DAYS_SHORT)), widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )  # fmt: skip
    until = FrenchDateField(_l("Dernière date"), [Optional()])
    times = IntegerField(
        _l("ou nombre de fois"),
        [Optional(), NumberRange(1, LIMIT, _l("Saisissez un nombre entier entre %(min)s et %(max)s."))],
    )
    series = HiddenField(filters=[chosen_id])

    def rule(self) -> Rule | None:
        """The rule typed; None for a single date."""
        if not self.repeat.data:
            return None
        return Rule(Every(self.repeat.data), tuple(self.weekdays.data or ()), self.until.data, self.times.data)


class LoanForm(RepeatFields):
    """A loan at the desk: who, what (by scan), until when; from another day on for a reservation."""

    contact_id = HiddenField(
        _l("Emprunteur"), [DataRequired(_l("Choisissez l'emprunteur dans la liste."))], filters=[chosen_id]
    )
    code = TidyField(_l("Matériel"), [Length(max=100)])
    due_day = FrenchDateField(_l("Retour"), [DataRequired(_l("Saisissez la date de retour."))], default=_usual_return)
    due_time = TimeField(_l("à"), [Optional()], default=CLOSES)
    start_day = FrenchDateField(_l("Remise"), [Optional()])
    start_time = TimeField(_l("à"), [Optional()], default=OPENS)
    option = BooleanField(_l("Poser une option seulement"))
    notes = TextAreaField(_l("Notes"), [Length(max=2000)])
    despite = TidyField(_l("Prêter quand même, parce que"), [Length(max=300)])

    @classmethod
    def of(cls, args: Mapping[str, str]) -> "LoanForm":
        """The form, filled by the address: `contact`, `du`, `au` (« 2026-12-02 »)."""
        known = {"contact_id": args.get("contact", "")}
        days = {name: day_of(args.get(key, "")) for name, key in (("start_day", "du"), ("due_day", "au"))}
        return cls(**known, **{name: day for name, day in days.items() if day})

    def take_days(self, first: date | None, last: date | None) -> None:
        """The days that were typed with the words;"""
        if first is not None:
            self.start_day.data, self.start_day.raw_data = first, [first.isoformat()]
        if last is not None:
            self.due_day.data, self.due_day.raw_data = last, [last.isoformat()]

    def period(self) -> tuple[datetime, datetime, bool]:
        """(start, due, at once) in UTC: without a day of hand-over it leaves now."""
        due = _moment(self.due_day.data or _usual_return(), self.due_time.data or CLOSES)
        if self.start_day.data is None:
            return clock.now(), due, True
        return _moment(self.start_day.data, self.start_time.data or OPENS), due, False


class ExtendForm(FlaskForm):
    """Another return date."""

    due_day = FrenchDateField(_l("Nouveau retour"), [DataRequired(_l("Saisissez la date de retour."))])
    due_time = TimeField(_l("à"), [Optional()], default=CLOSES)

    def moment(self) -> datetime:
        """The date typed, in UTC."""
        return _moment(self.due_day.data or clock.today(), self.due_time.data or CLOSES)


class SeriesForm(FlaskForm):
    """Other hours for dates of a series, or which of them to give up."""

    scope = RadioField(_l("Pour"), choices=options(Scope.choices()), default=Scope.ONE.value)
    begins = TimeField(_l("Remise à"), [DataRequired(_l("Saisissez l'heure de remise."))])
    ends = TimeField(_l("Retour à"), [DataRequired(_l("Saisissez l'heure de retour."))])


class ReturnForm(FlaskForm):
    """Things back: today unless another day is typed, with a word on their state."""

    code = TidyField(_l("Étiquette"), [Length(max=100)])
    back_day = FrenchDateField(_l("Rendu le"), [Optional()])
    note = TidyField(_l("État au retour"), [Length(max=500)])

    def moment(self) -> datetime | None:
        """When they came back, in UTC; None for now."""
        day = self.back_day.data
        return None if day is None or day == clock.today() else _moment(day, CLOSES)


class TellForm(FlaskForm):
    """What is wrong with a thing."""

    code = TidyField(_l("Étiquette"), [Length(max=100)])
    words = TextAreaField(_l("Ce qui ne va pas"), [DataRequired(_l("Dites ce qui ne va pas.")), Length(max=10_000)])


class DecisionForm(FlaskForm):
    """What becomes of an incident; the moves that its state allows."""

    decision = RadioField(_l("Décision"), [DataRequired(_l("Choisissez ce que devient ce matériel."))])
    code = TidyField(_l("Matériel remis à la place"), [Length(max=100)])
    note = TidyField(_l("Note"), [Length(max=500)])

    def __init__(self, state: IncidentState) -> None:
        super().__init__()
        words = {
            IncidentState.REPAIR: _("Réparer : ouvre un dossier, le matériel quitte le planning"),
            IncidentState.REPLACED: _("Remplacer : il ne revient pas au prêt"),
            IncidentState.LOST: _("Perdu : le prêt ne l'attend plus"),
            IncidentState.NOTHING: _("Retrouvé, rien à faire") if state == IncidentState.LOST else _("Sans suite"),
        }
        self.decision.choices = options((move.value, words[move]) for move in INCIDENTS.following(state))


def day_of(text: str) -> date | None:
    """The day of an address, « 2026-12-02 »; None when it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _days(label: str, lowest: int, highest: int) -> IntegerField:
    wrong = _l("Saisissez un nombre entier entre %(min)s et %(max)s.")
    return IntegerField(
        label, [InputRequired(_l("Saisissez un nombre, 0 si rien ne s'applique.")), NumberRange(lowest, highest, wrong)]
    )


class TermsForm(FlaskForm):
    """What is agreed when a thing of a family is lent."""

    deposit = AmountField(_l("Caution"))
    insurance = BooleanField(_l("Demander une attestation d'assurance"))
    state_out = SelectField(_l("État à la remise"), coerce=chosen_id)
    state_back = SelectField(_l("État au retour"), coerce=chosen_id)
    rent_article_id = HiddenField(_l("Article du loyer"), filters=[chosen_id])
    rent_per = SelectField(_l("Loyer par"), choices=options(RentPer.choices()))
    late_fee = AmountField(_l("Indemnité de retard"))
    late_per = SelectField(_l("par"), choices=options(LatePer.choices()))
    late_grace = _days(_l("Tolérance (jours)"), 0, 90)
    late_cap = AmountField(_l("Plafond de l'indemnité"))
    renewals = _days(_l("Prolongations par l'emprunteur"), 0, 50)
    renewal_days = _days(_l("Durée d'une prolongation (jours)"), 1, 366)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = questionnaires_for(Use.LOAN_OUT)
        self.state_out.choices = options([("", _("Aucun")), *found])
        self.state_back.choices = options([("", _("Le même")), *found, *questionnaires_for(Use.LOAN_BACK)])

    def terms(self) -> Terms:
        """What was typed; an empty amount is none."""
        values = {name: self[name].data for name in TERMS.names}
        values |= {"deposit": values["deposit"] or 0, "late_fee": values["late_fee"] or 0}
        return Terms(**values)


class RuleForm(FlaskForm):
    """One more reminder."""

    days = _days(_l("Jours"), 0, 365)
    side = SelectField(
        _l("Quand"), choices=options((("before", _l("avant le retour")), ("after", _l("après le retour"))))
    )
    channel = SelectField(
        _l("Par"),
        choices=options((("", _l("le canal de l'emprunteur")), ("email", _l("courriel")), ("sms", _l("SMS")))),
    )
    family_id = SelectField(_l("Famille"), coerce=chosen_id)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.family_id.choices = options([("", _("Toutes les familles")), *families()])

    @property
    def signed_days(self) -> int:
        """Days after the return, below zero before it."""
        days = self.days.data or 0
        return -days if self.side.data == "before" else days


class TakeDepositForm(FlaskForm):
    """A deposit that is given now."""

    amount = AmountField(_l("Montant"), [DataRequired(_l("Écrivez le montant de la caution, par exemple 150,00."))])
    method = SelectField(
        _l("Moyen"),
        choices=options((m.value, m.label) for m in (Method.CHEQUE, Method.CARD, Method.CASH, Method.TRANSFER)),
    )
    reference = TidyField(_l("Référence"), [Length(max=80)])


class InsuranceForm(FlaskForm):
    """The certificate, and until when it is good."""

    valid_until = FrenchDateField(
        _l("Valable jusqu'au"), [DataRequired(_l("Saisissez la date de fin de l'attestation."))]
    )


class ContractForm(FlaskForm):
    """Who signs the contract."""

    signature = HiddenField()
    signature_name = TidyField(_l("Signature"), [Length(max=120)])

    def validate_signature_name(self, field: Field) -> None:
        """A drawing or a typed name."""
        if not field.data and not self.signature.data:
            raise ValidationError(_("Faites signer l'emprunteur, ou tapez son nom."))


def _moment(day: date, hour: time) -> datetime:
    return clock.at(day, hour.hour, hour.minute)
