"""Reads of the till."""

from app.till.queries.drawer import Figures, cash_in_drawer, expected_of, figures_of, full_figures
from app.till.queries.records import (
    TillRow,
    closing_by_number,
    closings,
    journal,
    prints_of,
    refunds_of,
    sale_by_id,
    sale_by_number,
    sales_between,
    tickets_of,
    tickets_of_contact,
    till_by_code,
    till_by_id,
    tills,
)
from app.till.queries.shelf import (
    Account,
    Desk,
    Shelf,
    Tile,
    ToPay,
    account_of,
    borne,
    borne_of,
    desk,
    families,
    favourites,
    found,
    of_family,
    suspended,
    till_account,
    to_pay,
)

__all__ = [
    "Account", "Desk", "Figures", "Shelf", "Tile", "TillRow", "ToPay", "account_of", "borne", "borne_of", "cash_in_drawer", "closing_by_number",
    "closings", "desk", "expected_of", "families", "favourites", "figures_of", "found", "full_figures", "journal", "of_family",
    "prints_of", "refunds_of", "sale_by_id", "sale_by_number", "sales_between", "suspended", "tickets_of", "tickets_of_contact", "till_account", "till_by_code",
    "till_by_id", "tills", "to_pay",
]  # fmt: skip
