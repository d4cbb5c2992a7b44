"""Verbs of the ledger."""

from app.ledger.services.chart import change_chart, load_chart, uses
from app.ledger.services.families import change_family_accounts, family_accounts
from app.ledger.services.fec import fec, file_name, notice, write_fec
from app.ledger.services.fec_check import check_fec
from app.ledger.services.posting import Caught, catch_up, pending
from app.ledger.services.vat import VatSummary, vat_summary

__all__ = [
    "Caught", "VatSummary", "catch_up", "change_chart", "change_family_accounts", "check_fec", "family_accounts", "fec", "file_name", "load_chart", "notice", "pending",
    "uses", "vat_summary", "write_fec",
]  # fmt: skip
