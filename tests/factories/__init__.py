"""Rows for tests: each function writes one row in a unit of work of its own and returns it."""
