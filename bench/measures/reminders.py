"""The reminders of a night, over a year of 16,000 loans."""

from bench import ground
from bench.installation import Installation
from bench.rounds import show

NIGHT = 800  # five times an ordinary night of 16,000 loans a year under four rules


def measure(house: Installation) -> None:
    """Print the seconds it took, how many messages left, and how many a second run sent again (none)."""
    told = ground.ask("night", NIGHT, env=house.env)
    show("reminders", house.scale, seconds=told["seconds"], sent=told["sent"], again=told["again"])
