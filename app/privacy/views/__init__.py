"""Pages of personal data."""

from app.privacy.views import contact, desk, portal
from app.privacy.views.blueprint import bp

__all__ = ["bp", "contact", "desk", "portal"]
