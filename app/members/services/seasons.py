"""Seasons: made, corrected, put away."""

from datetime import date

from sqlalchemy import select

from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.members.models import Season


def put_season(season: Season | None, name: str, first_day: date, last_day: date) -> Season:
    """A new season, or this one corrected. Raises DomainError for a name in use or an end before its beginning."""
    require_transaction()
    if last_day < first_day:
        raise DomainError(_("La saison finit avant de commencer. Vérifiez les deux jours."), field="last_day")
    same = db.session.scalar(select(Season.id).where(Season.name == name.strip()))
    if same is not None and (season is None or same != season.id):
        raise DomainError(_("Une saison porte déjà ce nom. Choisissez-en un autre."), field="name")
    row = season or Season(name=name.strip(), first_day=first_day, last_day=last_day)
    row.name, row.first_day, row.last_day = name.strip()[:60], first_day, last_day
    db.session.add(row)
    db.session.flush()
    record(row, "season.changed" if season else "season.added", name=row.name)
    return row


def archive_season(season: Season) -> None:
    """Out of the lists; its memberships stay readable."""
    require_transaction()
    season.archived_at = clock.now()
    record(season, "season.archived", name=season.name)
