"""What payments holds on a person: what he paid and how, his mandates, his deposits."""

from sqlalchemy import select

from app.core.personal import ACCOUNTING, CONTRACTS, LAW_OF_BOOKS, Holding, Pending, PersonalData, Since
from app.payments.models import Checkout, Mandate, OnlineRefund, Payment, ReminderStop, SecurityDeposit
from app.payments.queries.balances import owed_share, spare_cents
from app.payments.states import DepositState, MandateState, RefundState
from app.sales.models import SalesDocument, ThirdPartyShare

PERSONAL = PersonalData(
    "payments",
    "Règlements, mandats et cautions",
    "Encaisser, rembourser, prouver les paiements",
    "Exécution du contrat ; obligation légale",
    ACCOUNTING,
    (
        Holding(
            Mandate,
            lambda person: Mandate.contact_id == person.contact_id,
            blank=("holder", "sealed_iban", "iban_end", "bic", "signer", "reason", "signature_id"),
            unless=Mandate.used.is_(True),
            kept="Mandat utilisé, preuve des prélèvements : 10 ans (code de commerce, art. L123-22).",
            plain=("rum",),
            secret=("sealed_iban",),
        ),
        Holding(Payment, lambda person: Payment.contact_id == person.contact_id, kept=LAW_OF_BOOKS),
        Holding(
            Checkout,
            lambda person: Checkout.contact_id == person.contact_id,
            blank=("url", "error"),
            plain=("reference", "provider_ref"),
        ),
        Holding(
            SecurityDeposit,
            lambda person: SecurityDeposit.contact_id == person.contact_id,
            blank=("reference", "reason"),
            plain=("about_kind",),
        ),
        Holding(
            ReminderStop,
            lambda person: ReminderStop.contact_id == person.contact_id,
            blank=("reason",),
            plain=("by",),
        ),
    ),
    since=(Since(Payment.contact_id, Payment.received_on, CONTRACTS),),
    pending=(
        Pending(
            lambda: select(Mandate.contact_id).where(Mandate.state == MandateState.ACTIVE),
            "Un mandat de prélèvement est en vigueur : révoquez-le.",
        ),
        Pending(
            lambda: select(SecurityDeposit.contact_id).where(SecurityDeposit.state == DepositState.HELD),
            "Un dépôt de garantie est détenu : rendez-le ou conservez-le.",
        ),
        Pending(
            lambda: select(Payment.contact_id).where(Payment.contact_id.is_not(None)).group_by(Payment.contact_id).having(spare_cents() > 0),
            "Un trop-perçu lui reste dû : remboursez-le ou utilisez-le.",
        ),
        Pending(
            lambda: select(Payment.contact_id).join(OnlineRefund, OnlineRefund.payment_id == Payment.id).where(
                OnlineRefund.state.in_((RefundState.ASKED, RefundState.BY_HAND, RefundState.PENDING))
            ),
            "Un remboursement est en route : attendez qu'il soit fait.",
        ),
        Pending(
            lambda: select(ThirdPartyShare.payer_id)
            .outerjoin(SalesDocument, SalesDocument.id == ThirdPartyShare.document_id)
            .where(owed_share()),
            "Une part de facture n'est pas réglée : encaissez-la.",
        ),
    ),
)  # fmt: skip
