"""Forms of the team: an invitation, an account, whom the second step is compulsory for."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import EmailField, IntegerField, SelectField, SelectMultipleField, TelField
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from app.accounts.forms.signin import EMAIL_RULES
from app.accounts.queries import sites
from app.accounts.states import STAFF, Role
from app.core.fields import TidyField, options
from app.core.i18n import _, _l


class MultiCheckboxField(SelectMultipleField):
    """Several ticks of one question."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


def _site(value: str) -> int | None:
    return int(value) if value else None


class _AccountForm(FlaskForm):
    name = TidyField(_l("Nom"), [DataRequired(_l("Saisissez le nom.")), Length(max=120)])
    email = EmailField(_l("Courriel"), EMAIL_RULES)
    role = SelectField(_l("Rôle"), choices=options((role.value, role.label) for role in STAFF))
    site_id = SelectField(_l("Site"), coerce=_site)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.site_id.choices = options([("", _("Tous les sites")), *sites()])

    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {
            name: Role(field.data) if name == "role" else field.data
            for name, field in self._fields.items()
            if name != "csrf_token"
        }


class InviteForm(_AccountForm):
    """A colleague who will choose a password by the link received."""


class PersonForm(_AccountForm):
    """Somebody's account. A client keeps the role of a client."""

    phone = TelField(_l("Téléphone"), [Length(max=40)])
    hours_per_week = IntegerField(
        _l("Heures par semaine"),
        [
            InputRequired(_l("Saisissez un nombre d'heures, 35 par exemple.")),
            NumberRange(0, 60, _l("Entre 0 et 60 heures.")),
        ],
    )

    def __init__(self, *args: Any, client: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        if client:
            for name in ("role", "site_id", "hours_per_week"):
                del self[name]


class TotpRolesForm(FlaskForm):
    """Roles that must sign in with a second step."""

    roles = MultiCheckboxField(_l("Obligatoire pour"), choices=options(Role.choices()))
