"""What can be imported and exported: one module per kind. A new kind is a new module here that calls `declare_kind`."""

import pkgutil
from importlib import import_module

from app.exchange.kinds.base import KINDS, Field, Format, Kind, Line, Origin, Writer, offered

__all__ = ["KINDS", "Field", "Format", "Kind", "Line", "Origin", "Writer", "load_kinds", "offered"]


def load_kinds() -> None:
    """Start-up: import every module of this folder; each declares its kind."""
    for module in pkgutil.iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
