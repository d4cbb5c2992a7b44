"""Plugins of the whole test suite; the fixtures are in `tests/conftest.py`."""

pytest_plugins = ("tests.plugins.rows",)
