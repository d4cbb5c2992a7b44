"""A sharing as plain data for JSON. Costs are in points, exact to the thousandth."""

from typing import Any

from app.dispatch.models import POINT, Assignment, Candidate, Load, Part, Plan, Rebalancing


def plan_as_json(plan: Plan) -> dict[str, Any]:
    """Assignments by repair, loads by repairer, and what it all costs."""
    return {
        "cost": plan.cost / POINT,
        "parts": _parts(plan.parts),
        "assignments": [_assignment(one) for one in plan.assignments],
        "load": [_load(one) for one in plan.loads],
    }


def rebalancing_as_json(done: Rebalancing) -> dict[str, Any]:
    """The plan to come, with what it was before and what changes hands."""
    return plan_as_json(done.after) | {
        "before": {
            "cost": done.before.cost / POINT,
            "parts": _parts(done.before.parts),
            "load": [_load(one) for one in done.before.loads],
        },
        "moves": [{"repair": move.repair, "from": move.origin, "to": move.target} for move in done.moves],
    }


def _assignment(one: Assignment) -> dict[str, Any]:
    chosen = one.chosen
    return {
        "repair": one.repair,
        "repairer": one.repairer,
        "finish": chosen.finish.isoformat() if chosen else None,
        "late_days": chosen.facts.late_days if chosen else None,
        "kept": one.kept,
        "reason": one.reason,
        "cost": chosen.cost / POINT if chosen else None,
        "parts": _parts(chosen.parts) if chosen else [],
        "second": _candidate(one.second) | {"why_not": one.why_not} if one.second else None,
        "others": [_candidate(other) for other in one.candidates if other not in (chosen, one.second)],
        "excluded": [{"repairer": out.repairer, "reason": out.reason} for out in one.excluded],
    }


def _candidate(one: Candidate) -> dict[str, Any]:
    return {
        "repairer": one.repairer,
        "finish": one.finish.isoformat(),
        "late_days": one.facts.late_days,
        "cost": one.cost / POINT,
        "parts": _parts(one.parts),
    }


def _parts(parts: tuple[Part, ...]) -> list[dict[str, Any]]:
    return [
        {
            "criterion": part.criterion.value,
            "label": part.criterion.label,
            "points": part.cost / POINT,
            "words": part.words,
        }
        for part in parts
    ]


def _load(one: Load) -> dict[str, Any]:
    return {
        "repairer": one.repairer,
        "repairs": one.repairs,
        "hours": round(one.minutes / 60, 2),
        "capacity_hours": round(one.capacity / 60, 2),
        "share_percent": one.share / 10,
        "late_repairs": one.late_repairs,
        "late_days": one.late_days,
        "finish": one.finish.isoformat() if one.finish else None,
    }
