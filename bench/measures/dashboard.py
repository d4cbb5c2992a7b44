"""The dashboard."""

from bench.rounds import Measure

MEASURE = Measure("dashboard", lambda client, _house: lambda: client.get("/tableau-de-bord"))
