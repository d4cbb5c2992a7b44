"""The partners' accounts by which clients pay online, entered in « Connexions »."""

from collections.abc import Callable, Mapping
from typing import Any, cast

from app.connectors.calls import Observer
from app.connectors.helloasso import HelloAsso
from app.connectors.stripe import Stripe
from app.core.i18n import _
from app.core.partner_kinds import PAYMENTS, AccountField, AccountKind, declare_kinds
from app.payments.services.online import client_of


def _try(kind: str) -> Callable[[Mapping[str, Any], Mapping[str, str], Observer | None], str]:
    def trial(settings: Mapping[str, Any], codes: Mapping[str, str], on_call: Observer | None) -> str:
        client = cast("Stripe | HelloAsso", client_of(kind, settings, codes, on_call))
        return _("Le compte répond (%(name)s).", name=client.check())

    return trial


STRIPE = AccountKind(
    "stripe", "Stripe", "Paiement en ligne par carte", "credit-card", PAYMENTS,
    (
        AccountField("secret_key", "Clé secrète", "secret", help="Elle commence par sk_."),
        AccountField("webhook_secret", "Secret de signature des notifications", "secret", help="Il commence par whsec_. Chez Stripe, l'adresse des notifications est celle de votre site suivie de /notifications/stripe/ et du numéro de ce compte, lu à la fin de l'adresse de cette page."),
        AccountField("base_url", "Adresse du service", default="https://api.stripe.com"),
    ),
    _try("stripe"),
)  # fmt: skip
HELLOASSO = AccountKind(
    "helloasso", "HelloAsso", "Paiement en ligne (associations)", "heart-handshake", PAYMENTS,
    (
        AccountField("client_id", "Identifiant client"),
        AccountField("client_secret", "Secret client", "secret"),
        AccountField("slug", "Nom de l'association dans l'adresse", help="La fin de helloasso.com/associations/…"),
        AccountField("signature_key", "Clé de signature", "secret", required=False, help="Comptes partenaires seulement. L'adresse des notifications est celle de votre site suivie de /notifications/helloasso/ et du numéro de ce compte, lu à la fin de l'adresse de cette page."),
        AccountField("base_url", "Adresse du service", default="https://api.helloasso.com"),
    ),
    _try("helloasso"),
)  # fmt: skip


def declare() -> None:
    """Start-up."""
    declare_kinds(STRIPE, HELLOASSO)
