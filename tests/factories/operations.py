"""Back-ups."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from app.core import clock
from app.core.db import db, transaction
from app.operations.models import Backup
from app.operations.places import place_of
from app.operations.scheduled import settings
from tests.factories.base import serial


def a_backup(*, hours: float = 1, written: bool = False, **values: Any) -> Backup:
    """One that was finished so many hours ago; `written`: with a file of its name."""
    moment = clock.now() - timedelta(hours=hours)
    known = {
        "name": f"etabli-essai-{serial()}.etabli", "place": place_of(settings()).label, "asked_by": "La nuit",
        "started_at": moment, "finished_at": moment + timedelta(seconds=40), "size": 12_400_000, "rows": 13_000, "files": 49,
    }  # fmt: skip
    made = Backup(**known | values)
    with transaction():
        db.session.add(made)
    if written:
        folder = Path(settings().backup_place)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / made.name).write_bytes(b"chiffre")
    return made
