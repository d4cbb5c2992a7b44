"""Verbs of e-invoicing: plan, hand over, look, answer, export."""
