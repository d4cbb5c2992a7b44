"""Établi: lend, repair, visit and invoice things. Importing the package does nothing."""
