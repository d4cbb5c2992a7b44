"""Forms of setup."""

from collections.abc import Mapping

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import EmailField, FileField, HiddenField, PasswordField, RadioField
from wtforms.validators import DataRequired, Email, Length

from app.accounts.states import Trade
from app.core.errors import DomainError
from app.core.fields import FrenchDateField, TidyField, options
from app.core.i18n import _l
from app.core.law import DAYS, MONTHS
from app.core.money import parse_decimal
from app.documents.queries import SlipPart, slip_parts

#: Kinds of amounts that are counted.
WHOLE = (DAYS, MONTHS)


class WelcomeForm(FlaskForm):
    """The organisation, its trade, and its manager."""

    organisation = TidyField(
        _l("Nom de l'organisation"), [DataRequired(_l("Saisissez le nom de votre organisation.")), Length(max=120)],
        render_kw={"autocomplete": "organization"},
    )  # fmt: skip
    trade = RadioField(_l("Votre métier"), choices=options(Trade.choices()), default=Trade.WORKSHOP.value)
    name = TidyField(
        _l("Votre nom"), [DataRequired(_l("Saisissez votre nom.")), Length(max=120)], render_kw={"autocomplete": "name"}
    )
    email = EmailField(
        _l("Votre courriel"),
        [DataRequired(_l("Saisissez votre adresse de courriel.")), Email(_l("Cette adresse n'a pas la forme nom@exemple.fr. Relisez-la.")), Length(max=200)],
        render_kw={"autocomplete": "username"},
    )  # fmt: skip
    password = PasswordField(
        _l("Mot de passe"), [DataRequired(_l("Choisissez un mot de passe.")), Length(max=200)],
        description=_l("Dix caractères au moins. Une courte phrase se retient bien."), render_kw={"autocomplete": "new-password"},
    )  # fmt: skip


class LogoForm(FlaskForm):
    """The organisation's logo."""

    logo = FileField(_l("Fichier du logo"), description=_l("PNG, JPEG ou SVG sans script, 20 Mo au plus."))


class ConfigurationForm(FlaskForm):
    """A configuration file, then the same file once previewed."""

    file = FileField(_l("Fichier JSON"))
    content = HiddenField()


class LegalValueForm(FlaskForm):
    """What the law says from a day on."""

    since = FrenchDateField(_l("En vigueur depuis"), [DataRequired(_l("Dites à partir de quel jour."))])
    value = TidyField(_l("Valeur"), [DataRequired(_l("Saisissez la valeur que dit le texte."))])
    source = TidyField(
        _l("Source"), [DataRequired(_l("Dites d'où vient cette valeur : l'article ou le texte, et sa date.")), Length(max=200)],
        description=_l("L'article de loi, ou le texte et sa date."),
    )  # fmt: skip

    def parsed(self, kind: str) -> int:
        """The value typed: cents, basis points, days or months, by the kind of the amount. Raises DomainError."""
        try:
            typed = parse_decimal((self.value.data or "").replace("%", ""), 0 if kind in WHOLE else 2)
        except DomainError as error:
            raise DomainError(error.message, field="value") from None
        return int(typed if kind in WHOLE else typed * 100)


class TokenForm(FlaskForm):
    """A page whose fields are made from the settings themselves."""


def posted_parts(form: MultiDict[str, str]) -> list[SlipPart]:
    """The blocks of the slip as posted, in their order; unknown ones are dropped."""
    known = {part.key for part in slip_parts()}
    keys = [key for key in dict.fromkeys(form.getlist("part")) if key in known or key.startswith("text-")]
    return [_posted(form, key) for key in keys]


def _posted(form: Mapping[str, str], key: str) -> SlipPart:
    return SlipPart(
        key, f"{key}.on" in form, form.get(f"{key}.title", ""), form.get(f"{key}.text", "").replace("\r\n", "\n")
    )


def act(parts: list[SlipPart], action: str, fresh_key: str) -> list[SlipPart]:
    """The blocks after a button: « add », « up:key », « down:key », « remove:key » (own texts only)."""
    verb, _colon, key = action.partition(":")
    parts = list(parts)
    if verb == "add":
        return [*parts, SlipPart(fresh_key, True, "", "")]
    place = next((index for index, part in enumerate(parts) if part.key == key), None)
    if place is None:
        return parts
    part = parts.pop(place)
    if verb == "up":
        parts.insert(max(0, place - 1), part)
    elif verb == "down" or not part.is_own:
        parts.insert(place + (verb == "down"), part)
    return parts
