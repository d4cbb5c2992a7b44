"""Numbers of French companies, checked as their issuers do."""

from stdnum.eu import vat
from stdnum.exceptions import ValidationError
from stdnum.fr import siret

from app.core.errors import DomainError
from app.core.i18n import _


def check_siret(text: str) -> str:
    """The 14 digits, or "" for nothing. Raises DomainError: 14 digits whose Luhn sum is a multiple of ten (INSEE)."""
    digits = "".join(text.split())
    if not digits:
        return ""
    if not digits.isdigit() or len(digits) != 14:
        raise DomainError(
            _("Un SIRET compte 14 chiffres ; celui-ci en a %(n)s.", n=sum(c.isdigit() for c in digits)), field="siret"
        )
    if not siret.is_valid(digits):
        raise DomainError(
            _("Ce SIRET contient une faute de frappe : sa clé ne tombe pas juste. Relisez-le chiffre à chiffre."),
            field="siret",
        )
    return digits


def check_vat_number(text: str) -> str:
    """« FR40303265045 », or "" for nothing. Raises DomainError."""
    if not text.strip():
        return ""
    try:
        return str(vat.validate(text))
    except ValidationError:
        raise DomainError(
            _(
                "Ce numéro de TVA ne tombe pas juste. Un numéro français s'écrit FR, deux caractères, puis le SIREN : FR40303265045."
            ),
            field="vat_number",
        ) from None
