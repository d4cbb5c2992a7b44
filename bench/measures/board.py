"""The board of repairs."""

from bench.rounds import Measure

MEASURE = Measure("board", lambda client, _house: lambda: client.get("/dossiers"))
