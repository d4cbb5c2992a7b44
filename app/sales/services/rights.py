"""What a quote says of the right to withdraw: the notice and the model form (C. conso. art. L221-5, R221-1, R221-3)."""

from typing import Any

from app.accounts.queries import our_organisation
from app.contacts.models import Contact
from app.core import clock
from app.core.i18n import _, typo
from app.core.law import legal
from app.core.phones import show_phone
from app.core.settings import setting
from app.sales.queries.withdrawal import DAYS, HOLD, may_withdraw
from app.sales.states.withdrawal import Concluded, Exempt

#: Settings: where quotes are usually concluded, the notice, the model form.
USUAL, NOTICE, FORM = "sales.concluded", "sales.withdrawal_notice", "sales.withdrawal_form"
Data = dict[str, Any]


def usual_place() -> Concluded:
    """Where a quote is concluded unless said otherwise."""
    return Concluded(setting(USUAL))


def notice_of(contact: Contact | None, concluded: Concluded, exempt: Exempt) -> Data | None:
    """What the paper says of the right to withdraw: the notice and the form, or why there is none; None where it does not arise."""
    if contact is None or concluded == Concluded.PREMISES or not may_withdraw(contact, concluded, Exempt.NONE):
        return None
    if exempt == Exempt.URGENT:
        words = _("Dépannage urgent à votre domicile, que vous avez expressément demandé : il n'y a pas de droit de rétractation pour ce qui est strictement nécessaire à l'urgence (art. L221-28, 8° du code de la consommation).")  # fmt: skip
        return {"title": _("Droit de rétractation"), "notice": [typo(words)], "form": []}
    if exempt == Exempt.CUSTOM:
        words = _("Bien fait sur mesure ou nettement personnalisé : il n'y a pas de droit de rétractation (art. L221-28, 3° du code de la consommation).")  # fmt: skip
        return {"title": _("Droit de rétractation"), "notice": [typo(words)], "form": []}
    return {"title": _("Droit de rétractation"), "notice": _filled(NOTICE, concluded), "form": _filled(FORM, concluded)}


def _filled(key: str, concluded: Concluded) -> list[str]:
    ours, today = our_organisation(), clock.today()
    parts = (
        ours.name, ours.address, f"{ours.postcode} {ours.town}".strip(),
        show_phone(ours.phone) if ours.phone else "", ours.email,
    )  # fmt: skip
    text = str(setting(key)).replace("{nous}", ", ".join(filter(None, parts)))
    text = text.replace("{jours}", str(legal(DAYS, today))).replace("{attente}", str(legal(HOLD, today)))
    kept = [line.strip() for line in text.split("\n") if line.strip()]
    if concluded != Concluded.OFF_PREMISES:
        kept = [line for line in kept if not line.startswith("*")]
    return [typo(line.lstrip("* ")) for line in kept]
