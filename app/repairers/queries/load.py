"""How much each repairer has: the sharing's own count, so that two screens never tell two loads."""

from app.dispatch.models import Load, Plan
from app.dispatch.services import present
from app.repairers.queries.problem import problem


def loads() -> dict[int, Load]:
    """By repairer, what he has now: accepted or proposed."""
    return by_repairer(present(problem()))


def by_repairer(plan: Plan) -> dict[int, Load]:
    """The loads of a plan."""
    return {int(load.repairer): load for load in plan.loads}
