"""Forms of accounts."""

from app.accounts.forms.organisation import OrganisationForm
from app.accounts.forms.profile import AppearanceForm, ConfirmForm, PasswordForm, ProfileForm, TotpForm
from app.accounts.forms.signin import CodeForm, ForgottenForm, NewPasswordForm, SignInForm
from app.accounts.forms.team import InviteForm, PersonForm, TotpRolesForm

__all__ = [
    "AppearanceForm", "CodeForm", "ConfirmForm", "ForgottenForm", "InviteForm", "NewPasswordForm", "OrganisationForm",
    "PasswordForm", "PersonForm", "ProfileForm", "SignInForm", "TotpForm", "TotpRolesForm",
]  # fmt: skip
