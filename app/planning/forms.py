"""Forms of the planning."""

from datetime import date, datetime, time
from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField, RadioField, SelectField, TimeField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange

from app.accounts.queries import sites
from app.core import clock
from app.core.fields import FrenchDateField, TidyField, chosen_id, options
from app.core.i18n import _, _l
from app.planning.states import KINDS


def _moment(day: date | None, hour: time | None) -> datetime:
    day, hour = day or clock.today(), hour or time()
    return clock.at(day, hour.hour, hour.minute)


class PeriodForm(FlaskForm):
    """From a day and an hour to another."""

    first_day = FrenchDateField(_l("Du"), [DataRequired(_l("Saisissez le premier jour."))])
    first_time = TimeField(_l("à"), [InputRequired(_l("Saisissez l'heure de début."))], default=time(9))
    last_day = FrenchDateField(_l("Au"), [DataRequired(_l("Saisissez le dernier jour."))])
    last_time = TimeField(_l("à"), [InputRequired(_l("Saisissez l'heure de fin."))], default=time(18))

    def moments(self) -> tuple[datetime, datetime]:
        """What was typed, in UTC."""
        return _moment(self.first_day.data, self.first_time.data), _moment(self.last_day.data, self.last_time.data)


class UseForm(PeriodForm):
    """Something of ours, or one of us, taken by hand."""

    resource = SelectField(
        _l("Qui ou quoi"),
        [InputRequired(_l("Choisissez une personne ou un matériel."))],
        choices=[],
        validate_choice=False,
    )
    kind = RadioField(_l("Nature"), default="use")
    label = TidyField(
        _l("Motif"), [DataRequired(_l("Donnez un motif, par exemple « Concert de fin d'année ».")), Length(max=120)]
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = options([(kind.code, kind.label) for kind in KINDS.values() if kind.by_hand])


class MoveForm(PeriodForm):
    """Where and when a booking goes."""

    asset_id = SelectField(_l("Matériel"), coerce=chosen_id)


class ClosureForm(FlaskForm):
    """Days when nobody is there."""

    label = TidyField(_l("Motif"), [DataRequired(_l("Donnez un motif, par exemple « Congés d'été ».")), Length(max=80)])
    first_day = FrenchDateField(_l("Du"), [DataRequired(_l("Saisissez le premier jour."))])
    last_day = FrenchDateField(_l("Au"), [DataRequired(_l("Saisissez le dernier jour."))])
    site_id = SelectField(_l("Site"), coerce=chosen_id)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site_id.choices = options([("", _("Tous les sites")), *sites()])

    def days(self) -> tuple[date, date]:
        """The first and the last day typed."""
        first = self.first_day.data or clock.today()
        return first, self.last_day.data or first


def _whole(label: str, lowest: int, highest: int) -> IntegerField:
    wrong = _l("Saisissez un nombre entier entre %(min)s et %(max)s.")
    return IntegerField(
        label, [InputRequired(_l("Saisissez un nombre, 0 si rien ne s'applique.")), NumberRange(lowest, highest, wrong)]
    )


class RulesForm(FlaskForm):
    """How a family may be booked."""

    buffer_before = _whole(_l("Préparation avant (minutes)"), 0, 10_080)
    buffer_after = _whole(_l("Remise en état après (minutes)"), 0, 10_080)
    notice_hours = _whole(_l("Au plus tôt, dans (heures)"), 0, 8_760)
    ahead_days = _whole(_l("Au plus loin, dans (jours)"), 1, 1_830)
    longest_days = _whole(_l("Durée la plus longue (jours)"), 1, 1_830)
    option_hours = _whole(_l("Une option tient (heures)"), 1, 8_760)
    by_member = BooleanField(_l("Les adhérents réservent eux-mêmes"))
