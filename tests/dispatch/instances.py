"""Random sharings of repairs, always the same for the same number: from a quiet week to a season's end."""

from datetime import date, timedelta
from random import Random

from app.dispatch.models import Closure, Place, Problem, Repair, Repairer, Skill

TODAY = date(2026, 11, 23)
FAMILIES = ("violon", "alto", "violoncelle", "contrebasse", "guitare", "harpe")
SCHOOL = Place("Lyon", 45.76, 4.84)


def an_instance(seed: int, repairs: int = 0, repairers: int = 0) -> Problem:
    """Up to 40 repairs and 8 repairers, or as many as asked for."""
    return drawn(Random(seed), repairs, repairers)


def drawn(chance: Random, repairs: int = 0, repairers: int = 0) -> Problem:
    """The same from any source of chance."""
    families = FAMILIES[: chance.randint(2, 6)]
    crowd = repairers or chance.randint(2, 8)
    count = repairs or chance.randint(5, 40)
    hardest = chance.choice((6, 12, 24))  # half hours of the longest repair
    hurry = chance.choice((6, 12, 24))  # days within which they are due
    people = tuple(_repairer(chance, f"L{rank:02}", families) for rank in range(crowd))
    return Problem(
        today=TODAY,
        repairs=tuple(_repair(chance, f"R{rank:03}", families, people, hardest, hurry) for rank in range(count)),
        repairers=people,
        place=SCHOOL,
    )


def _repairer(chance: Random, name: str, families: tuple[str, ...]) -> Repairer:
    known = chance.sample(families, chance.randint(max(1, len(families) // 2), len(families)))
    away = TODAY + timedelta(days=chance.randint(0, 20))
    closures = (Closure(away, away + timedelta(days=chance.randint(1, 14))),) if chance.random() < 0.35 else ()
    return Repairer(
        id=name,
        name=f"Atelier {name}",
        skills={
            family: Skill(chance.randint(1, 3), chance.choice((0, 0, 2, 5, 8)), chance.choice((None, None, None, 9000)))
            for family in known
        },
        weekly_minutes=60 * chance.choice((7, 14, 20, 28, 35)),
        weekdays=chance.choice(((0, 1, 2, 3, 4), (1, 2, 3, 4, 5), (0, 2, 4))),
        closures=closures,
        load_minutes=30 * chance.randint(0, 30),
        hourly_cents=100 * chance.randint(28, 60),
        place=Place("", 45.76 + chance.uniform(-0.5, 0.5), 4.84 + chance.uniform(-0.7, 0.7)),
        returned=chance.randint(0, 80),
        late=chance.randint(0, 250),
    )


def _repair(
    chance: Random, name: str, families: tuple[str, ...], people: tuple[Repairer, ...], hardest: int, hurry: int
) -> Repair:
    start = TODAY + timedelta(days=chance.randint(1, 14)) if chance.random() < 0.3 else None
    due = (start or TODAY) + timedelta(days=chance.randint(2, hurry)) if chance.random() < 0.8 else None
    accepted = chance.random() < 0.1
    return Repair(
        id=name,
        family=chance.choice(families),
        minutes=30 * chance.randint(1, hardest),
        earliest=start,
        due=due,
        priority=chance.choice((1, 1, 1, 2, 3)),
        level=chance.choice((1, 1, 2, 3)),
        repairer=chance.choice(people).id if accepted else None,
        accepted=accepted,
    )
