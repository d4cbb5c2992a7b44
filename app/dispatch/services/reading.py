"""A problem read from JSON (docs/dispatch.md gives the form of the file)."""

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.core.errors import DomainError
from app.core.i18n import _
from app.dispatch.models import POINT, Closure, Place, Problem, Repair, Repairer, Skill, Weights
from app.dispatch.services.fields import Entry

MODES = ("rebalance", "place")
_PLACE = {"town", "latitude", "longitude"}
_FILE = {"today", "mode", "repair", "horizon_weeks", "unknown_km", "place", "weights", "repairs", "repairers"}
_REPAIR = _PLACE | {
    "id",
    "family",
    "hours",
    "earliest",
    "due",
    "priority",
    "level",
    "repairer",
    "accepted",
    "declined_by",
}
_REPAIRER = _PLACE | {
    "id", "name", "skills", "hours_per_week", "weekdays", "closures", "load_hours", "cost_per_hour", "returns_percent",
    "late_percent",
}  # fmt: skip
_WEIGHTS = {"lateness", "load", "cost", "distance", "quality"}


@dataclass(frozen=True)
class Request:
    """What a file asks for: to rebalance, or to place the repair `repair`."""

    problem: Problem
    mode: str
    repair: str


def read(content: bytes) -> Request:
    """The request of a JSON file. Raises DomainError with a sentence that names the entry at fault."""
    whole = Entry.of(_("Le fichier"), _parsed(content), _FILE)
    mode = whole.text("mode", default=MODES[0])
    if mode not in MODES:
        raise DomainError(_("Le fichier : « mode » est « rebalance » (tout répartir) ou « place » (une réparation)."))
    today = whole.day("today")
    if today is None:
        raise DomainError(_("Le fichier : « today » manque. Donnez le jour de la répartition, comme 2026-12-24."))
    if "repairs" not in whole.values or "repairers" not in whole.values:
        raise DomainError(
            _("Le fichier : il faut deux listes, « repairs » (réparations) et « repairers » (réparateurs).")
        )
    problem = Problem(
        today=today,
        repairs=tuple(_repair(*one) for one in enumerate(whole.many("repairs"), 1)),
        repairers=tuple(_repairer(*one) for one in enumerate(whole.many("repairers"), 1)),
        weights=_weights(whole.values.get("weights", {})),
        horizon_weeks=whole.number("horizon_weeks", 1, 52, default=4),
        place=_place(Entry.of(_("« place »"), whole.values.get("place", {}), _PLACE)),
        unknown_metres=whole.number("unknown_km", 0, 20_000, unit=1000, default=30),
    )
    return Request(problem, mode, whole.text("repair") if mode == "place" else "")


def _parsed(content: bytes) -> object:
    try:
        return json.loads(content.decode("utf-8-sig"), parse_float=Decimal, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise DomainError(_("Le fichier n'est pas du texte UTF-8 : enregistrez-le en UTF-8.")) from None
    except json.JSONDecodeError as error:
        raise DomainError(
            _(
                "Le fichier n'est pas du JSON : ligne %(line)s, colonne %(column)s. Corrigez cet endroit.",
                line=error.lineno,
                column=error.colno,
            )
        ) from None
    except (RecursionError, ValueError):
        raise DomainError(
            _("Le fichier n'est pas du JSON lisible : un nombre ou une imbrication y est démesuré. Corrigez-le.")
        ) from None


def _no_constant(_name: str) -> object:
    raise ValueError


def _repair(rank: int, value: object) -> Repair:
    entry = _named(_("Réparation n° %(rank)s", rank=rank), value, _REPAIR)
    minutes = entry.number("hours", 0, 1000, unit=60)
    if minutes == 0:
        raise entry.wrong("hours", _("doit être un nombre de plus de 0 (une minute au moins)"))
    return Repair(
        id=entry.text("id"),
        family=family(entry.text("family")),
        minutes=minutes,
        earliest=entry.day("earliest"),
        due=entry.day("due"),
        priority=entry.number("priority", 1, 5, default=1),
        level=entry.number("level", 1, 9, default=1),
        place=_place(entry) if _PLACE & entry.values.keys() else None,
        repairer=entry.text("repairer", default="") or None,
        accepted=entry.truth("accepted"),
        declined=frozenset(entry.texts("declined_by")),
    )


def _repairer(rank: int, value: object) -> Repairer:
    entry = _named(_("Réparateur n° %(rank)s", rank=rank), value, _REPAIRER)
    days = entry.values.get("weekdays", [1, 2, 3, 4, 5])
    if not isinstance(days, list) or not all(type(day) is int and 1 <= day <= 7 for day in days):
        raise DomainError(
            _(
                "%(entry)s : « weekdays » est une liste de jours de 1 (lundi) à 7 (dimanche). Corrigez-la.",
                entry=entry.name,
            )
        )
    return Repairer(
        id=entry.text("id"),
        name=entry.text("name", default="") or entry.text("id"),
        skills=_skills(entry),
        weekly_minutes=entry.number("hours_per_week", 0, 100, unit=60),
        weekdays=tuple(sorted({day - 1 for day in days})),
        closures=tuple(_closure(entry, closure) for closure in entry.many("closures")),
        load_minutes=entry.number("load_hours", 0, 10_000, unit=60, default=0),
        hourly_cents=entry.number("cost_per_hour", 0, 10_000, unit=100, default=0),
        place=_place(entry) if _PLACE & entry.values.keys() else None,
        returned=entry.number("returns_percent", 0, 100, unit=10, default=0),
        late=entry.number("late_percent", 0, 100, unit=10, default=0),
    )


def family(name: str) -> str:
    """A family as skills and repairs compare it: « Violon » is « violon »."""
    return " ".join(name.casefold().split())


def _named(name: str, value: object, known: set[str]) -> Entry:
    """The entry, named with its id when it has one."""
    identity = value.get("id") if isinstance(value, dict) else None
    if isinstance(identity, str) and identity.strip():
        name = _("%(entry)s (« %(id)s »)", entry=name, id=identity.strip()[:40])
    return Entry.of(name, value, known)


def _skills(entry: Entry) -> dict[str, Skill]:
    given = entry.values.get("skills")
    if not isinstance(given, dict):
        raise DomainError(
            _(
                '%(entry)s : « skills » est un objet par famille, comme {"violon": {"level": 2, "lead_days": 7}}.',
                entry=entry.name,
            )
        )
    return {family(str(name)): _skill(entry, str(name), value) for name, value in given.items()}


def _skill(entry: Entry, name: str, value: object) -> Skill:
    known = _("%(entry)s, famille « %(family)s »", entry=entry.name, family=name[:40])
    skill = Entry.of(known, value, {"level", "lead_days", "price"})
    price = skill.number("price", 0, 1_000_000, unit=100) if skill.values.get("price") is not None else None
    return Skill(skill.number("level", 1, 9, default=1), skill.number("lead_days", 0, 365, default=0), price)


def _closure(entry: Entry, value: object) -> Closure:
    closure = Entry.of(_("%(entry)s, « closures »", entry=entry.name), value, {"from", "to"})
    first, last = closure.day("from"), closure.day("to")
    if first is None or last is None or last < first:
        raise DomainError(
            _(
                "%(entry)s : une fermeture va de « from » à « to », deux dates dans l'ordre. Corrigez-la.",
                entry=entry.name,
            )
        )
    return Closure(first, last)


def _place(entry: Entry) -> Place:
    latitude, longitude = (_degrees(entry, key, most) for key, most in (("latitude", 90), ("longitude", 180)))
    return Place(entry.text("town", default=""), latitude, longitude)


def _degrees(entry: Entry, key: str, most: int) -> float | None:
    if entry.values.get(key) is None:
        return None
    return entry.number(key, -most, most, unit=10**6) / 10**6


def _weights(value: Any) -> Weights:
    entry = Entry.of(_("« weights »"), value, _WEIGHTS)
    given = {key: entry.number(key, 0, 1000, unit=POINT) for key in sorted(_WEIGHTS & entry.values.keys())}
    return Weights(**given)
