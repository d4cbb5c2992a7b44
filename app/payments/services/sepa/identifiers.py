"""IBAN, BIC, creditor identifier and texts, as the EPC wants them (EPC130-08, EPC230-15)."""

import re
import unicodedata

from stdnum import bic as stdnum_bic
from stdnum import iban as stdnum_iban
from stdnum.eu import at_02
from stdnum.exceptions import ValidationError

from app.core.errors import DomainError
from app.core.i18n import _

#: Countries whose accounts can be debited in euros by the SEPA scheme (EPC409-09).
COUNTRIES = frozenset(
    [
        "AD",
        "AL",
        "AT",
        "BE",
        "BG",
        "CH",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GB",
        "GI",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MC",
        "MD",
        "ME",
        "MK",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "RS",
        "SE",
        "SI",
        "SK",
        "SM",
        "VA",
    ]
)
_OUTSIDE = re.compile(r"[^A-Za-z0-9/\-?:().,'+ ]")
_PAIRS = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L",
                        "’": "'", "–": "-", "—": "-", "&": "+", "_": "-", "@": "(at)"})  # fmt: skip


def sepa_text(text: str, longest: int) -> str:
    """The text in the characters that every bank of the zone accepts, cut to a length. Accents go, the letters stay."""
    plain = unicodedata.normalize("NFKD", text.translate(_PAIRS))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(_OUTSIDE.sub(" ", plain).split())[:longest].strip()


def checked_iban(text: str) -> str:
    """The IBAN without blanks. Raises DomainError: its key is wrong, or its country is not of the zone."""
    compact = re.sub(r"[\s.-]", "", text).upper()
    if not compact:
        raise DomainError(_("Écrivez l'IBAN du compte, tel qu'il est sur le RIB."), field="iban")
    if compact[:2] not in COUNTRIES:
        raise DomainError(
            _("Un IBAN commence par les deux lettres d'un pays de la zone SEPA, par exemple FR76."), field="iban"
        )
    try:
        return str(stdnum_iban.validate(compact))
    except ValidationError:
        raise DomainError(
            _("Cet IBAN contient une faute de frappe : sa clé ne tombe pas juste. Relisez-le sur le RIB."), field="iban"
        ) from None


def checked_bic(text: str) -> str:
    """The BIC in capitals, "" for nothing (banks of the zone no longer ask for it). Raises DomainError."""
    if not text.strip():
        return ""
    try:
        return str(stdnum_bic.validate(text))
    except ValidationError:
        raise DomainError(
            _("Un BIC compte 8 ou 11 lettres et chiffres, par exemple AGRIFRPP. Laissez vide si vous ne l'avez pas."),
            field="bic",
        ) from None


def checked_ics(text: str) -> str:
    """The creditor identifier given by the bank, "" for nothing. Raises DomainError when its key is wrong."""
    if not text.strip():
        return ""
    try:
        return str(at_02.validate(text))
    except ValidationError:
        raise DomainError(
            _(
                "Cet identifiant créancier ne tombe pas juste. Un ICS français compte 13 caractères, par exemple FR72ZZZ123456."
            ),
            field="creditor_id",
        ) from None
