"""Forms of accounts."""

from flask_wtf import FlaskForm
from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import DataRequired, Length

from app.core.i18n import _l


class SignInForm(FlaskForm):
    """Address and password."""

    email = EmailField(_l("Courriel"), [DataRequired(_l("Saisissez votre adresse de courriel.")), Length(max=200)])
    password = PasswordField(_l("Mot de passe"), [DataRequired(_l("Saisissez votre mot de passe.")), Length(max=200)])
    next = HiddenField()
