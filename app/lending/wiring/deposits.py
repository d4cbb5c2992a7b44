"""The deposits of loans: what the page where one is paid says of the loan, and the message that leads there."""

from typing import Any

from app.core.panels import Panel, declare_panels
from app.lending.models import Loan
from app.lending.queries.one import loan_by_id
from app.messaging.services import declare_template
from app.payments.models import SecurityDeposit


def register() -> None:
    """Start-up."""
    declare_panels("deposit.client", Panel("loan", "lending/_deposit_client.html", 10, _panel))
    declare_template(
        "loan.deposit", "Prêt : caution à verser en ligne", group="Prêts",
        placeholders={
            "montant": "Montant de la caution", "materiel": "Le matériel prêté", "pret": "N° du prêt", "lien": "Lien de paiement",
        },
        sample={
            "montant": "150,00 €", "materiel": "Violon 3/4 n° 0112", "pret": "P-2026-0001", "lien": "https://exemple.fr/caution/…",
        },
        subject="Caution de {{ montant }} à verser",
        body="Bonjour {{ client }},\n\nPour le prêt {{ pret }} ({{ materiel }}), nous vous demandons une caution de {{ montant }}. Elle n'est "
        "pas un prix : nous la gardons, et vous la rendons au retour du matériel.\n\n[Verser la caution en ligne]({{ lien }})\n\n"
        "{{ organisation }}, {{ telephone }}",
        sms="{{ organisation }} : caution de {{ montant }} pour le prêt {{ pret }}, rendue au retour. À verser ici : {{ lien }}",
    )  # fmt: skip


def _panel(deposit: SecurityDeposit) -> dict[str, Any] | None:
    """What a deposit is asked for."""
    loan = loan_by_id(deposit.about_id) if deposit.about_kind == Loan.__kind__ and deposit.about_id else None
    return {"loan": loan} if loan is not None else None
