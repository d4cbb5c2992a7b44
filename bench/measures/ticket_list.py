"""The list of repairs, 50 a page."""

from bench.rounds import Measure

MEASURE = Measure("list", lambda client, _house: lambda: client.get("/dossiers?vue=liste&par=50"))
