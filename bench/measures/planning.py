"""The planning of 75 units: a month with 300 bookings, a week of it; a booking taken by hand."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import count

from bench import ground
from bench.client import Answer, Client
from bench.installation import Installation
from bench.rounds import Measure

# Days from today: none is taken twice, however often the measure is laid.
DAYS = count(1000)


def _family(house: Installation) -> int:
    """The family of the units measured, laid once."""
    found = house.rows("SELECT id FROM family WHERE name = 'Mesure'")
    return int(found[0][0]) if found else int(ground.ask("planning", env=house.env))


def month(client: Client, house: Installation) -> Callable[[], Answer]:
    """This month."""
    family = _family(house)
    return lambda: client.get(f"/planning?vue=mois&groupe={family}")


def week(client: Client, house: Installation) -> Callable[[], Answer]:
    """This week."""
    family = _family(house)
    return lambda: client.get(f"/planning?vue=semaine&groupe={family}")


def booking(client: Client, house: Installation) -> Callable[[], Answer]:
    """A day taken years ahead, another one each time."""
    _family(house)
    unit = house.rows("SELECT id FROM asset WHERE label = 'Violon n° 0000'")[0][0]
    client.get("/planning")

    def take() -> Answer:
        day = (date.today() + timedelta(days=next(DAYS))).isoformat()  # noqa: DTZ011  any day will do
        return client.post("/planning/nouvelle", {
            "resource": f"asset:{unit}", "kind": "use", "label": "Concert", "first_day": day, "first_time": "09:00",
            "last_day": day, "last_time": "18:00",
        }, follow=False)  # fmt: skip

    return take


def availability(client: Client, house: Installation) -> Callable[[], Answer]:
    """What is free of the family over three weeks."""
    family, first = _family(house), date.today() + timedelta(days=2)  # noqa: DTZ011  any day will do
    last = first + timedelta(days=20)
    return lambda: client.get(f"/prets/disponibles?famille={family}&du={first}&au={last}", htmx=True)


MEASURES = (
    Measure("planning_month", month), Measure("planning_week", week), Measure("booking", booking),
    Measure("availability", availability),
)  # fmt: skip
