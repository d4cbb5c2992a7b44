"""The form of an archive."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import SelectField
from wtforms.validators import ValidationError

from app.core.fields import chosen_id, options
from app.core.i18n import _, _l
from app.sales.queries.archives import years


class ArchiveForm(FlaskForm):
    """Which year."""

    year = SelectField(_l("Année"), coerce=chosen_id, validate_choice=False)

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.year.choices = options((year, str(year)) for year in years())

    def validate_year(self, field: SelectField) -> None:
        """One in which something was issued."""
        if field.data not in [value for value, *_rest in field.choices or ()]:
            raise ValidationError(_("Choisissez une année où des factures ont été émises."))
