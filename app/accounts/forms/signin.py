"""Forms of those who are not signed in yet."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Email, Length, ValidationError

from app.accounts.services import password_fault
from app.core.i18n import _, _l

EMAIL_RULES = (
    DataRequired(_l("Saisissez l'adresse de courriel.")),
    Email(_l("Cette adresse est incomplète. Elle s'écrit comme nom@exemple.fr.")),
    Length(max=200, message=_l("Cette adresse est trop longue. Vérifiez-la.")),
)


class SignInForm(FlaskForm):
    """Address and password."""

    email = EmailField(_l("Courriel"), [DataRequired(_l("Saisissez votre adresse de courriel.")), Length(max=200)])
    password = PasswordField(_l("Mot de passe"), [DataRequired(_l("Saisissez votre mot de passe.")), Length(max=200)])
    next = HiddenField()


class CodeForm(FlaskForm):
    """The second step: a code of the application, or a recovery code."""

    code = StringField(
        _l("Code"), [DataRequired(_l("Saisissez le code affiché par votre application.")), Length(max=40)]
    )


class ForgottenForm(FlaskForm):
    """Where to send the link."""

    email = EmailField(_l("Courriel"), EMAIL_RULES)


class NewPasswordForm(FlaskForm):
    """A first or another password. `whose` is (address, name): a password must not repeat them."""

    password = PasswordField(
        _l("Nouveau mot de passe"),
        [
            DataRequired(_l("Choisissez un mot de passe.")),
            Length(max=200, message=_l("Gardez-le sous 200 caractères.")),
        ],
        description=_l("Au moins 10 caractères. Quelques mots sans rapport entre eux se retiennent bien."),
    )

    def __init__(self, *args: Any, whose: tuple[str, str], **more: Any) -> None:
        super().__init__(*args, **more)
        self.whose = whose

    def validate_password(self, field: PasswordField) -> None:
        """Raises ValidationError with what to change."""
        fault = password_fault(field.data or "", email=self.whose[0], name=self.whose[1])
        if fault:
            raise ValidationError(_(fault))
