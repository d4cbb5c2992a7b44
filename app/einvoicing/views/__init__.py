"""Pages of e-invoicing. One blueprint, one file per page."""

from app.einvoicing.views import actions, files, index, reports
from app.einvoicing.views.blueprint import bp

__all__ = ["actions", "bp", "files", "index", "reports"]
