"""Pages of members."""

from app.members.views import campaign, homes, index, memberships, people, proofs, seasons
from app.members.views.blueprint import bp

__all__ = ["bp", "campaign", "homes", "index", "memberships", "people", "proofs", "seasons"]
