"""Jobs of members. Each is done twice without harm: what is left to do is in the database."""

from typing import Any

from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.jobs import progress
from app.members.models import Membership, Season
from app.members.services import campaign, memberships
from app.sales.models import SalesDocument

SHOWN = 20


def renew(season_id: int, ids: list[int], issue: bool) -> dict[str, Any]:
    """Renew these persons, a payer at a time. Whoever joined already, by an earlier run too, is left alone."""
    season = db.session.get_one(Season, season_id)
    groups = campaign.payers_left(season, ids)
    db.session.rollback()
    refused: list[str] = []
    people = gross = unsent = invoices = 0
    begun = done = len(ids) - sum(map(len, groups.values()))
    progress(begun, len(ids))
    for payer_id, members in groups.items():
        try:
            with transaction():
                made = campaign.renew(db.session.get_one(Season, season_id), payer_id, members, issue=issue)
            people, gross, unsent = people + made.people, gross + made.gross, unsent + made.unsent
            invoices += made.gross > 0
        except DomainError as error:
            refused.append(error.message)
        done += len(members)
        progress(done, len(ids))
    return {
        "people": people, "gross": gross, "unsent": unsent, "invoices": invoices, "already": begun, "issued": issue,
        "refused": list(dict.fromkeys(refused))[:SHOWN], "left": len(refused),
    }  # fmt: skip


def keep_time() -> int:
    """Every night: memberships end with their season; one that is in order while nothing is late follows its schedule."""
    changed = 0
    for membership_id in memberships.over():
        with transaction():
            memberships.end(db.session.get_one(Membership, membership_id, with_for_update=True))
        changed += 1
    for document_id in memberships.late():
        with transaction():
            memberships.follow(db.session.get_one(SalesDocument, document_id))
        changed += 1
    return changed
