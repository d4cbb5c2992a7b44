"""Statements of the bank: read, matched with what we wait for, or written as payments."""
