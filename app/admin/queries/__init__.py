"""Reads of admin: which records have a screen, their columns, their lists and what is linked to one of them."""
