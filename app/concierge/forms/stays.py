"""Forms of stays: one added by hand, one corrected, one left out of the months."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import IntegerField, RadioField, SelectField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional

from app.concierge.models import Stay
from app.concierge.queries.stays import lodging_choices
from app.concierge.services.stays import OURS
from app.concierge.services.told import FIELDS
from app.concierge.states import StayState
from app.core.fields import AmountField, FrenchDateField, TidyField, chosen_id, options
from app.core.i18n import _, _l

#: What a stay entered by hand may be.
BY_HAND = (StayState.BOOKED, StayState.OWNER, StayState.BLOCKED)
#: Amounts that are zero when nothing is typed; the others are then « not said ».
ZERO = ("cleaning", "linen", *OURS)


class _StayFields(FlaskForm):
    """What one says of a stay."""

    arrival = FrenchDateField(_l("Arrivée"), [DataRequired(_l("Saisissez le jour d'arrivée."))])
    departure = FrenchDateField(_l("Départ"), [DataRequired(_l("Saisissez le jour de départ."))])
    channel = TidyField(_l("Plateforme"), [Length(max=60)])
    guest = TidyField(_l("Voyageur"), [Length(max=160)])
    email = TidyField(_l("Courriel"), [Length(max=200)])
    phone = TidyField(_l("Téléphone"), [Length(max=40)])
    adults = IntegerField(_l("Adultes"), [Optional(), NumberRange(0, 99, _l("Entre 0 et 99."))], default=2)
    children = IntegerField(_l("Enfants"), [Optional(), NumberRange(0, 99, _l("Entre 0 et 99."))], default=0)
    rent = AmountField(_l("Loyer"))
    cleaning = AmountField(_l("Ménage payé"))
    linen = AmountField(_l("Linge payé"))
    tourist_tax = AmountField(_l("Taxe de séjour payée"))
    platform = AmountField(_l("Commission de la plateforme"))

    def values(self) -> dict[str, Any]:
        """What was typed, as fields of a stay: money in cents."""
        found = {name: self[name].data for name in (*FIELDS, *OURS) if name in self and name != "state"}
        found |= {name: found[name] or 0 for name in (*ZERO, "adults", "children") if name in found}
        return found


class NewStayForm(_StayFields):
    """A stay that no platform tells."""

    lodging_id = SelectField(_l("Logement"), [DataRequired(_l("Choisissez un logement."))], coerce=chosen_id)
    state = RadioField(
        _l("Nature"),
        choices=options((state.value, state.label) for state in BY_HAND),
        default=StayState.BOOKED.value,
    )
    reference = TidyField(_l("Référence"), [Length(max=60)])

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.lodging_id.choices = options([("", _("Choisissez")), *lodging_choices()])

    def values(self) -> dict[str, Any]:
        """Those, and what it is."""
        return super().values() | {"state": StayState(self.state.data), "reference": self.reference.data or ""}


class CorrectForm(_StayFields):
    """What is right instead of what the platform says, and why."""

    state = SelectField(_l("État"), [InputRequired()], choices=options(StayState.choices()))
    lodging_id = SelectField(_l("Logement"), coerce=chosen_id)
    refund = AmountField(_l("Remboursé au voyageur"))
    deposit_kept = AmountField(_l("Caution retenue"))
    cleaning_cost = AmountField(_l("Coût du ménage"))
    linen_cost = AmountField(_l("Coût du linge"))
    reason = TidyField(
        _l("Pourquoi"), [DataRequired(_l("Dites pourquoi : le motif reste dans l'historique.")), Length(max=300)]
    )

    def __init__(self, stay: Stay, *args: Any, **more: Any) -> None:
        super().__init__(*args, obj=stay, **more)
        if not self.is_submitted():
            self.state.data = stay.state.value
        if stay.source_lodging_id is not None:
            del self.lodging_id
            return
        self.lodging_id.choices = options([("", _("Choisissez")), *lodging_choices()])
        self.lodging_id.validators = [DataRequired(_("Choisissez un logement."))]

    def values(self) -> dict[str, Any]:
        """Those, its state, and its lodging when no platform says it."""
        found = super().values() | {"state": StayState(self.state.data)}
        return found | ({"lodging_id": self.lodging_id.data} if "lodging_id" in self else {})


class ReasonForm(FlaskForm):
    """Why a stay does not count."""

    reason = TidyField(_l("Pourquoi"), [DataRequired(_l("Dites pourquoi ce séjour ne compte pas.")), Length(max=300)])
