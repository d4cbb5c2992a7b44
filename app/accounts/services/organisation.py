"""The organisation: who we are on every screen and document."""

from typing import Any

from sqlalchemy import select

from app.accounts.models import Organisation
from app.accounts.queries import organisation
from app.core import colours
from app.core.company_numbers import check_siret, check_vat_number
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.phones import parse_phone, show_phone
from app.core.revisions import bump


def create_organisation(**values: Any) -> Organisation:
    """The one organisation of this installation. Raises DomainError when there is one already."""
    require_transaction()
    if organisation() is not None:
        raise DomainError(_("L'organisation existe déjà. Connectez-vous pour la modifier."))
    row = Organisation(**checked(values))
    db.session.add(row)
    db.session.flush()
    record(row, "organisation.created")
    bump("organisation")
    return row


def change_organisation(**values: Any) -> Organisation:
    """Change who we are; every screen and document follows. Raises DomainError, with the field at fault."""
    require_transaction()
    row = db.session.scalars(select(Organisation).limit(1)).one()
    changed = {key: value for key, value in checked(values).items() if getattr(row, key) != value}
    for key, value in changed.items():
        setattr(row, key, value)
    if changed:
        db.session.flush()
        record(row, "organisation.changed", fields=sorted(changed))
        bump("organisation")
    return row


def checked(values: dict[str, Any]) -> dict[str, Any]:
    """The values, cleaned. Raises DomainError."""
    cleaned = {key: value.strip() if isinstance(value, str) else value for key, value in values.items()}
    if "siret" in cleaned:
        cleaned["siret"] = check_siret(cleaned["siret"])
    if "vat_number" in cleaned:
        cleaned["vat_number"] = check_vat_number(cleaned["vat_number"])
    if cleaned.get("phone"):
        parse_phone(cleaned["phone"])
        cleaned["phone"] = show_phone(cleaned["phone"]).replace("\u00a0", " ")
    if "accent" in cleaned:
        cleaned["accent"] = check_accent(cleaned["accent"])
    return cleaned


def check_accent(colour: str) -> str:
    """The colour, when white text reads on it. Raises DomainError with a darker shade that would do."""
    colour = colour.lower()
    if not colours.is_colour(colour):
        raise DomainError(
            _("Une couleur s'écrit avec # et six chiffres ou lettres de a à f, par exemple #2a4b9b."), field="accent"
        )
    if colours.contrast(colour) < colours.ENOUGH:
        raise DomainError(
            _("Le texte blanc ne se lirait pas bien sur cette couleur. Choisissez par exemple %(darker)s, la même en plus foncé.",
              darker=colours.readable(colour)),
            field="accent",
        )  # fmt: skip
    return colour
