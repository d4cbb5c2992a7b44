"""Reads of e-invoicing."""
