"""Repairs shared among repairers: one on arrival (`place`), or all those not yet accepted (`rebalance`)."""

from app.dispatch.services.reading import Request, read
from app.dispatch.services.sharing import place, present, rebalance
from app.dispatch.services.writing import plan_as_json, rebalancing_as_json

__all__ = ["Request", "place", "plan_as_json", "present", "read", "rebalance", "rebalancing_as_json"]
