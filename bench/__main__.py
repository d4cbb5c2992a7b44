"""`python -m bench [NAME…]`: measure, one JSON object a line. See `--help`."""

import argparse
import os
import subprocess
import sys

from bench.grown import grown
from bench.installation import ROOT, copied, installation
from bench.measures import (
    articles,
    batch,
    board,
    booking_race,
    dashboard,
    dispatch,
    facturx,
    intake,
    invoice,
    invoices,
    memory,
    money_writers,
    planning,
    reminders,
    rents,
    sale,
    search,
    ticket,
    ticket_list,
    weight,
    writers,
)
from bench.rounds import run, show

PAGES = {module.MEASURE.name: module.MEASURE for module in (ticket_list, board, search, ticket, dashboard, intake)}
PAGES |= {measure.name: measure for measure in planning.MEASURES}
MONEY = {module.MEASURE.name: module.MEASURE for module in (invoice, invoices, sale, articles)}
CROWDS = {"writers": writers, "money_writers": money_writers, "booking_race": booking_race}
NAMES = (*PAGES, "memory", "weight", *MONEY, "facturx", "batch", "rents", "reminders", "dispatch", *CROWDS)
SCALE = 20  # of the demonstration: 10,000 repairs, 5,000 contacts
TIMES = 10


def main() -> int:
    """Measure what is asked for, everything by default."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Mesure Établi : un objet JSON par ligne.")
    parser.add_argument("names", nargs="*", metavar="NOM", help=f"ce qu'on mesure parmi {', '.join(NAMES)} (tout)")
    parser.add_argument("--scale", type=float, default=SCALE, help="taille de la démonstration (20 : 10 000 dossiers)")
    parser.add_argument("--grown", action="store_true", help="mesurer aussi les pages avec dix fois plus de données")
    parser.add_argument(
        "--postgres", action="store_true", help="sur PostgreSQL (TEST_DATABASE_URL, sinon un serveur embarqué)"
    )
    options = parser.parse_args()
    unknown = set(options.names) - set(NAMES)
    if unknown:
        parser.error(f"mesure inconnue : {', '.join(sorted(unknown))}")
    if options.postgres and not os.environ.get("TEST_DATABASE_URL"):
        return _on_postgres(sys.argv[1:])
    names = options.names or NAMES
    database = os.environ["TEST_DATABASE_URL"] if options.postgres else None
    if set(names) & {*PAGES, "memory", "weight"}:
        _pages(options.scale, names, database, grow=options.grown)
    if set(names) & {*MONEY, "facturx", "batch", "rents", "reminders"}:
        _money(options.scale, names, database)
    if "dispatch" in names:
        dispatch.measure()
    crowds = [name for name in CROWDS if name in names]
    for name in crowds:
        CROWDS[name].measure(database)
    if crowds and database is None and not options.names:
        return _on_postgres(["--postgres", *crowds])
    return 0


def _pages(scale: float, names: list[str] | tuple[str, ...], database: str | None, *, grow: bool) -> None:
    pages = [measure for name, measure in PAGES.items() if name in names]
    with copied(scale, database) as data:
        with installation(data, scale, database) as house:
            if "weight" in names:
                weight.measure(house)
            before = run(house, pages) if pages else {}
            if "memory" in names:
                memory.measure(house)
        if grow:
            grown(data, database, TIMES)
            with installation(data, scale * TIMES, database) as house:
                after = run(house, pages)
            for name, ratio in after.items():
                show(f"{name}_growth", scale * TIMES, ratio=ratio / before[name])


def _money(scale: float, names: list[str] | tuple[str, ...], database: str | None) -> None:
    asked = [measure for name, measure in MONEY.items() if name in names]
    if asked or "facturx" in names:
        with copied(scale, database) as data, installation(data, scale, database, workers=0) as house:
            if asked:  # what they leave to the worker is measured apart
                run(house, asked)
            if "facturx" in names:
                facturx.measure(house)
    if "batch" in names:
        with copied(scale, database) as data, installation(data, scale, database, workers=2) as house:
            house.settle()
            batch.measure(house)
    if "rents" in names:
        with copied(scale, database) as data, installation(data, scale, database, workers=2) as house:
            house.settle()
            rents.measure(house)
    if "reminders" in names:
        with copied(scale, database) as data, installation(data, scale, database, workers=0) as house:
            reminders.measure(house)


def _on_postgres(words: list[str]) -> int:
    server = [sys.executable, "tools/setup/with_postgres.py"]
    return subprocess.call([*server, sys.executable, "-m", "bench", *words], cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main())
