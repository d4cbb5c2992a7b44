"""Phone numbers: kept as typed by a French person, compared and sent by their E.164 form."""

from functools import lru_cache

import phonenumbers

from app.core.errors import DomainError
from app.core.i18n import NBSP, _, _n


@lru_cache(maxsize=4096)
def parse_phone(text: str, region: str = "FR") -> str:
    """« 06 12 34 56 78 » → « +33612345678 ». Raises DomainError with what to mend."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        raise DomainError(_("Ce numéro de téléphone ne se lit pas. Exemple : 06 12 34 56 78."), field="phone") from None
    digits = len(str(number.national_number))
    if number.country_code == 33 and digits < 9:
        example = _("Exemple : 06 12 34 56 78.")
        missing = _n("Il manque %(num)s chiffre à ce numéro.", "Il manque %(num)s chiffres à ce numéro.", 9 - digits)
        raise DomainError(f"{missing} {example}", field="phone")
    if not phonenumbers.is_possible_number(number):
        raise DomainError(_("Ce numéro de téléphone n'existe pas. Exemple : 06 12 34 56 78."), field="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=4096)
def show_phone(text: str) -> str:
    """« 06 12 34 56 78 » with spaces that do not break; foreign numbers in international form."""
    if not text:
        return ""
    try:
        number = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        return text
    form = phonenumbers.PhoneNumberFormat
    style = form.NATIONAL if number.country_code == 33 else form.INTERNATIONAL
    return phonenumbers.format_number(number, style).replace(" ", NBSP)


def phone_key(text: str) -> str:
    """What two writings of one number share: its E.164 form, or its digits when it cannot be read."""
    if not text:
        return ""
    try:
        return parse_phone(text)
    except DomainError:
        return "".join(char for char in text if char.isdigit())


@lru_cache(maxsize=4096)
def is_mobile(text: str) -> bool:
    """True when an SMS can reach the number."""
    try:
        number = phonenumbers.parse(text, "FR")
    except phonenumbers.NumberParseException:
        return False
    kind = phonenumbers.number_type(number)
    return kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
