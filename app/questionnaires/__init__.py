"""Configurable forms: check points, call qualification, satisfaction, water analyses: one mechanism."""
