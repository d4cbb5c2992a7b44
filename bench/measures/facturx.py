"""The Factur-X of an invoice of ten lines: XML and PDF, then with the proof by XSD, EN 16931 and the French rules.

As a worker that makes many spends it; the first of a process also reads the rules (`first_ms`).
"""

from bench import ground
from bench.installation import Installation
from bench.rounds import show, yardstick

INVOICES = 40


def measure(house: Installation) -> None:
    """Print both."""
    with yardstick() as stick:
        before = stick()
        found = ground.ask("proofs", INVOICES, env=house.env)
        table = (before + stick()) / 2
    for name, key in (("facturx_unproved", "plain_ms"), ("facturx", "checked_ms")):
        show(name, house.scale, cpu_ms=found[key], ratio=found[key] / table, first_ms=found["first_ms"])
