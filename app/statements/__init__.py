"""What an owner is owed and owes for a month of stays: a calculation, without tables (docs/statements.md)."""
