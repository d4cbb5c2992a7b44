"""Payments and what they settle; online checkouts; deposits held; vouchers. Amounts are cents."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.contacts.models import Contact
from app.core import clock
from app.core.db import UTC, Base, Cents, Identified, LabelType, Names, Stamped, column
from app.payments.states import CheckoutState, DepositState, Method, PaymentState, RefundState
from app.sales.models import SalesDocument, ThirdPartyShare
from app.tickets.models import Ticket


class Payment(Identified, Base):
    """Money that came (or went back: below zero). Never deleted: a refused one is rejected, a wrong one is reversed.
    `ticket_id`: paid at the intake of that repair, and kept for it."""

    __tablename__ = "payment"
    __kind__ = "payment"
    __fr__ = Names("règlement", "règlements")
    __table_args__ = (
        Index(None, "received_on", "id"), Index(None, "contact_id"), UniqueConstraint("method", "reference_key"),
    )  # fmt: skip

    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), default=None)
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    method: Mapped[Method] = column("Moyen", LabelType(Method))
    amount: Mapped[int] = column("Montant", Cents)
    received_on: Mapped[date] = column("Reçu le")
    state: Mapped[PaymentState] = column("État", LabelType(PaymentState), default=PaymentState.RECEIVED)
    reference: Mapped[str] = column("Référence", default="", hint="N° de chèque, libellé du virement…")
    reference_key: Mapped[str | None] = mapped_column(default=None)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), default=None)
    till_sale_id: Mapped[int | None] = mapped_column(default=None, index=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), default=None, index=True)
    ticket: Mapped[Ticket | None] = relationship(lazy="raise_on_sql")
    remittance_id: Mapped[int | None] = mapped_column(ForeignKey("remittance.id"), default=None, index=True)
    by: Mapped[str] = column("Par", default="")
    note: Mapped[str] = column("Note", default="")
    form_key: Mapped[str | None] = mapped_column(default=None, unique=True)
    created_at: Mapped[datetime] = column("Écrit le", UTC, default=clock.now)
    allocations: Mapped[list["Allocation"]] = relationship(lazy="raise_on_sql", order_by="Allocation.id")


class Allocation(Identified, Base):
    """So much of a payment settles so much of a document, or of a third party's share. Append-only: undone by its opposite.
    Of a payment: to a document, a share, a voucher that it bought, a security deposit that it is held for, or (`till_sale_id`) the
    till ticket that deducted it.
    Of a credit note (`credit_id`): to the document it lowers."""

    __tablename__ = "allocation"
    __kind__ = "allocation"
    __fr__ = Names("affectation", "affectations", True)
    __table_args__ = (CheckConstraint("amount <> 0", name="not_nothing"),)

    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), default=None, index=True)
    credit_id: Mapped[int | None] = mapped_column(ForeignKey("sales_document.id"), default=None, index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("sales_document.id"), default=None, index=True)
    document: Mapped[SalesDocument | None] = relationship(lazy="raise_on_sql", foreign_keys=[document_id])
    share_id: Mapped[int | None] = mapped_column(ForeignKey("third_party_share.id"), default=None, index=True)
    share: Mapped[ThirdPartyShare | None] = relationship(lazy="raise_on_sql")
    voucher_id: Mapped[int | None] = mapped_column(ForeignKey("voucher.id"), default=None, index=True)
    deposit_id: Mapped[int | None] = mapped_column(ForeignKey("security_deposit.id"), default=None, index=True)
    till_sale_id: Mapped[int | None] = mapped_column(default=None, index=True)
    amount: Mapped[int] = column("Montant", Cents)
    at: Mapped[datetime] = column("Quand", UTC, default=clock.now)


class Checkout(Identified, Stamped, Base):
    """A payment asked for online: our intent, written before the partner is called; their state, read again before we believe it."""

    __tablename__ = "checkout"
    __kind__ = "checkout"
    __fr__ = Names("paiement en ligne", "paiements en ligne")
    __table_args__ = (Index(None, "provider_ref"),)

    document_id: Mapped[int | None] = mapped_column(ForeignKey("sales_document.id"), default=None, index=True)
    document: Mapped[SalesDocument | None] = relationship(lazy="raise_on_sql")
    quote_id: Mapped[int | None] = mapped_column(ForeignKey("quote.id"), default=None, index=True)
    deposit_id: Mapped[int | None] = mapped_column(ForeignKey("security_deposit.id"), default=None, index=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("partner_account.id"))
    method: Mapped[Method] = column("Moyen", LabelType(Method))
    amount: Mapped[int] = column("Montant", Cents)
    state: Mapped[CheckoutState] = column("État", LabelType(CheckoutState), default=CheckoutState.OPEN)
    reference: Mapped[str] = mapped_column(unique=True)
    provider_ref: Mapped[str] = column("Référence du prestataire", default="")
    url: Mapped[str] = mapped_column(default="")
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), default=None)
    error: Mapped[str] = column("Raison", default="")


class OnlineRefund(Identified, Stamped, Base):
    """Money given back of an online payment by the partner: our intent, written before it is called, or what was done on its own
    site (`outside`). `source`: what it takes from, as `giving_back.sources` names it. `tries`: calls begun; past the first, the
    partner may have done it already. `back_id`: the movement of ours, written once the partner took it."""

    __tablename__ = "online_refund"
    __kind__ = "online_refund"
    __fr__ = Names("remboursement en ligne", "remboursements en ligne")
    __table_args__ = (UniqueConstraint("account_id", "provider_ref"), Index(None, "state", "updated_at"))

    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("partner_account.id"))
    amount: Mapped[int] = column("Montant", Cents)
    source: Mapped[str] = mapped_column(default="")
    state: Mapped[RefundState] = column("État", LabelType(RefundState), default=RefundState.ASKED)
    reference: Mapped[str] = mapped_column(unique=True)
    provider_ref: Mapped[str | None] = column("Référence du prestataire", default=None)
    outside: Mapped[bool] = column("Fait chez le prestataire", default=False)
    tries: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = column("Raison de l'échec", default="")
    note: Mapped[str] = column("Raison", default="")
    by: Mapped[str] = column("Par", default="")
    back_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), default=None, index=True)
    form_key: Mapped[str | None] = mapped_column(default=None, unique=True)


class WebhookEvent(Identified, Base):
    """An event that a partner sent, verified; its id is kept so that a replay does nothing."""

    __tablename__ = "webhook_event"
    __table_args__ = (UniqueConstraint("provider", "event_id"),)

    provider: Mapped[str]
    event_id: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTC, default=clock.now)


class SecurityDeposit(Identified, Stamped, Base):
    """A caution: held, not income (account 165). A cheque is good for a year and eight days: renewed at eleven months."""

    __tablename__ = "security_deposit"
    __kind__ = "security_deposit"
    __fr__ = Names("dépôt de garantie", "dépôts de garantie")
    __table_args__ = (Index(None, "about_kind", "about_id"), Index(None, "state", "renew_on"))

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    contact: Mapped[Contact] = relationship(lazy="raise_on_sql")
    amount: Mapped[int] = column("Montant", Cents)
    method: Mapped[Method] = column("Moyen", LabelType(Method), default=Method.CHEQUE)
    reference: Mapped[str] = column("N° du chèque", default="")
    state: Mapped[DepositState] = column("État", LabelType(DepositState), default=DepositState.ASKED)
    received_on: Mapped[date | None] = column("Reçu le", default=None)
    renew_on: Mapped[date | None] = column("À renouveler avant le", default=None)
    alerted_on: Mapped[date | None] = column("Renouvellement demandé le", default=None)
    closed_on: Mapped[date | None] = column("Rendu ou conservé le", default=None)
    kept_amount: Mapped[int] = column("Montant conservé", Cents, default=0)
    reason: Mapped[str] = column("Raison", default="")
    about_kind: Mapped[str | None] = column("Type de fiche", default=None)
    about_id: Mapped[int | None] = mapped_column(default=None)


class Voucher(Identified, Stamped, Base):
    """A gift voucher sold, spent bit by bit."""

    __tablename__ = "voucher"
    __kind__ = "voucher"
    __fr__ = Names("bon d'achat", "bons d'achat")
    __table_args__ = (CheckConstraint("left_amount >= 0", name="not_overspent"),)

    code: Mapped[str] = column("Code", unique=True)
    amount: Mapped[int] = column("Montant", Cents)
    left_amount: Mapped[int] = column("Reste", Cents)
    sold_on: Mapped[date] = column("Vendu le")
    valid_until: Mapped[date | None] = column("Valable jusqu'au", default=None)


class ReminderStop(Identified, Base):
    """No reminder of a document that the client disputes, or of anything a contact owes, until it is lifted."""

    __tablename__ = "reminder_stop"
    __kind__ = "reminder_stop"
    __fr__ = Names("arrêt des relances", "arrêts des relances")

    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), default=None, index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("sales_document.id"), default=None, index=True)
    reason: Mapped[str] = column("Raison")
    by: Mapped[str] = column("Par", default="")
    at: Mapped[datetime] = column("Depuis", UTC, default=clock.now)
    lifted_at: Mapped[datetime | None] = column("Levé le", UTC, default=None)
