"""The words of the history of payments."""

from collections.abc import Callable, Mapping
from typing import Any

from app.core.history import Verb
from app.core.i18n import _, _n
from app.core.labels import LabelEnum
from app.core.money import euros
from app.payments.states import (
    BankLineState,
    BatchState,
    CheckoutState,
    DebitState,
    DepositState,
    MandateState,
    Method,
    PaymentState,
    RefundState,
    RemittanceState,
)


def _amount(facts: Mapping[str, Any]) -> str:
    means = Method(facts["method"]).label.lower() if facts.get("method") else ""
    left = _("reste %(left)s", left=euros(facts["left"])) if facts.get("left") else ""
    return ", ".join(filter(None, (euros(abs(facts["amount"])), means, left)))


def _moved(facts: Mapping[str, Any]) -> str:
    return _("Règlement : %(state)s", state=PaymentState(facts["to"]).label.lower())


def _checkout(facts: Mapping[str, Any]) -> str:
    return _("Paiement en ligne : %(state)s", state=CheckoutState(facts["to"]).label.lower())


def _refund(facts: Mapping[str, Any]) -> str:
    return _("Remboursement en ligne : %(state)s", state=RefundState(facts["to"]).label.lower())


def _deposit(facts: Mapping[str, Any]) -> str:
    return _("Caution : %(state)s", state=DepositState(facts["to"]).label.lower())


def _state(label: str, states: type[LabelEnum]) -> Callable[[Mapping[str, Any]], str]:
    return lambda facts: f"{_(label)} : {states(facts['to']).label.lower()}"


def _reason(facts: Mapping[str, Any]) -> str:
    return str(facts.get("reason", ""))


def _back(facts: Mapping[str, Any]) -> str:
    return _(
        "%(reason)s (%(code)s) : %(amount)s de nouveau à régler",
        reason=facts["reason"], code=facts["code"], amount=euros(facts["amount"]),
    )  # fmt: skip


def _batch(facts: Mapping[str, Any]) -> str:
    count = _n("%(num)s prélèvement", "%(num)s prélèvements", facts["count"])
    return f"{count}, {euros(facts['amount'])}"


VERBS = (
    Verb("payment.received", "Encaissé", "cash", "vert", detail=_amount),
    Verb("refund.asked", "Remboursement demandé", "arrow-back-up", "bleu", detail=_amount),
    Verb("online_refund.moved", "Remboursement en ligne", "arrow-back-up", "bleu", title=_refund, detail=_reason),
    Verb("payment.refunded", "Remboursé", "arrow-back-up", "ambre", detail=_amount),
    Verb(
        "payment.moved", "Règlement", "cash", "rouge", title=_moved, detail=lambda facts: str(facts.get("reason", ""))
    ),
    Verb("document.paid", "Règlement reçu", "cash", "vert", detail=_amount),
    Verb("document.reminded", "Relance envoyée", "bell", "ambre"),
    Verb(
        "checkout.moved",
        "Paiement en ligne",
        "credit-card",
        "bleu",
        title=_checkout,
        detail=lambda facts: str(facts.get("reason", "")),
    ),
    Verb("deposit.moved", "Caution", "lock", "bleu", title=_deposit, detail=lambda facts: str(facts.get("reason", ""))),
    Verb("deposit.asked", "Caution demandée", "lock", "gris", detail=_amount),
    Verb("deposit.renewed", "Chèque de caution renouvelé", "refresh", "bleu"),
    Verb("voucher.sold", "Bon d'achat vendu", "gift", "vert", detail=_amount),
    Verb(
        "reminder_stop.added",
        "Relances arrêtées",
        "bell-off",
        "gris",
        detail=lambda facts: str(facts.get("reason", "")),
    ),
    Verb("reminder_stop.lifted", "Relances reprises", "bell", "bleu"),
    Verb("document.unpaid", "Règlement annulé", "alert-triangle", "rouge", detail=_amount),
    Verb(
        "mandate.signed",
        "Mandat de prélèvement signé",
        "writing-sign",
        "vert",
        detail=lambda facts: str(facts.get("rum", "")),
    ),
    Verb("mandate.moved", "Mandat", "ban", "gris", title=_state("Mandat", MandateState), detail=_reason),
    Verb("debit_batch.prepared", "Remise préparée", "repeat", "bleu", detail=_batch),
    Verb("debit_batch.moved", "Remise", "building-bank", "bleu", title=_state("Remise", BatchState)),
    Verb("debit.moved", "Prélèvement", "repeat", "bleu", title=_state("Prélèvement", DebitState), detail=_reason),
    Verb("debit.rejected", "Prélèvement rejeté", "alert-triangle", "rouge", detail=_back),
    Verb(
        "bank_line.moved",
        "Ligne de banque",
        "link",
        "bleu",
        title=_state("Ligne de banque", BankLineState),
        detail=_reason,
    ),
    Verb("remittance.made", "Remise en banque", "building-bank", "bleu", detail=_amount),
    Verb(
        "remittance.moved", "Remise", "building-bank", "bleu", title=_state("Remise", RemittanceState), detail=_reason
    ),
    Verb("statement.sent", "Relevé de compte envoyé", "send", "bleu"),
)
