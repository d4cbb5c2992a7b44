"""Pages of tariffs. One blueprint, one file per page."""

from app.tariffs.views import rules, trial, why, zones
from app.tariffs.views.blueprint import bp

__all__ = ["bp", "rules", "trial", "why", "zones"]
