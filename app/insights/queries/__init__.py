"""Reads of the dashboard and of the reports."""
