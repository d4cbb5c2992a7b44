"""A device comes in: the form of the desk sent (its page fetched once before), saved, and the repair's page shown."""

import secrets
from collections.abc import Callable
from itertools import cycle

from bench.client import Answer, Client
from bench.installation import Installation
from bench.rounds import Measure


def prepare(client: Client, house: Installation) -> Callable[[], Answer]:
    """A new device of a known client each time."""
    client.read_token("/dossiers/nouveau")
    family = house.rows("SELECT id FROM family WHERE archived_at IS NULL ORDER BY id LIMIT 1")[0][0]
    contacts = cycle(
        str(row[0]) for row in house.rows("SELECT id FROM contact WHERE archived_at IS NULL ORDER BY id LIMIT 200")
    )

    def operation() -> Answer:
        key = secrets.token_urlsafe(12)
        return client.post("/dossiers", {
            "form_key": key, "kind": "repair", "contact_id": next(contacts), "family_id": str(family), "asset_id": "",
            "label": "Brévia Barista 300", "serial": f"BR3-{key}", "fault": "Fuit sous le bac et n'a plus de pression.",
            "accessories": "cordon", "priority": "2", "ceiling": "80,00", "diagnosis_fee": "25,00", "notify_sms": "y",
            "notify_email": "y", "consent_deposit": "y", "consent_repair": "y", "signature_name": "Karim Benyahia", "print": "0",
        })  # fmt: skip

    return operation


MEASURE = Measure("intake", prepare, who="accueil", repeats=20)
