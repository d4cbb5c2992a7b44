"""Memory of the production processes at rest, after they have served: proportional share (PSS), as for the peers."""

import time

from bench import processes
from bench.installation import Installation
from bench.rounds import show

REST_SECONDS = 10


def measure(house: Installation) -> None:
    """Print the megabytes of all processes, the database's included."""
    house.settle()
    time.sleep(REST_SECONDS)
    show("memory", house.scale, pss_mb=processes.pss_mb(*house.roots), processes=len(processes.tree(*house.roots)))
