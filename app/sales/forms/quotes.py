"""Forms of quotes."""

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, IntegerField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.core.fields import options
from app.core.i18n import _l
from app.sales.services import Terms
from app.sales.states import Means
from app.sales.states.withdrawal import Concluded, Exempt

ANSWERS = (("accepted", "Le client accepte"), ("refused", "Le client refuse"))


class TermsForm(FlaskForm):
    """What is agreed beside the lines."""

    delay = StringField(
        _l("Délai de la réparation"),
        [Length(max=120)],
        description=_l("Par exemple : 3 jours ouvrés après votre accord."),
    )
    days = IntegerField(
        _l("Valable pendant"),
        [
            InputRequired(_l("Donnez la durée de validité en jours.")),
            NumberRange(1, 365, _l("Donnez une durée entre 1 et 365 jours.")),
        ],
    )
    conditions = TextAreaField(_l("Conditions"), [Length(max=3000)], render_kw={"rows": 5})
    concluded = SelectField(
        _l("Conclu"), choices=options(Concluded.choices()), coerce=Concluded, default=Concluded.PREMISES
    )
    exempt = SelectField(
        _l("Exception à la rétractation"), choices=options(Exempt.choices()), coerce=Exempt, default=Exempt.NONE
    )
    expected = HiddenField()

    @property
    def terms(self) -> Terms:
        """What was typed."""
        return Terms(
            self.conditions.data or "", (self.delay.data or "").strip(), self.days.data or 0, self.concluded.data, self.exempt.data
        )  # fmt: skip


class SendForm(FlaskForm):
    """The button « Envoyer le devis, 118,00 € » : the amount that it named, in cents."""

    expected = IntegerField(validators=[Optional()])


class AnswerForm(FlaskForm):
    """An answer given by telephone or on paper."""

    answer = RadioField(
        _l("Réponse"), [InputRequired(_l("Dites si le client accepte ou refuse."))], choices=options(ANSWERS)
    )
    means = SelectField(
        _l("Reçue"), choices=options((means.value, means.label) for means in (Means.PHONE, Means.PAPER))
    )
    name = StringField(
        _l("Qui a répondu"), [DataRequired(_l("Écrivez le nom de la personne qui a répondu.")), Length(max=120)]
    )
    begin = BooleanField(_l("Le client demande de commencer avant la fin du délai de rétractation"))
    reason = TextAreaField(
        _l("Raison du refus"),
        [Length(max=1000)],
        description=_l("À remplir si le client refuse."),
        render_kw={"rows": 2},
    )
