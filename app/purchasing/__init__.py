"""Purchasing: supplier baskets that fill themselves, orders, receipts, supplier invoices."""
