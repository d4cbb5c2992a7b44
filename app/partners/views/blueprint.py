"""The blueprint, the permission, and the one way to an account."""

from flask import Blueprint

from app.core.db import db
from app.core.partner_kinds import KINDS
from app.core.partners import PartnerAccount
from app.core.web import or_404

bp = Blueprint("partners", __name__)
MANAGE = "message.accounts"


def account_or_404(account_id: int) -> PartnerAccount:
    """An account that was not removed."""
    found = db.session.get(PartnerAccount, account_id)
    return or_404(found if found and found.kind in KINDS and found.archived_at is None else None)
