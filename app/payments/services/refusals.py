"""Why a partner does not give money back, in French: what to do about it."""

from typing import Any

from app.connectors.errors import PartnerError
from app.connectors.http import HttpRefusal
from app.core.i18n import _, _l

#: What Stripe answers (error codes), and the ends of a refund that failed later (`failure_reason`).
REFUSALS = {
    "charge_already_refunded": _l("Ce paiement est déjà remboursé en entier chez Stripe."),
    "charge_disputed": _l("Le client conteste ce paiement auprès de sa banque : répondez à la contestation sur le site de Stripe."),
    "insufficient_funds": _l("Le solde de votre compte Stripe ne suffit pas : approvisionnez-le, puis recommencez."),
    "balance_insufficient": _l("Le solde de votre compte Stripe ne suffit pas : approvisionnez-le, puis recommencez."),
    "amount_too_large": _l("Stripe n'a plus autant à rendre de ce paiement : une part l'a déjà été. Rechargez la page."),
    "resource_missing": _l("Stripe ne connaît pas ce paiement : vérifiez quel compte est réglé."),
    "InvalidAmount": _l("HelloAsso n'a plus autant à rendre de ce paiement : une part l'a déjà été. Rechargez la page."),
    "expired_or_canceled_card": _l("La carte du client est périmée ou annulée : rendez-lui l'argent par virement."),
    "lost_or_stolen_card": _l("La carte du client est perdue ou volée : rendez-lui l'argent par virement."),
    "declined": _l("La banque du client a refusé l'argent : rendez-le-lui par virement."),
    "charge_for_pending_refund_disputed": _l("Le client a contesté ce paiement auprès de sa banque, qui le rembourse elle-même."),
}  # fmt: skip


def reason_of(error: PartnerError) -> str:
    """The sentence of a refusal."""
    document = error.document if isinstance(error, HttpRefusal) else None
    told = document if isinstance(document, dict) else {}
    inner: Any = told.get("error") or next(iter(told.get("errors") or []), {})
    code = str(inner.get("code") or "") if isinstance(inner, dict) else ""
    return str(REFUSALS.get(code) or error.message_fr)


def words_of_failure(reason: str) -> str:
    """The sentence of a refund that failed after it was taken."""
    return str(REFUSALS.get(reason) or _("La banque du client n'a pas accepté l'argent : rendez-le-lui autrement."))


def by_hand_only(kind: str, status: int) -> bool:
    """Whether a refusal means that only a person may give back, on the partner's own site: HelloAsso, without the privilege."""
    return kind == "helloasso" and status in (403, 404, 405)
