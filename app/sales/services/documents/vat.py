"""Which VAT a line bears: the code's rate of the day, or what the seller's regime imposes.

An association with sectors (CGI ann. II art. 209) chooses line by line: taxed, or exempt with its reason, on one document or not.
Sources: CGI art. 293 B (franchise), 261-7-1° (associations), 283 (reverse charge), 267 II 2° (disbursements).
"""

from collections.abc import Iterable, Mapping
from datetime import date

from app.accounts.queries import our_organisation
from app.accounts.states import VatRegime
from app.catalog.models import VatRate
from app.catalog.queries import all_rates
from app.catalog.states import VatCategory
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.money import percent

NORMAL, FRANCHISE, EXEMPT, REVERSE, DISBURSEMENT = "normal", "franchise", "exempt", "reverse", "disbursement"
#: What replaces every code but disbursements under a regime without VAT.
IMPOSED = {VatRegime.FRANCHISE: FRANCHISE, VatRegime.ASSOCIATION: EXEMPT}

Rates = Mapping[str, VatRate]


def rates_on(day: date) -> Rates:
    """The rate of every code in force on a day, by code."""
    return {
        row.code: row for row in all_rates() if row.valid_from <= day and (row.valid_to is None or row.valid_to >= day)
    }


def has_sectors() -> bool:
    """Whether the seller is an association with taxed activities beside its exempt ones."""
    return our_organisation().vat_regime == VatRegime.SECTORS


def imposed() -> str:
    """The code that the seller's regime puts on every line; "" when lines choose theirs."""
    return IMPOSED.get(our_organisation().vat_regime, "")


def vat_of(code: str, rates: Rates) -> VatRate:
    """The rate that a line of this code bears. Raises DomainError, with the field `vat_code`, when none is in force."""
    asked = code if code == DISBURSEMENT else imposed() or code
    found = rates.get(asked)
    if found is None:
        raise DomainError(
            _("La TVA « %(code)s » n'a pas de taux aujourd'hui. Choisissez-en une autre, ou complétez-la.", code=asked),
            field="vat_code",
        )
    return found


def code_of_rate(rate: int, rates: Rates) -> str:
    """The code whose rate is that one (basis points): a ticket or a quote names rates alone. Raises DomainError."""
    if imposed():
        return imposed()
    if not rate and has_sectors() and EXEMPT in rates:
        return EXEMPT
    wanted = (VatCategory.STANDARD,) if rate else (VatCategory.ZERO,)
    for code, row in rates.items():
        if row.rate == rate and row.category in wanted:
            return code
    raise DomainError(
        _("Aucune TVA n'a le taux de %(rate)s aujourd'hui. Corrigez la ligne, ou ajoutez ce taux.", rate=percent(rate))
    )


def certificates(codes: Iterable[str], client: str, day: date) -> list[str]:
    """What the client certifies for the rates that lines of these codes bear (BOI-LETTRE-000280, in place of the Cerfa form)."""
    rates = rates_on(day)
    texts = [rates[code].certificate for code in dict.fromkeys(codes) if code in rates]
    return [text.replace("…", client, 1) for text in dict.fromkeys(texts) if text]


def code_if_any(rate: int, rates: Rates) -> str:
    """The code of a rate alone, as `code_of_rate`; "" when none has it."""
    try:
        return code_of_rate(rate, rates)
    except DomainError:
        return ""


def choices(day: date) -> list[tuple[str, str]]:
    """(code, label) that a line may bear under the seller's regime, the highest rate first."""
    rates, only = rates_on(day), imposed()
    hidden = (FRANCHISE,) if has_sectors() else (FRANCHISE, EXEMPT)
    codes = [only, DISBURSEMENT] if only else [code for code in rates if code not in hidden]
    rows = sorted((rates[code] for code in codes if code in rates), key=lambda row: -row.rate)
    return [(row.code, f"{percent(row.rate)} · {row.label}" if row.rate else row.label) for row in rows]
