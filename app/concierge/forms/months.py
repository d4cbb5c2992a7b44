"""What a person adds to an owner's month."""

from collections.abc import Sequence
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms.fields import SelectField
from wtforms.validators import DataRequired, InputRequired, Length

from app.concierge.states import ENTRIES
from app.core.fields import AmountField, TidyField, chosen_id, options
from app.core.i18n import _, _l
from app.statements.states import LineKind


class EntryForm(FlaskForm):
    """A line: what it is, how much, of which lodging, with its receipt."""

    kind = SelectField(_l("Nature"), choices=options([(one.value, one.label) for one in ENTRIES]))
    label = TidyField(
        _l("Libellé"), [DataRequired(_l("Dites ce que c'est, le propriétaire le lira.")), Length(max=200)]
    )
    cents = AmountField(_l("Montant"), [InputRequired(_l("Saisissez un montant."))], signed=True)
    mandate_id = SelectField(_l("Logement"), coerce=chosen_id, validate_choice=False)
    file = FileField(_l("Justificatif"))

    def __init__(self, lodgings: Sequence[tuple[int, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mandate_id.choices = options([("", _("Aucun en particulier")), *lodgings])

    @property
    def what(self) -> LineKind:
        """The nature chosen."""
        return LineKind(self.kind.data)


class AsideForm(FlaskForm):
    """Why an owner is left out of the month."""

    reason = TidyField(
        _l("Pourquoi"), [DataRequired(_l("Dites pourquoi : on le relira au moment de le reprendre.")), Length(max=300)]
    )
