"""« Connexions »: the accounts at partners, how they fare, what is done with them."""

from app.partners.views import connections, former, runs
from app.partners.views.blueprint import bp

__all__ = ["bp", "connections", "former", "runs"]
