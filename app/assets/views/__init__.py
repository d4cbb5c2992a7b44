"""Pages of assets: the units, and « Réglages › Familles »."""

from app.assets.views import families, fields, files, fitting, models, units  # noqa: F401  (their routes)
from app.assets.views.blueprints import bp, settings_bp

__all__ = ["bp", "settings_bp"]
