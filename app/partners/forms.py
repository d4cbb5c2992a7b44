"""Forms of connections, made from the fields of their kinds."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, Field, IntegerField, PasswordField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from app.core.fields import options
from app.core.i18n import _
from app.core.partner_kinds import AccountField, AccountKind


def account_form(kind: AccountKind, *, known: bool, settings: dict[str, Any] | None = None, **given: Any) -> FlaskForm:
    """The form of a kind of account, from its fields. `known`: a secret left empty is kept. `given` goes to WTForms."""
    fields: dict[str, Any] = {
        "label": StringField(
            _("Nom de cette connexion"), [Length(max=80)], description=_("Pour le reconnaître dans la liste.")
        )
    }
    fields |= {item.name: _account_field(item, known=known) for item in kind.fields}
    return type("AccountForm", (FlaskForm,), fields)(data=settings, **given)  # type: ignore[no-any-return]


def _account_field(item: AccountField, *, known: bool) -> Field:
    label = _(item.label)
    hint = _(item.help) if item.help else ""
    needed = [InputRequired(_("Remplissez « %(label)s ».", label=label))] if item.required else [Optional()]
    if item.kind == "secret":
        asked = [Optional()] if known else needed
        kept = (
            _("Gardé chiffré, jamais réaffiché. Laissez vide pour garder celui en place.")
            if known
            else _("Gardé chiffré, jamais réaffiché.")
        )
        hint = f"{hint} {kept}".strip()
        return PasswordField(
            label, [*asked, Length(max=500)], description=hint, render_kw={"autocomplete": "new-password"}
        )
    if item.kind == "int":
        bounds = NumberRange(1, 65535, _("Donnez un nombre entre 1 et 65535."))
        return IntegerField(label, [*needed, bounds], default=item.default, description=hint)
    if item.kind == "bool":
        return BooleanField(label, default=item.default, description=hint)
    if item.kind == "choice":
        return SelectField(
            label,
            choices=options((code, _(words)) for code, words in item.choices),
            default=item.default,
            description=hint,
        )
    sort = EmailField if item.kind == "email" else StringField
    return sort(label, [*needed, Length(max=300)], default=item.default, description=hint)
