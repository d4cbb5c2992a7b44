"""Payments: what comes in, what it settles, what is held, what is asked for again."""
