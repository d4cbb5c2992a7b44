"""What a manager decides about back-ups."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, IntegerField
from wtforms.validators import InputRequired, NumberRange

from app.core.i18n import _l
from app.core.settings import change_setting, setting


class CountField(IntegerField):
    """A whole number from 0 to `most`, with one sentence for whatever else is typed; what was typed stays."""

    def __init__(self, label: Any, most: int, **more: Any) -> None:
        self.said = _l("Donnez un nombre entier entre 0 et %(most)s.", most=most)
        super().__init__(label, [InputRequired(self.said), NumberRange(0, most, self.said)], **more)

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read it. Raises ValueError with the sentence."""
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(str(self.said)) from None


class BackupForm(FlaskForm):
    """How often, how many are kept, when to complain. Each field is the setting `backup.<name>`."""

    nightly = BooleanField(_l("Sauvegarder chaque nuit, à 2 h 15"))
    days = CountField(_l("Sauvegardes des derniers jours"), 366)
    weeks = CountField(_l("Une par semaine, pendant"), 520)
    months = CountField(_l("Une par mois, pendant"), 240)
    rehearse_days = CountField(_l("Essayer une restauration tous les"), 366, description=_l("0 : jamais."))
    max_hours = CountField(
        _l("M'alerter quand la dernière a plus de"), 8760, description=_l("0 : jamais. Sur le tableau de bord et par courriel.")
    )  # fmt: skip

    NAMES = ("nightly", "days", "weeks", "months", "rehearse_days", "max_hours")

    def show(self) -> None:
        """The present values."""
        for name in self.NAMES:
            self[name].data = setting(f"backup.{name}")

    def keep(self) -> None:
        """Write them, in the present transaction."""
        for name in self.NAMES:
            change_setting(f"backup.{name}", self[name].data)
