"""Reads of payments."""

from app.payments.queries.aged import Aged, aged_balance
from app.payments.queries.balances import (
    INVOICES,
    Balance,
    Owed,
    balance_from,
    balance_of,
    credit_of,
    open_account,
    open_credits,
    open_documents,
    payer_is,
    payments_with_credit,
    unpaid,
)
from app.payments.queries.coming import Around, Coming, Signed, around_document, around_payer
from app.payments.queries.debits import waits
from app.payments.queries.intake import held_for, left_for, left_of_intake, movements_of
from app.payments.queries.listing import Filters, listing, received_this_month
from app.payments.queries.one import opposite_of, payable, payment_by_id, payments_of, settled_by, spent_of_credit
from app.payments.queries.statements import Member, Statement, household, statement

__all__ = [
    "INVOICES", "Aged", "Around", "Balance", "Coming", "Filters", "Member", "Owed", "Signed", "Statement", "aged_balance", "around_document", "around_payer", "balance_from", "balance_of", "credit_of", "held_for", "household",
    "left_for", "left_of_intake", "listing", "movements_of",
    "open_account", "open_credits", "open_documents", "opposite_of", "payable", "payer_is", "payment_by_id", "payments_of",
    "payments_with_credit", "received_this_month", "settled_by", "spent_of_credit", "statement", "unpaid", "waits",
]  # fmt: skip
