"""The ledger: entries derived from sealed documents, payments, deposits and closings; FEC, journals, VAT summary. Nothing is typed twice."""
