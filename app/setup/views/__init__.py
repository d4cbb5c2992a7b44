"""Pages of setup: the first run, the checklist, and the settings that have no page elsewhere."""

from app.setup.views import configuration, law, logo, settings, slip, welcome  # noqa: F401  (their routes)
from app.setup.views.blueprint import bp

__all__ = ["bp"]
