"""E-invoicing: what is due and when, invoices handed over to an approved platform and what it says of them, those it brings."""
