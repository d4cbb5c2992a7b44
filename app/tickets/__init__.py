"""Tickets: a job on a thing, from intake to exit. Nouns: ticket, line, waiting reason, outcome, slip."""
