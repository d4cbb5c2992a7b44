"""Forms of one's own profile."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, RadioField, StringField, TelField
from wtforms.validators import DataRequired, Length

from app.accounts.forms.signin import NewPasswordForm
from app.core.fields import TidyField, options
from app.core.i18n import _l


class ProfileForm(FlaskForm):
    """Who one is to the others."""

    name = TidyField(_l("Nom"), [DataRequired(_l("Saisissez votre nom.")), Length(max=120)])
    phone = TelField(_l("Téléphone"), [Length(max=40)])


class PasswordForm(NewPasswordForm):
    """Another password, by somebody who knows the present one."""

    present = PasswordField(
        _l("Mot de passe actuel"), [DataRequired(_l("Saisissez votre mot de passe actuel.")), Length(max=200)]
    )


class AppearanceForm(FlaskForm):
    """How one likes the screens."""

    theme = RadioField(
        _l("Thème"), choices=options([("light", _l("Clair")), ("dark", _l("Sombre")), ("auto", _l("Celui du système"))])
    )
    shortcuts = RadioField(
        _l("Raccourcis à une lettre"),
        choices=options([("1", _l("Actifs")), ("0", _l("Coupés"))]),
        description=_l("N pour une prise en charge, / pour chercher… Coupez-les si une commande vocale les déclenche."),
    )


class TotpForm(FlaskForm):
    """The proof that the application has the secret."""

    code = StringField(
        _l("Code à 6 chiffres"), [DataRequired(_l("Saisissez le code affiché par votre application.")), Length(max=20)]
    )


class ConfirmForm(FlaskForm):
    """One's password, before something that lowers the account's protection."""

    present = PasswordField(
        _l("Mot de passe"), [DataRequired(_l("Saisissez votre mot de passe.")), Length(max=200)], id="confirm-present"
    )
