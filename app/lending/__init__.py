"""Loans of our things: reserved, handed over by scan, taken back by scan, late or not."""
