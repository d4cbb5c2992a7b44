"""Pages of outside repairers."""

from app.repairers.views import mine, mine_delay, mine_money, mine_repair, profiles, sharing, ticket
from app.repairers.views.blueprint import bp

__all__ = ["bp", "mine", "mine_delay", "mine_money", "mine_repair", "profiles", "sharing", "ticket"]
