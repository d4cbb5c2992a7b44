"""Commands of accounts for operators."""

import click
from flask.cli import AppGroup

from app.accounts import services
from app.accounts.states import Role
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.i18n import _

users = AppGroup("user", help="Comptes des personnes.")


@users.command("create")
@click.option("--email", required=True, help="Adresse de courriel.")
@click.option("--name", required=True, help="Nom de la personne.")
@click.option("--role", required=True, type=click.Choice([role.value for role in Role]), help="Rôle.")
@click.option(
    "--invite", "by_link", is_flag=True, help="Imprimer un lien d'invitation au lieu de demander un mot de passe."
)
def create(email: str, name: str, role: str, by_link: bool) -> None:
    """Créer un compte : le mot de passe est demandé sans être montré, ou un lien d'invitation est imprimé."""
    password = (
        "" if by_link else click.prompt(_("Mot de passe"), hide_input=True, confirmation_prompt=_("Encore une fois"))
    )
    fault = None if by_link else services.password_fault(password, email=email, name=name)
    if fault:
        raise click.ClickException(fault)
    password_hash = "" if by_link else services.hash_password(password)
    try:
        with transaction():
            user = services.add_user(email, name, Role(role), password_hash=password_hash)
            url = services.invitation_url(services.new_invitation(user)) if by_link else ""
    except DomainError as error:
        raise click.ClickException(error.message) from None
    click.echo(url or _("Compte créé : %(email)s (%(role)s)", email=user.email, role=user.role.label))
