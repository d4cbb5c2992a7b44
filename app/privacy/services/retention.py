"""The rules of retention: people whom nothing keeps are erased at night, each in a transaction of his own."""

import logging
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, select

from app.contacts.models import Contact
from app.core import clock
from app.core.actor import current_actor
from app.core.db import db, require_transaction, transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.jobs import progress
from app.core.personal import OUTDATED, file_columns
from app.core.settings import change_setting, setting
from app.documents.models import StoredFile
from app.privacy.models import RetentionHold
from app.privacy.queries import cutoff, due_ids, last_signs, periods
from app.privacy.services.erasing import erase

log = logging.getLogger(__name__)
ON = "privacy.nightly"
BATCH = 50


def nights_are_on() -> bool:
    """True while the months in force are those that the manager looked at when he switched the nights on."""
    return bool(setting(ON) == periods())


def switch_nights(*, seen: str) -> None:
    """Switch the nights on for the months whose effect was shown, as `periods` says them; "" switches them off. Raises Conflict
    when others are in force since."""
    require_transaction()
    if seen and seen != periods():
        raise Conflict(_("Les durées ont changé depuis que cette page est ouverte : relisez la liste, puis activez."))
    change_setting(ON, seen)


def keep_rules() -> int:
    """Every night: erase those whom the rules no longer keep, if the manager switched them on. Killed, it goes on with those who
    are left: nobody is erased twice, nobody half. Returns how many."""
    if not nights_are_on():
        return 0
    done, last = 0, 0
    while ids := due_ids(BATCH, last):
        rules = {contact_id: rule for contact_id, (_day, rule) in last_signs(ids).items()}
        db.session.rollback()
        for contact_id in ids:
            try:
                with transaction():
                    erase(db.session.get_one(Contact, contact_id), rules[contact_id])
                done += 1
            except Conflict as reason:  # something began with him since the list was made
                log.info("contact %s kept: %s", contact_id, reason)
        last = ids[-1]
        progress(done, done, _("Personnes effacées"))
    return done


def drop_outdated() -> dict[str, int]:
    """Every night, if the rules are on: drop what is kept for a time and belongs to nobody in particular; how many rows, by kind."""
    if not nights_are_on():
        return {}
    counts = {}
    for kind in OUTDATED.values():
        with transaction():
            counts[kind.key] = _drop(kind.doomed(cutoff(kind.keep)))
    return counts


def _drop(doomed: Sequence[tuple[type[Any], ColumnElement[bool]]]) -> int:
    count = 0
    files: set[int] = set()
    for model, where in doomed:
        for name in file_columns(model):
            files |= set(db.session.scalars(select(model.__table__.columns[name]).where(where)))
        count += len(db.session.scalars(delete(model).where(where).returning(model.id)).all())
    db.session.execute(delete(StoredFile).where(StoredFile.id.in_(files)))
    return count


def hold(contact: Contact, reason: str) -> None:
    """Keep somebody aside from the rules. Raises DomainError without a reason."""
    require_transaction()
    words = reason.strip()[:300]
    if not words:
        raise DomainError(
            _("Dites pourquoi cette personne est mise à l'écart : un litige, une garantie en cours…"), field="reason"
        )
    if db.session.scalar(select(RetentionHold.id).where(RetentionHold.contact_id == contact.id)) is None:
        db.session.add(RetentionHold(contact_id=contact.id, reason=words, by=current_actor().name, at=clock.now()))
        record(contact, "privacy.held", reason=words)


def release(contact: Contact) -> None:
    """Let the rules apply to him again."""
    require_transaction()
    db.session.execute(delete(RetentionHold).where(RetentionHold.contact_id == contact.id))
    record(contact, "privacy.released")
