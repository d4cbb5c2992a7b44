"""Verbs of the clients' side: their account, the page where they pay, what a member books and asks for himself."""

from app.portal.services.account import open_account, payment_page

__all__ = ["open_account", "payment_page"]
