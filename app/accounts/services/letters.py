"""The two messages of accounts: an invitation, and a link to choose another password."""

from app.accounts.models import User
from app.accounts.queries import organisation
from app.core.i18n import _
from app.core.outbox import Channel, OutboxMessage, write
from app.core.subject import Subject
from app.core.urls import absolute


def _house() -> str:
    found = organisation()
    return found.name if found else "Établi"


def invitation_url(token: str) -> str:
    """The address that an invitation opens."""
    return absolute("accounts.accept_invitation", token=token)


def write_invitation(user: User, token: str, days: int) -> OutboxMessage:
    """Queue the invitation."""
    house = _house()
    text = _(
        "Bonjour %(name)s,\n\n%(house)s vous ouvre un compte. Choisissez votre mot de passe à cette adresse :\n\n%(url)s\n\n"
        "Ce lien sert une fois, pendant %(days)s jours. Si vous n'attendiez pas ce message, ne faites rien.",
        name=user.name, house=house, url=invitation_url(token), days=days,
    )  # fmt: skip
    subject = _("%(house)s : votre compte vous attend", house=house)
    return write(Channel.EMAIL, user.email, subject, text, about=Subject("user", user.id), template="accounts.invite")


def write_reset(user: User, token: str, hours: int) -> OutboxMessage:
    """Queue the link to choose another password."""
    text = _(
        "Bonjour %(name)s,\n\nVoici le lien pour choisir un nouveau mot de passe :\n\n%(url)s\n\n"
        "Il sert une fois, pendant %(hours)s heures. Si vous n'avez rien demandé, ne faites rien : votre mot de passe reste le même.",
        name=user.name, url=absolute("accounts.reset_password", token=token), hours=hours,
    )  # fmt: skip
    subject = _("%(house)s : choisir un nouveau mot de passe", house=_house())
    return write(Channel.EMAIL, user.email, subject, text, about=Subject("user", user.id), template="accounts.reset")
