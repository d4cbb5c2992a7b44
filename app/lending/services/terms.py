"""What is agreed by family, and when reminders leave: written in « Réglages »."""

from sqlalchemy import select

from app.assets.models import Family
from app.assets.services.by_family import say_of_family
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.lending.models import ReminderRule
from app.lending.queries.terms import TERMS, Terms

FURTHEST = 365


def set_terms(family_id: int | None, terms: Terms | None) -> None:
    """Write the terms of a family (None: of all those without one of their own); `terms` None gives them up."""
    say_of_family(TERMS, family_id, terms, "lending_terms.changed")


def add_rule(days: int, channel: str = "", family: Family | None = None) -> ReminderRule:
    """A reminder so many days after the return date (below zero: before). Raises DomainError when there is one."""
    require_transaction()
    if abs(days) > FURTHEST:
        raise DomainError(_("Un rappel part dans l'année autour du retour : 365 jours au plus."), field="days")
    family_id = family.id if family else None
    same = select(ReminderRule.id).where(
        ReminderRule.days == days, ReminderRule.family_id.is_not_distinct_from(family_id)
    )
    if db.session.scalar(same) is not None:
        raise DomainError(_("Un rappel part déjà ce jour-là. Retirez-le d'abord pour changer son canal."), field="days")
    rule = ReminderRule(days=days, channel=channel, family_id=family_id)
    db.session.add(rule)
    db.session.flush()
    record(rule, "reminder_rule.changed", days=days)
    return rule


def drop_rule(rule: ReminderRule) -> None:
    """No more reminder that day."""
    require_transaction()
    record(rule, "reminder_rule.changed", days=rule.days)
    db.session.delete(rule)
    db.session.flush()
