"""Figures for decisions: the dashboard and the workshop's statistics."""
